// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Value

/// Sampled values beside exact ones, over many seeds.
@Suite struct SamplingTests {
    private static let players = 10
    private static let seeds = 200

    /// A concave game with unequal players and some noise, as models by contributors are.
    private static let game: SmallGame? = {
        var random = Seeded(50)
        let strength = (0..<players).map { 0.2 + Double($0) / 5 }
        let noise = (0..<1 << players).map { _ in random.unit() * 0.05 }
        return try? SmallGame(players: players) { coalition in
            let sum = coalition.players.reduce(0.0) { $0 + strength[$1] }
            var mask = 0
            for player in coalition.players { mask |= 1 << player }
            return sum / (1 + sum) + noise[mask]
        }
    }()

    private static func utility(_ game: SmallGame) -> (Coalition) -> Double {
        { coalition in
            var mask = 0
            for player in 0..<players where coalition.contains(player) { mask |= 1 << player }
            return game.utilities[mask]
        }
    }

    /// How many intervals cover, and the mean over seeds with its standard error.
    private static func coverage(
        of exact: [Double], _ sample: (UInt64) throws -> SampledValues
    ) throws -> (covered: Double, farthest: Double) {
        var covered = 0
        var (sums, squares) = (
            [Double](repeating: 0, count: players), [Double](repeating: 0, count: players)
        )
        for seed in 0..<UInt64(seeds) {
            let values = try sample(seed)
            for (player, interval) in values.intervals().enumerated() {
                covered += interval.contains(exact[player]) ? 1 : 0
                sums[player] += values.estimates.means[player]
                squares[player] += values.estimates.means[player] * values.estimates.means[player]
            }
        }
        let over = Estimates(sums: sums, squares: squares, count: seeds)
        let farthest = (0..<players).map {
            abs(over.means[$0] - exact[$0]) / over.standardErrors[$0]
        }
        return (Double(covered) / Double(seeds * players), farthest.max() ?? 0)
    }

    @Test func `check 5: intervals by permutations cover, and without tolerance nothing is biased`()
        throws
    {
        let game = try #require(Self.game)
        var memo = UtilityMemo()
        let sampling = try PermutationSampling(pairs: 40)
        let (covered, farthest) = try Self.coverage(of: game.shapley()) { seed in
            var random = Seeded(seed)
            return try sampling.values(
                players: Self.players, memo: &memo, using: &random, utility: Self.utility(game))
        }
        print(
            "check 5: permutations cover \(covered), means are off by \(farthest) standard errors")
        #expect(covered >= 0.93)
        #expect(farthest < 4)
    }

    @Test func `check 5: intervals by maximum sample reuse cover, and are not biased`() throws {
        let game = try #require(Self.game)
        var memo = UtilityMemo()
        let sampling = try BanzhafSampling(coalitions: 400)
        let (covered, farthest) = try Self.coverage(of: game.banzhaf()) { seed in
            var random = Seeded(seed)
            return try sampling.values(
                players: Self.players, memo: &memo, using: &random, utility: Self.utility(game))
        }
        print(
            "check 5: sample reuse covers \(covered), means are off by \(farthest) standard errors")
        #expect(covered >= 0.93)
        #expect(farthest < 4)
    }

    @Test func `check 5: the same seed gives the same bytes, and these bytes for good`() throws {
        let game = try #require(Self.game)
        func permutations(_ seed: UInt64) throws -> SampledValues {
            var (random, memo) = (Seeded(seed), UtilityMemo())
            return try PermutationSampling(pairs: 5).values(
                players: Self.players, memo: &memo, using: &random, utility: Self.utility(game))
        }
        func reuse(_ seed: UInt64) throws -> SampledValues {
            var (random, memo) = (Seeded(seed), UtilityMemo())
            return try BanzhafSampling(coalitions: 50).values(
                players: Self.players, memo: &memo, using: &random, utility: Self.utility(game))
        }
        #expect(try permutations(1) == permutations(1) && permutations(1) != permutations(2))
        #expect(try reuse(1) == reuse(1) && reuse(1) != reuse(2))
        var random = Seeded(9)
        var list = Array(0..<12)
        Draws.shuffle(&list, using: &random)
        #expect(list == [10, 5, 8, 3, 7, 11, 9, 1, 0, 6, 2, 4])
    }

    @Test func `a tolerance saves evaluations and is biased against the late`() throws {
        let game = try #require(Self.game)
        var (random, exact, cheap) = (Seeded(3), UtilityMemo(), UtilityMemo())
        let full = try PermutationSampling(pairs: 30).values(
            players: Self.players, memo: &exact, using: &random, utility: Self.utility(game))
        let cut = try PermutationSampling(pairs: 30, tolerance: 0.1).values(
            players: Self.players, memo: &cheap, using: &random, utility: Self.utility(game))
        #expect(cut.evaluations < full.evaluations)
        #expect(abs(full.estimates.means.reduce(0, +) - game.surplus) < 1e-12)
        #expect(cut.estimates.means.reduce(0, +) < game.surplus)
    }

    @Test func `a hundred players are sampled, each coalition evaluated once`() throws {
        var (random, memo, asked) = (Seeded(4), UtilityMemo(), 0)
        let values = try PermutationSampling(pairs: 3).values(
            players: 100, memo: &memo, using: &random
        ) { coalition in
            asked += 1
            return Double(coalition.count)
        }
        #expect(values.estimates.means.allSatisfy { $0 == 1 })
        #expect(asked == values.evaluations && asked == memo.count)
        let banzhaf = try BanzhafSampling(coalitions: 300).values(
            players: 100, memo: &memo, using: &random
        ) { $0.contains(99) ? 1 : 0 }
        #expect(banzhaf.estimates.means[99] == 1 && banzhaf.estimates.standardErrors[99] == 0)
    }

    @Test func `too few samples have no interval, and bad utilities are named`() throws {
        var (random, memo) = (Seeded(5), UtilityMemo())
        let one = try PermutationSampling(pairs: 1).values(
            players: 2, memo: &memo, using: &random
        ) { Double($0.count) }
        #expect(one.intervals()[0] == -Double.infinity...Double.infinity)
        let alone = try BanzhafSampling(coalitions: 1).values(
            players: 2, memo: &memo, using: &random
        ) { Double($0.count) }
        #expect(alone.intervals()[0] == -Double.infinity...Double.infinity)
        #expect(throws: ValueError.setting("0 pairs; at least 1 wanted")) {
            try PermutationSampling(pairs: 0)
        }
        #expect(throws: ValueError.self) { try PermutationSampling(pairs: 1, tolerance: .nan) }
        #expect(throws: ValueError.players(257, allowed: 1...256)) {
            try BanzhafSampling(coalitions: 1).values(
                players: 257, memo: &memo, using: &random
            ) { _ in 0 }
        }
        var empty = UtilityMemo()
        #expect(throws: ValueError.utility(Coalition([0, 1]))) {
            try PermutationSampling(pairs: 1).values(
                players: 2, memo: &empty, using: &random
            ) { $0.count == 2 ? .nan : 0 }
        }
    }
}
