// SPDX-License-Identifier: Apache-2.0
import Privacy
import Testing

@testable import Learn

/// Regressions of people who are few for their features, by plain steps.
@Suite struct PlainDescentTests {
    @Test
    func
        `the less slopes stand out from the noise, the fewer there are and the shorter they are cut`()
    {
        let plans = [10.0, 30, 100].map { PlainDescent(clarity: $0, features: 31, rows: 1) }
        #expect(plans.map(\.steps) == [15, 20, 20])
        #expect(plans.map(\.clip) == [0.25, 0.25, 0.5])
        #expect(plans[0].rate < plans[1].rate && plans[1].rate < plans[2].rate)
        #expect(plans.allSatisfy { $0.first == 2 && $0.momentum == 0.8 })
    }

    @Test func `a step is no longer than so much, however many features there are`() {
        for clarity in [10.0, 30, 100] {
            let few = PlainDescent(clarity: clarity, features: 4, rows: 1)
            let more = PlainDescent(clarity: clarity, features: 16, rows: 1)
            let many = PlainDescent(clarity: clarity, features: 100, rows: 1)
            #expect(more.rate == 2 * few.rate)
            #expect(many.rate < 5 * few.rate)
            #expect(many.rate == PlainDescent(clarity: clarity, features: 400, rows: 1).rate)
        }
    }

    @Test
    func `what noise hardly touches goes on for longer where many features hold its steps short`() {
        let wide = PlainDescent(clarity: 100, features: 113, rows: 1)
        #expect(wide.steps == 30)
        #expect(wide.momentum == 0.9)
        #expect(PlainDescent(clarity: 50, features: 113, rows: 1).steps == 20)
    }

    @Test func `rows of one person point the same way in part, and are cut less`() {
        for clarity in [10.0, 30, 100] {
            let several = PlainDescent(clarity: clarity, features: 31, rows: 5)
            let one = PlainDescent(clarity: clarity, features: 31, rows: 1)
            #expect(several.clip >= one.clip)
            #expect(several.norm < one.norm)
            #expect(several.momentum == 0.9)
        }
    }

    @Test func `a fifth of the privacy goes to the middle and spread of each number`() throws {
        let compiled = try Fixture.compiled("PREDICT buys USING (quality => off)", people: 300)
        let rounds = compiled.schedule.rounds
        #expect(rounds.map(\.kind) == [.moments] + [Schedule.Kind](repeating: .slope, count: 20))
        let whole = rounds.reduce(0) { $0 + $1.spending.units }
        #expect(abs(Double(rounds[0].spending.units) / Double(whole) - 0.2) < 1e-6)
    }

    @Test(arguments: [("0.5", 0.92), ("1.0", 0.925), ("2.0", 0.93)])
    func `three hundred people are learned from, whatever the noise`(
        epsilon: String, wanted: Double
    ) async throws {
        let compiled = try Fixture.compiled(
            "PREDICT buys USING (quality => off)", epsilon: epsilon, people: 300)
        let others = People.made(2000, seed: 2)
        var areas: [Double] = []
        for seed in UInt64(1)...8 {
            let people = People.made(300, seed: 100 + seed)
            let model = try #require(try await Fixture.trained(compiled, on: people, seed: seed))
            areas.append(Fixture.area(model, on: others))
        }
        let mean = areas.reduce(0, +) / Double(areas.count)
        #expect(mean > wanted, "\(mean) \(areas)")
    }
}
