// SPDX-License-Identifier: Apache-2.0

/// How much a proof repeats itself, which decides how sure it is, how long and how dear.
public struct Parameters: Hashable, Sendable {
    /// The logarithm of how many times longer an extension is than its trace.
    public let blowupBits: Int
    /// How many places are looked at.
    public let queries: Int
    /// How many bits of work go before the places are drawn.
    public let grindingBits: Int

    /// Takes the numbers; whether they suffice, ``Security`` says, and who proves or verifies asks it.
    public init(blowupBits: Int, queries: Int, grindingBits: Int) {
        (self.blowupBits, self.queries) = (blowupBits, queries)
        self.grindingBits = grindingBits
    }

    /// At least 100 bits proven in the Johnson regime: blowup 4, 84 queries, 20 bits of work.
    public static let standard = Parameters(blowupBits: 2, queries: 84, grindingBits: 20)
    /// The same with blowup 8 and 56 queries: shorter and slower.
    public static let small = Parameters(blowupBits: 3, queries: 56, grindingBits: 20)

    /// At least 100 bits also for what is committed to beforehand: 120 queries. In the Johnson regime a root may
    /// stand for a few words, and whoever commits could choose anew for each proof; within half the distance it
    /// stands for one.
    public static let binding = Parameters(blowupBits: 2, queries: 120, grindingBits: 20)

    /// The fewest bits of proven security, in the Johnson regime, that are proved or verified with;
    /// up to half the distance where columns are committed to beforehand.
    public static let leastBits = 100.0

    /// The last rows of every table, which are random: more than a proof shows of any column. That is its
    /// cells at every place that is looked at, and, because the quotient there follows from them, those in
    /// the rows after; and twice the five coefficients of a value outside the domain.
    public static let hiddenRows = 256
    /// The logarithm of how many coefficients the last polynomial has: as many as are shorter to tell than the
    /// leaves of one more layer.
    static let finalBits = 8
    /// The logarithm of the most values that are folded into one.
    static let foldBits = 3
    /// How many coefficients of a chunk of a quotient are masked.
    static let maskedCoefficients = 256
    /// How many chunks a quotient has.
    static let chunks = 3
    /// How many columns make the salt of a leaf: 155 bits.
    static let saltColumns = 5
    /// How many columns mask what a table's messages add up to.
    static let maskColumns = 5
    /// The least logarithm of the rows of a table.
    public static let leastRowBits = 10
}
