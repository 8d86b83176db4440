// SPDX-License-Identifier: Apache-2.0

/// Banzhaf values by maximum sample reuse (Wang and Jia, "Data Banzhaf", AISTATS 2023).
///
/// Each player is in each coalition with probability 1/2; φᵢ is the mean utility of the coalitions with i
/// minus that of those without. Every evaluation counts for every player.
public struct BanzhafSampling: Sendable, Hashable {
    /// How many coalitions are drawn.
    public let coalitions: Int

    /// Takes the number of coalitions.
    ///
    /// - Throws: ``ValueError/setting(_:)`` for none.
    public init(coalitions: Int) throws(ValueError) {
        guard coalitions >= 1 else { throw .setting("\(coalitions) coalitions; at least 1 wanted") }
        self.coalitions = coalitions
    }

    /// Values so many players.
    ///
    /// - Parameters:
    ///   - players: 1 to 256.
    ///   - memo: Utilities that are known already, and afterwards those that were asked for.
    /// - Throws: ``ValueError/players(_:allowed:)``, ``ValueError/utility(_:)``.
    /// - Cost: at most one evaluation for each coalition.
    public func values(
        players: Int, memo: inout UtilityMemo,
        using generator: inout some RandomNumberGenerator, utility: (Coalition) -> Double
    ) throws(ValueError) -> SampledValues {
        let allowed = 1...Coalition.mostPlayers
        guard allowed.contains(players) else { throw .players(players, allowed: allowed) }
        var sides = [Moments](repeating: Moments(), count: 2 * players)
        for _ in 0..<coalitions {
            var (coalition, word) = (Coalition(), UInt64(0))
            for player in 0..<players {
                if player & 63 == 0 { word = generator.next() }
                if word >> UInt64(player & 63) & 1 == 1 { coalition.insert(player) }
            }
            let value = try memo.value(of: coalition, by: utility)
            for player in 0..<players {
                sides[2 * player + (coalition.contains(player) ? 1 : 0)].add(value)
            }
        }
        let means = (0..<players).map { sides[2 * $0 + 1].mean - sides[2 * $0].mean }
        let errors = (0..<players).map {
            (sides[2 * $0 + 1].errorSquared + sides[2 * $0].errorSquared).squareRoot()
        }
        // The smaller side bounds the degrees of freedom from below (Welch).
        let smallest = sides.map(\.count).min() ?? 0
        return SampledValues(
            estimates: Estimates(means: means, standardErrors: errors), samples: smallest,
            evaluations: memo.count)
    }

    /// Mean and spread of what was seen so far (Welford).
    private struct Moments {
        var count = 0
        var mean = 0.0
        private var spread = 0.0

        mutating func add(_ value: Double) {
            count += 1
            let gap = value - mean
            mean += gap / Double(count)
            spread += gap * (value - mean)
        }

        /// The squared standard error of the mean; infinite for fewer than two values.
        var errorSquared: Double {
            count > 1 ? spread / Double(count - 1) / Double(count) : .infinity
        }
    }
}
