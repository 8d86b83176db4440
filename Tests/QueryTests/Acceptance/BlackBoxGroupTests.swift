// SPDX-License-Identifier: Apache-2.0
import Privacy
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// Check 4 of the reference for what else is released than sums of a stated radius: the rung of a ladder,
/// and which groups are found. See ``BlackBoxTests``.
@Suite struct BlackBoxGroupTests {
    private static let releases = Slow.count(2500, 200_000)

    // MARK: Ladders

    @Test func `check 4: a ladder keeps its epsilon and delta, whatever rung it chooses`() throws {
        // Everybody has 64 rows, so that the rung of 64 is chosen; one more has 64 too.
        let plan = try Self.ladder()
        let people = [[Rows]](repeating: [BlackBoxTests.person(64) { _ in 1 }], count: 60)
        let pair = Self.neighbours(plan, others: people, one: people[0])
        var source = ByteSource.seeded(420)
        let rungs = try (0..<50).map { _ in
            try plan.release(pair.with, adding: plan.noise(from: &source)).blocks[0].clip?.rung
        }
        #expect(rungs.allSatisfy { $0 == 6 })
        #expect(try pair.excess(releases: Self.releases, seed: 421) < StochasticTester.alarm)
        // Of its privacy the choice takes a sixteenth, which this fault leaves unused.
        let broken = try pair.excess(
            of: BlackBoxTests.planted(plan), releases: 2 * Self.releases, seed: 422)
        #expect(broken > StochasticTester.alarm)
    }

    /// Cohorts of nobody to some dozens with as many rows as they please, so that the rung is sometimes
    /// certain and sometimes wavers, and one more with few, usual, or far too many rows.
    @Test(arguments: 0..<Slow.count(4, 40))
    func `check 4: a ladder keeps its promise on all kinds of cohorts`(turn: Int) throws {
        let plan = try Self.ladder()
        var random = Seeded(UInt64(4300 + turn))
        let usual = 1 << (random.next() % 7)
        let others = (0..<Int(random.next() % 60)).map { place in
            let rows = place % 3 == 0 ? Int(usual) : 1 + Int(random.next() % UInt64(2 * usual))
            return [BlackBoxTests.person(rows) { _ in 1 }]
        }
        let one = [1, Int(usual), 64, 1000][turn % 4]
        let pair = Self.neighbours(
            plan, others: others, one: [BlackBoxTests.person(one) { _ in 1 }])
        let excess = try pair.excess(releases: Self.releases, seed: UInt64(4400 + turn))
        #expect(excess < StochasticTester.alarm)
    }

    private static func ladder() throws -> StudyPlan<AggregateStep> {
        try Fixture.query(
            "SELECT COUNT(*) FROM demo WITH PRIVACY (epsilon => 16)", rows: 64
        ).plan
    }

    private static func neighbours(
        _ plan: StudyPlan<AggregateStep>, others: [[Rows]], one: [Rows]
    ) -> Neighbours<AggregateStep> {
        Neighbours(
            plan: plan, with: plan.partial(ofAll: others + [one]),
            without: plan.partial(ofAll: others))
    }

    @Test func `check 4: the histogram of norms keeps its share`() throws {
        let plan = try Fixture.query("SELECT COUNT(*) FROM demo", rows: 64).plan
        let noise = try #require(plan.noises[0].choice)
        // One contributor moves a count by one unit and a part by one at most.
        let most = 2 * UInt64(ClipEstimate.unit) * UInt64(ClipEstimate.unit)
        #expect(noise.sensitivity == ClipEstimate.sensitivity)
        #expect(noise.sensitivity * noise.sensitivity >= most)
        var source = ByteSource.seeded(430)
        let sigma = Double(noise.noise.sigma)
        let draws = noise.noise.draw(20_000, from: &source).map { Double($0) / sigma }
        let mu = Double(ClipEstimate.sensitivity) / sigma
        let tester = StochasticTester(noise.charge, releases: 10_000)
        let half = (Array(draws[..<10_000]), Array(draws[10_000...]))
        #expect(
            tester.excess(with: half.0.map { $0 + mu }, without: half.1) < StochasticTester.alarm)
        #expect(tester.excess(with: half.0.map { $0 + 3 * mu }, without: half.1) > 5)
    }

    // MARK: Groups that are found

    /// A group that is shown or not, of so many people that the threshold lies between the votes of both
    /// neighbours. It tells them apart best in the middle between them, which these two ε give: the one for
    /// the sound plan, the other for the faulty one.
    @Test(arguments: ["12.2", "15.4"])
    func `check 4: groups that are found keep their epsilon and delta`(epsilon: String) throws {
        let plan = try Self.found(epsilon: epsilon, rows: 1)
        let claim = try #require(plan.selection).charge
        let sound = try Self.excess(of: plan, claim: claim, seed: 441)
        #expect(sound < StochasticTester.alarm)
        guard epsilon == "15.4" else { return }
        // Votes with the noise of a sensitivity 1.175 times too small.
        let more = Rho(units: UInt64(Double(plan.cost.units) * 1.175 * 1.175))
        let faulty = try StudyPlan(step: plan.step, spending: more)
        #expect(try Self.excess(of: faulty, claim: claim, seed: 442) > StochasticTester.alarm)
    }

    /// One contributor in one to three groups, each of so many others that their votes lie about the
    /// threshold, and one of her groups perhaps hers alone.
    @Test(arguments: 0..<Slow.count(6, 36))
    func `check 4: found groups keep their promise wherever the threshold lies`(turn: Int) throws {
        let epsilon = ["6", "12.2", "15.4", "40"][turn % 4]
        let plan = try Self.found(epsilon: epsilon, rows: 3)
        let selection = try #require(plan.selection)
        let groups = 1 + turn / 4 % 3
        let isAlone = turn % 5 == 4
        let about = Int(selection.threshold / selection.unit) + turn % 3 - 1
        let others = (isAlone ? 1 : 0)..<groups
        let people = others.flatMap { city in
            [[Rows]](repeating: [Self.person(in: [city])], count: max(about, 1))
        }
        let one = [Self.person(in: Array(0..<groups))]
        let shown = try Self.shown(
            plan, with: people + [one], without: people, seed: UInt64(4500 + turn))
        // All of those she shares with others, or any of them.
        for (name, least) in [("all", others.count), ("any", 1)] where least > 0 {
            let sides = shown.map { side in
                side.map { $0.keys - (isAlone && $0.hasOwn ? 1 : 0) >= least ? 100.0 : -100 }
            }
            let excess = StochasticTester(selection.charge, releases: Self.releases)
                .excess(with: sides[0], without: sides[1])
            #expect(excess < StochasticTester.alarm, "\(name)")
        }
        // One that is hers alone is shown with the δ of the selection at most.
        guard isAlone else { return }
        let own = Double(shown[0].count { $0.hasOwn }) / Double(Self.releases)
        let most = 0.001 + 5 * (0.001 / Double(Self.releases)).squareRoot()
        #expect(own <= most, "a group of one is shown with probability \(own)")
        #expect(shown[1].allSatisfy { !$0.hasOwn })
    }

    private static func found(epsilon: String, rows: Int) throws -> StudyPlan<AggregateStep> {
        try Fixture.query(
            "SELECT city, COUNT(*) FROM demo GROUP BY city "
                + "WITH PRIVACY (epsilon => \(epsilon), delta => 0.001)", rows: rows
        ).plan
    }

    private static let cities = ["Graz", "Linz", "Wien"]

    private static func person(in places: [Int]) -> Rows {
        let columns = Fixture.schema.columns.map { column in
            Rows.Column(
                values: places.map { column.name == "city" ? Int64($0) : 1 },
                dictionary: column.kind == .text ? cities : [])
        }
        return Rows(schema: Fixture.schema, columns: columns, count: places.count)
    }

    /// How many groups each release shows on either neighbour, and whether the first of them is among them.
    private static func shown(
        _ plan: StudyPlan<AggregateStep>, with: [[Rows]], without: [[Rows]], seed: UInt64
    ) throws -> [[(keys: Int, hasOwn: Bool)]] {
        var source = ByteSource.seeded(seed)
        let first = GroupKey.Part.text(Array(cities[0].utf8))
        return try [with, without].map { people in
            let partial = plan.partial(ofAll: people)
            return try (0..<releases).map { _ in
                let answer = try plan.release(partial, adding: plan.noise(from: &source))
                let keys = answer.keys ?? []
                return (keys.count, keys.contains { $0.parts.first == first })
            }
        }
    }

    /// By how many standard errors it shows in whether a group is shown that a person is in it.
    private static func excess(
        of plan: StudyPlan<AggregateStep>, claim: Rho, seed: UInt64
    ) throws -> Double {
        let selection = try #require(plan.selection)
        let votes = selection.threshold / selection.unit
        let people = [[Rows]](repeating: [person(in: [0])], count: Int(votes))
        // Shown or not, as a position far to the right or to the left.
        let sides = try shown(plan, with: people + [people[0]], without: people, seed: seed)
            .map { $0.map { $0.keys > 0 ? 100.0 : -100 } }
        return StochasticTester(claim, releases: releases)
            .excess(with: sides[0], without: sides[1])
    }
}
