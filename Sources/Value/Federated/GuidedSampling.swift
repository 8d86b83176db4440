// SPDX-License-Identifier: Apache-2.0

/// The values of a federated round by guided, truncated permutations: GTG-Shapley (Liu et al., ACM TIST
/// 13(4), 2022, arXiv:2109.02053), on the fixed-denominator models of ``FederatedRound``.
///
/// A round that changes the quality by no more than `betweenRounds` is skipped. Else permutations are
/// drawn in sweeps in which each player leads once; a permutation ends when the quality of its prefix is
/// within `withinRound` of the round's. Sampling ends when values have hardly changed over five sweeps.
///
/// Beyond the paper, a value is not the mean over permutations but over the sizes of coalitions, of the
/// mean marginal to all known coalitions of that size: what one permutation evaluated serves the
/// others, and the few coalitions at both ends, where marginals vary most, soon are all known.
public struct GuidedSampling: Sendable, Hashable {
    /// How little a round may change for being skipped.
    public let betweenRounds: Double
    /// How near a prefix must come to everybody's quality for the rest to get nothing.
    public let withinRound: Double
    /// The mean relative change over the last five sweeps below which it ends.
    public let convergence: Double
    /// The most sweeps.
    public let mostSweeps: Int

    /// Takes the truncations; with 0 for both, values tend to the exact ones.
    ///
    /// - Throws: ``ValueError/setting(_:)`` for a negative number or no sweep.
    public init(
        betweenRounds: Double = 0.005, withinRound: Double = 0.001, convergence: Double = 0.02,
        mostSweeps: Int = 50
    ) throws(ValueError) {
        guard betweenRounds >= 0, withinRound >= 0, convergence >= 0, mostSweeps >= 1 else {
            throw .setting("truncations of at least 0 and at least one sweep wanted")
        }
        (self.betweenRounds, self.withinRound) = (betweenRounds, withinRound)
        (self.convergence, self.mostSweeps) = (convergence, mostSweeps)
    }

    /// Values the players of a round.
    ///
    /// - Parameter quality: How good a model is.
    /// - Throws: ``ValueError/utility(_:)``.
    /// - Cost: at most sweeps · n² evaluations, none of them twice.
    public func values(
        of round: FederatedRound, using generator: inout some RandomNumberGenerator,
        quality: ([Double]) -> Double
    ) throws(ValueError) -> RoundValues {
        let players = round.players
        var memo = UtilityMemo()
        let utility = { quality(round.model(of: $0)) }
        let before = try memo.value(of: Coalition(), by: utility)
        let after = try memo.value(of: Coalition(everybodyOf: players), by: utility)
        let nothing = [Double](repeating: 0, count: players)
        guard (after - before).magnitude > betweenRounds else {
            return RoundValues(values: nothing, evaluations: memo.count, skipped: 1)
        }
        var history: [[Double]] = []
        for _ in 0..<mostSweeps {
            for leader in 0..<players {
                var rest = (0..<players).filter { $0 != leader }
                Draws.shuffle(&rest, using: &generator)
                var (prefix, value) = (Coalition(), before)
                for player in [leader] + rest {
                    if (after - value).magnitude < withinRound { break }
                    prefix.insert(player)
                    value = try memo.value(of: prefix, by: utility)
                }
            }
            history.append(Self.strata(memo, players: players, surplus: after - before))
            if isSettled(history) { break }
        }
        return RoundValues(values: history[history.count - 1], evaluations: memo.count)
    }

    /// For each player the mean over sizes of her mean marginal to known coalitions of a size. What is
    /// then missing from the surplus is spread equally.
    private static func strata(_ memo: UtilityMemo, players: Int, surplus: Double) -> [Double] {
        var sums = [Double](repeating: 0, count: players * players)
        var counts = sums
        for coalition in memo.coalitions {
            guard let value = memo[coalition] else { continue }
            let size = coalition.count - 1
            for player in 0..<players where coalition.contains(player) {
                var rest = coalition
                rest.remove(player)
                guard let before = memo[rest] else { continue }
                sums[player * players + size] += value - before
                counts[player * players + size] += 1
            }
        }
        // A size that no permutation reached before it was truncated adds nothing.
        var values = (0..<players).map { player in
            (0..<players).reduce(0.0) { sum, size in
                let place = player * players + size
                return sum + (counts[place] > 0 ? sums[place] / counts[place] : 0)
            } / Double(players)
        }
        let gap = (surplus - values.reduce(0, +)) / Double(players)
        for player in 0..<players { values[player] += gap }
        return values
    }

    private func isSettled(_ history: [[Double]]) -> Bool {
        guard history.count > 5, let last = history.last else { return false }
        let size = max(last.reduce(0) { $0 + $1.magnitude }, 1e-12)
        let changes = history.suffix(6).dropLast().map { earlier in
            zip(last, earlier).reduce(0) { $0 + ($1.0 - $1.1).magnitude } / size
        }
        return changes.reduce(0, +) / 5 < convergence
    }
}
