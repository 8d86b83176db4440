// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity
internal import Market
package import SecureSum

/// What follows from the number of parties alone: how many have to stay, how many may be against the rest, who masks
/// with whom, and how much noise each adds. Node and devices work it out for themselves, so nobody can choose it.
///
/// - t, three quarters of the parties, rounded up, have to stay to the end of every sum.
/// - c, a tenth, at least one, may help a node that cheats. So 2t > n + c for every n ≥ 5: two lists of survivors
///   never get enough signatures, and a sum of fewer than t parts is never taken apart.
/// - The noise counts on t − c parties: whoever helps the node knows her own noise. All n of them add at most
///   √(n/(t − c)) of the deviation that one place would add, 1.3 for 5 and 1.25 for many.
/// - From 100 parties on each masks with as few neighbours as an eighth of them dropping out allows, where there is
///   such a number (``SumDegree``); else with all.
package struct SumTerms: Hashable, Sendable {
    /// The fewest parties.
    package static let fewest = PoolOffer.edgeCohorts.lowerBound
    /// The most parties.
    package static let most = PoolOffer.edgeCohorts.upperBound
    /// From how many on not everybody masks with everybody.
    private static let sparseFrom = 100

    /// How many parties there are.
    package let parties: Int
    /// How many have to stay.
    package let threshold: Int
    /// How many may help the node.
    package let corrupt: Int
    private let degree: SumDegree?
    /// Whether noise is added; always, but in tests of what comes out without it.
    private let isNoised: Bool

    /// Works out the terms; nil for fewer parties than ``fewest`` and for more than ``most``.
    ///
    /// - Cost: some milliseconds for many parties.
    package init?(parties: Int) { self.init(parties: parties, isNoised: true) }

    init?(parties: Int, isNoised: Bool) {
        guard (SumTerms.fewest...SumTerms.most).contains(parties) else { return nil }
        self.parties = parties
        threshold = PoolOffer.staying(of: parties)
        corrupt = max(1, parties / 10)
        degree =
            parties < SumTerms.sparseFrom
            ? nil : SumDegree(parties: parties, corrupt: corrupt, dropOuts: parties / 8)
        self.isNoised = isNoised
    }

    /// The session of one sum of an order's study: its id names order, sum and plan, and is never used twice.
    ///
    /// - Throws: ``SumPlanError`` for parties that are listed twice or not as many as these terms are for, and where no
    ///   noise fits.
    package func session(
        of round: SummedRound, in order: Digest, among parties: [PartyID]
    ) throws(SumPlanError) -> SumSession {
        guard parties.count == self.parties else { throw .parties(parties.count) }
        var writer = ByteWriter(reserving: 128)
        writer.write("dividend/edge/sum/v1")
        writer.write(order)
        writer.write(UInt32(round.number))
        writer.write(round.plan)
        let noise =
            isNoised
            ? try SumNoise(
                sensitivity: round.bound, spending: round.spending,
                counting: threshold - corrupt) : nil
        return try SumSession(
            id: Digest(of: writer.bytes), parties: parties, threshold: threshold,
            corrupt: corrupt, degree: degree, length: round.length, bound: round.bound,
            noise: noise)
    }
}
