// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Value

/// The known games come from an enumeration of all orders, in another language.
@Suite struct SmallGameTests {
    @Test func `check 1: exact values are those of the known games`() throws {
        let games = try #require(try Vectors.json("small-games") as? [[String: Any]])
        #expect(games.count == 20)
        for known in games {
            let game = try SmallGame(
                utilities: #require(known["utility_by_bitmask"] as? [Double]))
            let shapley = try #require(known["shapley"] as? [Double])
            let banzhaf = try #require(known["banzhaf"] as? [Double])
            let leaveOneOut = try #require(known["leave_one_out"] as? [Double])
            #expect(gap(game.shapley(), shapley) < 1e-12)
            #expect(gap(game.banzhaf(), banzhaf) < 1e-12)
            #expect(gap(game.leaveOneOut(), leaveOneOut) < 1e-12)
        }
    }

    private static func random(_ players: Int, _ random: inout Seeded) -> [Double] {
        (0..<1 << players).map { _ in random.unit() * 2 - 1 }
    }

    @Test func `check 1: Shapley values add up, twins are equal, a dummy gets nothing, games add`()
        throws
    {
        var random = Seeded(1)
        for _ in 0..<Slow.count(1000, 20_000) {
            let players = 2 + random.below(7)
            let one = Self.random(players, &random)
            let other = Self.random(players, &random)
            let (first, second) = (
                try SmallGame(utilities: one), try SmallGame(utilities: other)
            )
            let values = first.shapley()
            #expect(abs(values.reduce(0, +) - first.surplus) < 1e-12)

            let sum = try SmallGame(utilities: zip(one, other).map { $0 + $1 })
            #expect(gap(sum.shapley(), zip(values, second.shapley()).map { $0 + $1 }) < 1e-12)
            #expect(
                gap(sum.banzhaf(), zip(first.banzhaf(), second.banzhaf()).map { $0 + $1 })
                    < 1e-12)

            // Players 0 and 1 are twins: swapping their bits changes nothing.
            let twins = try SmallGame(
                utilities: one.indices.map { mask in
                    mask & 3 == 2 ? one[mask ^ 3] : one[mask]
                })
            #expect(abs(twins.shapley()[0] - twins.shapley()[1]) < 1e-12)
            #expect(abs(twins.banzhaf()[0] - twins.banzhaf()[1]) < 1e-12)

            // Player 0 never changes anything.
            let dummy = try SmallGame(utilities: one.indices.map { one[$0 & ~1] })
            #expect(dummy.shapley()[0] == 0 && dummy.banzhaf()[0] == 0)
            #expect(dummy.leaveOneOut()[0] == 0)
        }
    }

    @Test func `one player gets everything`() throws {
        let game = try SmallGame(utilities: [0.25, 1])
        #expect(game.shapley() == [0.75])
        #expect(game.banzhaf() == [0.75] && game.leaveOneOut() == [0.75])
    }

    @Test func `each coalition is asked for once`() throws {
        var asked: [Coalition: Int] = [:]
        let game = try SmallGame(players: 5) { coalition in
            asked[coalition, default: 0] += 1
            return Double(coalition.count)
        }
        #expect(asked.count == 32 && asked.values.allSatisfy { $0 == 1 })
        #expect(gap(game.shapley(), [1, 1, 1, 1, 1]) < 1e-15)
    }

    @Test func `games that are none are refused`() {
        #expect(throws: ValueError.players(0, allowed: 1...16)) { try SmallGame(utilities: []) }
        #expect(throws: ValueError.players(0, allowed: 1...16)) { try SmallGame(utilities: [1]) }
        #expect(throws: ValueError.players(17, allowed: 1...16)) {
            try SmallGame(players: 17) { _ in 0 }
        }
        #expect(throws: ValueError.utility(Coalition([1]))) {
            try SmallGame(utilities: [0, 1, .nan, 1])
        }
        #expect(throws: ValueError.self) { try SmallGame(utilities: [0, 1, 2]) }
    }

    @Test func `a coalition holds players up to 255`() {
        let coalition = Coalition([0, 63, 64, 200, 255])
        #expect(coalition.players == [0, 63, 64, 200, 255] && coalition.count == 5)
        #expect(coalition.contains(200) && !coalition.contains(199))
        #expect(Coalition(everybodyOf: 70).count == 70)
        #expect(Coalition(mask: 5).description == "{0, 2}")
    }
}
