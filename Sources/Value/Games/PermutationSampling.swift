// SPDX-License-Identifier: Apache-2.0

/// Shapley values by random permutations: truncated Monte Carlo (Ghorbani and Zou, "Data Shapley",
/// ICML 2019), each permutation paired with its reverse.
///
/// A pair's mean is one independent sample; for smooth games it varies less than two permutations do.
/// With a tolerance of 0 the values are unbiased. With another one, a permutation ends as soon as
/// |U(everybody) - U(prefix)| is below it and the rest gets 0: cheaper, and biased.
///
/// Of players whose marginals have the range r, r² / (2 e²) · ln(2n / δ) permutations bring all n
/// within e with probability 1 - δ (Hoeffding).
public struct PermutationSampling: Sendable, Hashable {
    /// How many pairs of permutations are drawn.
    public let pairs: Int
    /// From which distance to U(everybody) on a permutation is followed no further.
    public let tolerance: Double

    /// Takes the number of pairs, and a tolerance of at least 0.
    ///
    /// - Throws: ``ValueError/setting(_:)`` for no pairs or a tolerance that is negative or not finite.
    public init(pairs: Int, tolerance: Double = 0) throws(ValueError) {
        guard pairs >= 1 else { throw .setting("\(pairs) pairs; at least 1 wanted") }
        guard tolerance >= 0, tolerance.isFinite else {
            throw .setting("a tolerance that is finite and not negative wanted")
        }
        (self.pairs, self.tolerance) = (pairs, tolerance)
    }

    /// Values so many players.
    ///
    /// - Parameters:
    ///   - players: 1 to 256.
    ///   - memo: Utilities that are known already, and afterwards those that were asked for.
    /// - Throws: ``ValueError/players(_:allowed:)``, ``ValueError/utility(_:)``.
    /// - Cost: at most 2 · pairs · n evaluations.
    public func values(
        players: Int, memo: inout UtilityMemo,
        using generator: inout some RandomNumberGenerator, utility: (Coalition) -> Double
    ) throws(ValueError) -> SampledValues {
        let allowed = 1...Coalition.mostPlayers
        guard allowed.contains(players) else { throw .players(players, allowed: allowed) }
        let nobody = try memo.value(of: Coalition(), by: utility)
        let everybody = try memo.value(of: Coalition(everybodyOf: players), by: utility)
        var sums = [Double](repeating: 0, count: players)
        var squares = sums
        var order = Array(0..<players)
        for _ in 0..<pairs {
            Draws.shuffle(&order, using: &generator)
            var sample = [Double](repeating: 0, count: players)
            for backwards in [false, true] {
                var (prefix, value) = (Coalition(), nobody)
                for player in backwards ? order.reversed() : order {
                    if (everybody - value).magnitude < tolerance { break }
                    prefix.insert(player)
                    let next = try memo.value(of: prefix, by: utility)
                    sample[player] += (next - value) / 2
                    value = next
                }
            }
            for player in 0..<players {
                sums[player] += sample[player]
                squares[player] += sample[player] * sample[player]
            }
        }
        return SampledValues(
            estimates: Estimates(sums: sums, squares: squares, count: pairs), samples: pairs,
            evaluations: memo.count)
    }
}
