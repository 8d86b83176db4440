// SPDX-License-Identifier: Apache-2.0
import Privacy
import Query
import Testing
import TestSupport
@testable import Study
import Vault

@testable import Learn

/// Forecasts that are learned from many people's series.
@Suite struct ForecastTrainingTests {
    private static let weekly = Walkers.Habit(
        memory: 0.5, week: [0, 0, 0, 0, 0.1, 0.5, 0.3], chance: 0.2, gaps: 5)

    /// What one person gives to the first round, before it is clipped.
    private func given(_ compiled: CompiledModel, _ rows: Rows) throws -> [Int64] {
        guard let plan = try Training(compiled).plan else { return [] }
        var scratch = plan.step.makeScratch()
        return Fixture.numbers(plan.step, rows, &scratch)
    }

    private func weights(_ model: Model) -> [Double] { model.terms.map(\.weight) }

    @Test func `how much of yesterday is left is found, and nothing else`() throws {
        let compiled = try Walkers.forecast(", season => 1, lags => 3, quality => off")
        let people = People(people: Walkers.made(400, .init(memory: 0.7)))
        let found = weights(try #require(try Fixture.exact(compiled, on: people)))
        #expect(abs(found[0] - 0.7) < 0.1, "\(found)")
        #expect(abs(found[1]) < 0.08 && abs(found[2]) < 0.08, "\(found)")
    }

    @Test func `a week is found, and foretells better than last week does`() throws {
        let compiled = try Walkers.forecast(people: 600)
        let model = try #require(
            try Fixture.exact(compiled, on: People(people: Walkers.made(600, Self.weekly))))
        let others = Walkers.made(400, Self.weekly, seed: 2)
        let found = Walkers.errors(model, of: others)
        let mean = Walkers.errors(try #require(Walkers.ownMean(like: model)), of: others)
        #expect(found.model < 0.85 * found.naive, "\(found)")
        #expect(found.model < 0.9 * mean.model, "\(found) \(mean)")
    }

    @Test func `with noise it is nearly as good, from 2,000 people at epsilon 1`() async throws {
        let compiled = try Walkers.forecast(people: 2000)
        let people = People(people: Walkers.made(2000, Self.weekly))
        let others = Walkers.made(400, Self.weekly, seed: 2)
        let exact = try #require(try Fixture.exact(compiled, on: people))
        let noised = try #require(try await Fixture.trained(compiled, on: people))
        let (best, found) = (Walkers.errors(exact, of: others), Walkers.errors(noised, of: others))
        #expect(found.model < best.model * 1.03, "\(found) \(best)")
        #expect(noised != exact)
    }

    @Test func `where people are too few it forecasts little but each one's own mean`() async throws
    {
        let compiled = try Walkers.forecast(epsilon: "0.5", people: 30)
        #expect(compiled.notes.contains { $0.contains("people are few") })
        let people = People(people: Walkers.made(30, Self.weekly))
        let others = Walkers.made(300, Self.weekly, seed: 2)
        for seed in 1...5 as ClosedRange<UInt64> {
            let model = try #require(try await Fixture.trained(compiled, on: people, seed: seed))
            let mean = Walkers.errors(try #require(Walkers.ownMean(like: model)), of: others)
            #expect(Walkers.errors(model, of: others).model < mean.model * 1.1)
        }
    }

    @Test func `nobody moves a round by more than its radius, whatever her rows`() throws {
        var dice = Seeded(3)
        func day() -> Int64 { Int64.random(in: 0...20_000, using: &dice) }
        func rows(_ steps: (_ day: Int64) -> Int64) -> Rows {
            Walkers.rows((0..<400 as Range<Int64>).map { day -> Int64? in steps(day) })
        }
        let scattered: [(day: Int64, steps: Int64)] = (0..<5_000).map { _ in (day(), day()) }
        let broken: [(day: Int64, steps: Int64)] = [
            (.min, 5), (.max, 5), (.min + 1, 7), (0, .min), (1, 4), (2, 9), (3, 3),
        ]
        let extremes: [Rows] = [
            rows { $0 % 2 == 0 ? 0 : 100_000 }, rows { $0 < 200 ? .min + 1 : .max }, rows { $0 },
            rows { $0 == 399 ? 100_000 : 0 }, Walkers.rows(scattered), Walkers.rows(broken),
            Walkers.rows([100_000]), Walkers.rows([Int64?]()),
        ]
        var cut = 0
        func square(_ numbers: [Int64]) -> UInt128 {
            numbers.reduce(UInt128(0)) { $0 + UInt128($1.magnitude) * UInt128($1.magnitude) }
        }
        for options in [
            "", ", lags => 60, season => 366", ", lags => 1, season => 1", ", step => month",
        ] {
            let compiled = try Walkers.forecast(options, epsilon: "8.0")
            var training = Training(compiled)
            while let plan = try training.plan {
                let radius = UInt128(compiled.schedule.rounds[training.done].radius)
                var scratch = plan.step.makeScratch()
                for rows in extremes {
                    let given = Fixture.numbers(plan.step, rows, &scratch)
                    let clipped = plan.partial(of: [rows]).blocks[0].whole[0]
                    #expect(square(clipped) <= radius * radius)
                    if square(given) > radius * radius { cut += 1 }
                }
                let noise = (0..<plan.step.width).map { _ in
                    Int64.random(in: -1_000_000_000...1_000_000_000, using: &dice)
                }
                training.take(.expected([.expected(noise, sigma: 1000)]))
            }
            #expect(training.model != nil)
        }
        #expect(cut > 0, "a line hangs together more than the radius has room for")
    }

    @Test func `no round costs more than its part, nor all more than was asked`() throws {
        for (epsilon, options) in [
            ("0.5", ""), ("8.0", ", quality => off"), ("1.0", ", lags => 60"),
        ] {
            let compiled = try Walkers.forecast(options, epsilon: epsilon)
            var training = Training(compiled)
            var units: UInt64 = 0
            while let plan = try training.plan {
                #expect(plan.cost.units <= compiled.schedule.rounds[training.done].spending.units)
                units += plan.cost.units
                let zeros = [Int64](repeating: 0, count: plan.step.width)
                training.take(.expected([.expected(zeros, sigma: 1)]))
            }
            #expect(units == compiled.cost.units)
            #expect(units <= compiled.question.target.gaussianRho.units)
            #expect(units >= compiled.question.target.gaussianRho.units * 99 / 100)
        }
    }

    @Test func `the last steps are not trained on, but where nothing is measured`() throws {
        let days = 0..<50 as Range<Int64>
        let one = Walkers.rows(days.map { day -> Int64? in day * day % 37 * 100 })
        let other = Walkers.rows(
            days.map { day -> Int64? in day < 43 ? day * day % 37 * 100 : day * 1_000 })
        let measured = try Walkers.forecast()
        #expect(try given(measured, one) == given(measured, other))
        #expect(try given(measured, one).contains { $0 != 0 })
        let whole = try Walkers.forecast(", quality => off")
        #expect(try given(whole, one) != given(whole, other))
    }

    @Test func `what is measured is how it does in steps that it did not see`() async throws {
        let compiled = try Walkers.forecast(epsilon: "4.0", people: 1500)
        let people = Walkers.made(1500, Self.weekly)
        let model = try #require(try await Fixture.trained(compiled, on: People(people: people)))
        let truth = Walkers.errors(model, of: people)
        let measures = try #require(model.quality?.measures)
        #expect(measures.map(\.name) == ["mase", "naive mase"])
        for (measure, value) in zip(measures, [truth.model, truth.naive]) {
            #expect(abs(Double(measure.value) / 10_000 - value) < Double(measure.margin) / 10_000)
            #expect(measure.margin < 2_000)
        }
        let noise = Quality(forecast: [3, 1, 1, 1], sigma: 5)
        #expect(noise.measures.isEmpty, "of noise alone nothing is said")
    }

    @Test func `the same noise gives the same forecast on one thread and on two`() async throws {
        let compiled = try Walkers.forecast()
        let people = People(people: Walkers.made(100, Self.weekly))
        let one = try await Fixture.trained(compiled, on: people, threads: 1)
        let two = try await Fixture.trained(compiled, on: people, threads: 2)
        #expect(one == two && one != nil)
    }

    @Test func `moments count by their days, rows of a day for their mean, in any order`() throws {
        typealias Dated = (day: Int64, steps: Int64)
        let days = 0..<40 as Range<Int64>
        let rows = Walkers.rows(days.map { day -> Dated in (day, 50 + day * day % 11) })
        let mixed = Walkers.rows(
            days.reversed().flatMap { day -> [Dated] in
                [(day, 52 + day * day % 11), (day, 48 + day * day % 11)]
            })
        func compiled(_ column: String) throws -> CompiledModel {
            try Walkers.compiled(
                "WHERE steps > -100 PREDICT steps + 10 ORDER BY \(column) HORIZON 3 "
                    + "USING (model => forecast)")
        }
        let (byDay, byMoment) = (try compiled("day"), try compiled("at"))
        let wanted = try given(byDay, rows)
        #expect(wanted.contains { $0 != 0 })
        #expect(try given(byMoment, rows) == wanted)
        for (one, other) in zip(try given(byDay, mixed), wanted) { #expect(abs(one - other) <= 1) }
    }
}
