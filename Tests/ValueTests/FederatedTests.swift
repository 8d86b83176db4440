// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Value

/// Values of clients from their updates, beside what training with every coalition anew shows.
@Suite struct FederatedTests {
    private static let fixture = FederatedFixture()
    private static let rounds: [FederatedRound] = (try? fixture.federatedRounds()) ?? []
    private static let exact: RoundValues? = try? total { round in
        try round.exactValues(quality: fixture.accuracy)
    }

    /// Shapley values of 1,023 trainings; worked out anew under DIVIDEND_SLOW=1.
    private static let retraining: [Double] = [
        0.1234816680660513, 0.12928911279037203, 0.12888728959257936, 0.11552017112470517,
        0.11794510415417221, 0.0251499340290272, 0.12373355723481669, 0.12373355723481669,
        -0.04196153692375355, -0.03217684218943658,
    ]

    private static func total(
        _ value: (FederatedRound) throws -> RoundValues
    ) throws -> RoundValues {
        var sum = RoundValues(
            values: [Double](repeating: 0, count: FederatedFixture.clients), evaluations: 0)
        for round in rounds { sum.add(try value(round)) }
        return sum
    }

    private static func cosine(_ one: [Double], _ other: [Double]) -> Double {
        func dot(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return dot(one, other) / (dot(one, one) * dot(other, other)).squareRoot()
    }

    @Test(.enabled(if: Slow.isOn)) func `check 6: the values by training anew are those on file`()
        throws
    {
        let game = try SmallGame(
            players: FederatedFixture.clients, utility: Self.fixture.retrained)
        print("check 6: by training anew \(game.shapley())")
        #expect(gap(game.shapley(), Self.retraining) < 1e-9)
    }

    @Test func `check 6: exact values of rounds are as those by training anew`() throws {
        let exact = try #require(Self.exact)
        let cosine = Self.cosine(exact.values, Self.retraining)
        print("check 6: exact \(exact.values), cosine \(cosine), \(exact.evaluations) evaluations")
        #expect(cosine >= 0.95)
        #expect(exact.values[8] < 0 && exact.values[9] < 0)
        #expect(exact.values[5] >= 0)
        #expect(abs(exact.values[6] - exact.values[7]) < 1e-12)
        let last = try #require(Self.rounds.last)
        let first = Self.rounds[0]
        let gain =
            Self.fixture.accuracy(last.model(of: Coalition(everybodyOf: 10)))
            - Self.fixture.accuracy(first.model)
        #expect(abs(exact.values.reduce(0, +) - gain) < 1e-12)
    }

    @Test func `check 6: guided sampling is near at less than half of the evaluations`() throws {
        let exact = try #require(Self.exact)
        var random = Seeded(61)
        let sampling = try GuidedSampling()
        let guided = try Self.total { round in
            try sampling.values(of: round, using: &random, quality: Self.fixture.accuracy)
        }
        let off = zip(guided.values, exact.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let size = exact.values.reduce(0) { $0 + $1 * $1 }
        let share = Double(guided.evaluations) / Double(exact.evaluations)
        print(
            "check 6: guided \(guided.values), off by \((off / size).squareRoot()), \(share) of the evaluations, \(guided.skipped) skipped"
        )
        #expect((off / size).squareRoot() <= 0.05)
        #expect(share <= 0.45)
        #expect(guided.values[8] < 0 && guided.values[9] < 0 && guided.values[5] >= 0)
        var again = Seeded(61)
        let repeated = try Self.total { round in
            try sampling.values(of: round, using: &again, quality: Self.fixture.accuracy)
        }
        #expect(repeated == guided)
    }

    /// What would be computed with Σ_{i ∈ S} nᵢ below the line instead of N.
    @Test func `check 6: the usual rebuild would harm the tiny honest client`() throws {
        let fixture = Self.fixture
        var tiny = 0.0
        for round in Self.rounds.prefix(Slow.count(2, 10)) {
            let game = try SmallGame(players: round.players) { coalition in
                let members = coalition.players
                let weight = members.reduce(0) { $0 + round.weights[$1] }
                var model = round.model
                for member in members {
                    for place in model.indices {
                        model[place] +=
                            round.weights[member] / weight * round.updates[member][place]
                    }
                }
                return fixture.accuracy(model)
            }
            tiny += game.shapley()[5]
        }
        print("check 6: the usual rebuild gives the tiny client \(tiny)")
        #expect(tiny < 0)
    }

    @Test func `check 6: under secure aggregation groups are the players`() throws {
        // Three sessions' groups of a round, as sums: the server sees no single update.
        let round = Self.rounds[0]
        let groups = [[0, 8, 5], [1, 2, 9], [3, 4], [6, 7]]
        let sums = groups.map { group in
            round.model.indices.map { place in
                group.reduce(0) { $0 + round.weights[$1] * round.updates[$1][place] }
                    / group.reduce(0) { $0 + round.weights[$1] }
            }
        }
        let grouped = try FederatedRound(
            model: round.model, updates: sums,
            sizes: groups.map { $0.reduce(0) { $0 + Self.fixture.sizes[$1] } })
        let values = try grouped.exactValues(quality: Self.fixture.accuracy)
        let everybody = Self.fixture.accuracy(round.model(of: Coalition(everybodyOf: 10)))
        let gain = everybody - Self.fixture.accuracy(round.model)
        #expect(abs(values.values.reduce(0, +) - gain) < 1e-12)
        #expect(values.values[3] > values.values[1])
    }

    @Test func `least squares over random groups finds additive values, and cannot part twins`()
        throws
    {
        var random = Seeded(62)
        let truth = (0..<12).map { _ in random.normal() }
        var observations: [GroupRegression.Observation] = []
        for _ in 0..<40 {
            // Clients 10 and 11 are always together.
            let order = random.permutation(11)
            for part in [order.prefix(4), order.dropFirst(4).prefix(4), order.dropFirst(8)] {
                let members = part.flatMap { $0 == 10 ? [10, 11] : [$0] }
                let value = members.reduce(0) { $0 + truth[$1] }
                observations.append(.init(members: members, value: value))
            }
        }
        let total = truth.reduce(0, +)
        let found = try GroupRegression(fewestMembers: 3)
            .attributions(clients: 12, total: total, observations)
        #expect(abs(found.reduce(0, +) - total) < 1e-9)
        #expect(gap(Array(found.prefix(10)), Array(truth.prefix(10))) < 1e-5)
        #expect(abs(found[10] - found[11]) < 1e-7)
        #expect(abs(found[10] - (truth[10] + truth[11]) / 2) < 1e-5)
    }

    @Test func `a client nobody observed shares what is left`() throws {
        let found = try GroupRegression(fewestMembers: 2)
            .attributions(clients: 3, total: 9, [.init(members: [0, 1], value: 4)])
        #expect(gap(found, [2, 2, 5]) < 1e-4)
        #expect(
            gap(
                try GroupRegression(fewestMembers: 2).attributions(clients: 3, total: 9, []),
                [3, 3, 3]) < 1e-9)
    }

    @Test func `groups that are too small, and rounds that are none, are refused`() throws {
        let regression = try GroupRegression(fewestMembers: 3)
        func refused(_ members: [Int], _ value: Double = 1) {
            #expect(throws: ValueError.self) {
                try regression.attributions(
                    clients: 5, total: 1, [.init(members: members, value: value)])
            }
        }
        refused([0, 1])
        refused([0, 1, 1])
        refused([0, 1, 5])
        refused([0, 1, 2], .nan)
        #expect(throws: ValueError.self) { try GroupRegression(fewestMembers: 1) }
        func round(_ updates: [[Double]], _ sizes: [Int]) throws -> FederatedRound {
            try FederatedRound(model: [0, 0], updates: updates, sizes: sizes)
        }
        #expect(throws: ValueError.players(0, allowed: 1...256)) { try round([], []) }
        #expect(throws: ValueError.number("updates", row: 0, column: 1)) {
            try round([[0, .nan]], [1])
        }
        #expect(throws: ValueError.self) { try round([[0]], [1]) }
        #expect(throws: ValueError.self) { try round([[0, 0]], [0]) }
        #expect(throws: ValueError.self) { try round([[0, 0], [0, 0]], [2, -1]) }
        #expect(throws: ValueError.self) { try round([[0, 0]], [1, 1]) }
        #expect(throws: ValueError.utility(Coalition([0]))) {
            try round([[1, 0]], [1]).exactValues { $0[0] > 0 ? .infinity : 0 }
        }
        #expect(throws: ValueError.self) { try GuidedSampling(withinRound: -1) }
    }

    @Test func `a round that changes nothing is skipped`() throws {
        var random = Seeded(63)
        let round = try FederatedRound(model: [0], updates: [[1], [2]], sizes: [1, 1])
        let values = try GuidedSampling().values(of: round, using: &random) { _ in 0.5 }
        #expect(values == RoundValues(values: [0, 0], evaluations: 2, skipped: 1))
    }
}
