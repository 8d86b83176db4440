// SPDX-License-Identifier: Apache-2.0

/// A game of few players, each coalition's utility known: exact values by definition.
public struct SmallGame: Sendable, Hashable {
    /// How many players there may be: 2^16 utilities.
    public static let allowed = 1...16

    /// How many players there are.
    public let players: Int
    /// The utility of each coalition by its bits; player 0 is the lowest bit.
    public let utilities: [Double]

    /// Takes the 2ⁿ utilities by bitmask.
    ///
    /// - Throws: ``ValueError/players(_:allowed:)`` when the count is no power of two from 2 to 2^16,
    ///   ``ValueError/utility(_:)`` for one that is not finite.
    public init(utilities: [Double]) throws(ValueError) {
        let players = utilities.count.trailingZeroBitCount
        guard utilities.count.nonzeroBitCount == 1, Self.allowed.contains(players) else {
            throw .players(utilities.isEmpty ? 0 : players, allowed: Self.allowed)
        }
        if let bad = utilities.firstIndex(where: { !$0.isFinite }) {
            throw .utility(Coalition(mask: UInt64(bad)))
        }
        (self.players, self.utilities) = (players, utilities)
    }

    /// Asks for the utility of every coalition, each one once, the empty one included.
    ///
    /// - Throws: as ``init(utilities:)``.
    /// - Cost: 2ⁿ evaluations.
    public init(players: Int, utility: (Coalition) -> Double) throws(ValueError) {
        guard Self.allowed.contains(players) else {
            throw .players(players, allowed: Self.allowed)
        }
        try self.init(
            utilities: (0..<1 << players).map { utility(Coalition(mask: UInt64($0))) })
    }

    /// U(everybody) - U(∅): what Shapley values add up to.
    public var surplus: Double { utilities[utilities.count - 1] - utilities[0] }

    /// Shapley values: Σ_S |S|! (n - |S| - 1)! / n! · (U(S + i) - U(S)).
    ///
    /// The only division with efficiency, symmetry, a dummy's zero and additivity (Shapley 1953).
    /// Cost: n · 2ⁿ sums.
    public func shapley() -> [Double] {
        // 1 / (n · (n-1 choose s)).
        var weights = [1 / Double(players)]
        for size in 1..<max(2, players) {
            weights.append(weights[size - 1] * Double(size) / Double(players - size))
        }
        return marginals { weights[$0] }
    }

    /// Banzhaf values: the mean of U(S + i) - U(S) over all S without i (Banzhaf 1965).
    public func banzhaf() -> [Double] {
        let weight = 1 / Double(1 << (players - 1))
        return marginals { _ in weight }
    }

    /// Leave-one-out: U(everybody) - U(everybody but i). Zero for what somebody else has too, mostly
    /// noise otherwise: not for pay.
    public func leaveOneOut() -> [Double] {
        let everybody = utilities.count - 1
        return (0..<players).map { utilities[everybody] - utilities[everybody ^ 1 << $0] }
    }

    private func marginals(_ weight: (Int) -> Double) -> [Double] {
        var values = [Double](repeating: 0, count: players)
        for mask in utilities.indices {
            let factor = mask.nonzeroBitCount < players ? weight(mask.nonzeroBitCount) : 0
            for player in 0..<players where mask >> player & 1 == 0 {
                values[player] += factor * (utilities[mask | 1 << player] - utilities[mask])
            }
        }
        return values
    }
}
