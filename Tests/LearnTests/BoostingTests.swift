// SPDX-License-Identifier: Apache-2.0
import Canon
import Privacy
import Query
import Study
import Testing
import TestSupport
import Vault

@testable import Learn
@testable import Study

/// Additive trees that are trained over people, round by round.
@Suite struct BoostingTests {
    /// All but what is spent, from which it follows who buys.
    private static let features = "features => (age, income, region, member)"

    private static func compiled(
        _ target: String, epsilon: String = "1.0", people: Int = 4000, rows: Int = 1
    ) throws -> CompiledModel {
        try Fixture.compiled(
            "PREDICT \(target) USING (model => trees)", epsilon: epsilon, people: people, rows: rows
        )
    }

    /// What finds who buys among bent people.
    private static func bent(
        _ kind: String = "trees", epsilon: String = "1.0", people: Int, rows: Int = 1
    ) throws -> CompiledModel {
        try Fixture.compiled(
            "PREDICT buys USING (model => \(kind), \(features))", epsilon: epsilon, people: people,
            rows: rows)
    }

    @Test func `what bends is found, where a weight for each feature finds nothing`() throws {
        let (people, others) = (People.bent(4000), People.bent(3000, seed: 2))
        func area(_ kind: String) throws -> Double {
            let model = try Fixture.exact(Self.bent(kind, people: 4000), on: people)
            return Fixture.area(try #require(model), on: others)
        }
        let (trees, weights) = (try area("trees"), try area("logistic"))
        #expect(trees > 0.85, "\(trees)")
        #expect(trees > weights + 0.2, "\(trees), \(weights)")
    }

    @Test func `what is straight is found nearly as well as by weights, with noise too`()
        async throws
    {
        let (people, others) = (People.made(4000), People.made(3000, seed: 2))
        let exact = try #require(try Fixture.exact(Self.compiled("buys"), on: people))
        let noised = try #require(try await Fixture.trained(Self.compiled("buys"), on: people))
        let weights = try #require(
            try Fixture.exact(Fixture.compiled("PREDICT buys", people: 4000), on: people))
        let best = Fixture.area(exact, on: others)
        #expect(best > Fixture.area(weights, on: others) - 0.01, "\(best)")
        let found = Fixture.area(noised, on: others)
        #expect(found > best - 0.03, "\(found) of \(best)")
    }

    @Test func `many rows of each person are learned from together`() async throws {
        let compiled = try Self.bent(people: 800, rows: 20)
        let model = try #require(
            try await Fixture.trained(compiled, on: People.bent(800, rows: 20)))
        let area = Fixture.area(model, on: People.bent(3000, seed: 2))
        #expect(area > 0.8, "\(area)")
    }

    @Test func `a number is predicted by trees too`() async throws {
        let (people, others) = (People.made(2000), People.made(1000, seed: 2))
        let compiled = try Self.compiled("spends", epsilon: "2.0", people: 2000)
        let exact = try #require(try Fixture.exact(compiled, on: people))
        let noised = try #require(try await Fixture.trained(compiled, on: people))
        let (best, found) = (
            Fixture.explained(exact, on: others), Fixture.explained(noised, on: others)
        )
        #expect(best > 0.8, "\(best)")
        #expect(found > 0.7, "\(found) of \(best)")
        #expect(noised.quality?.measures.first?.name == "r2")
    }

    @Test func `what is measured is what the model does on other people`() async throws {
        let compiled = try Self.bent(epsilon: "4.0", people: 8000)
        let model = try #require(try await Fixture.trained(compiled, on: People.bent(8000)))
        let auc = try #require(model.quality?.measures.first { $0.name == "auc" })
        let truth = Fixture.area(model, on: People.bent(8000, seed: 2)) * 10_000
        #expect(abs(Double(auc.value) - truth) < Double(auc.margin) + 100, "\(auc) \(truth)")
        #expect(auc.margin < 1500)
    }

    @Test(arguments: ["buys", "spends"])
    func `the same noise gives the same model on one thread and on two`(
        target: String
    ) async throws {
        let compiled = try Self.compiled(target, people: 300)
        let people = People.made(300)
        let one = try await Fixture.trained(compiled, on: people, threads: 1)
        let two = try await Fixture.trained(compiled, on: people, threads: 2)
        #expect(one == two)
        #expect(one != nil)
        #expect(try await Fixture.trained(compiled, on: people, seed: 8) != one)
    }

    @Test func `rounds follow from schema, people and rows, before anything is read`() throws {
        let few = try Self.compiled("buys", people: 100).schedule
        #expect(
            few.rounds.map(\.kind) == [.counts] + [Schedule.Kind](repeating: .leaves, count: 8) + [
                .quality
            ])
        let many = try Self.compiled("buys", people: 100_000).schedule
        #expect(many.rounds.count { $0.kind == .leaves } == 50)
        #expect(many.rounds[0].radius == few.rounds[0].radius)
        // Five columns and the label; five leaf sums of one row.
        #expect(many.rounds[0].radius == UInt64((6.0.squareRoot() * 0x1p20).rounded(.up)))
        let step = Double(many.rounds[1].radius) / 0x1p20 / 5.0.squareRoot()
        #expect(abs(step - 0.5) < 1e-5)
    }

    @Test(arguments: ["buys", "spends"])
    func `no round costs more than its part, nor all more than was asked`(target: String) throws {
        for (epsilon, people, rows) in [
            ("0.5", 100, 1), ("1.0", 100_000, 1), ("8.0", 100_000, 20), ("0.1", 100, 1000),
        ] {
            let compiled = try Self.compiled(target, epsilon: epsilon, people: people, rows: rows)
            var training = Training(compiled)
            var units: UInt64 = 0
            while let plan = try training.plan {
                #expect(plan.cost.units <= compiled.schedule.rounds[training.done].spending.units)
                units += plan.cost.units
                let values = [Int64](repeating: 1 << 20, count: plan.step.width)
                training.take(.expected([.expected(values, sigma: 1)]))
            }
            let asked = compiled.question.target.gaussianRho.units
            #expect(units == compiled.cost.units)
            #expect(units <= asked)
            #expect(units >= asked / 100 * 99, "\(units) of \(asked)")
        }
    }

    @Test(arguments: ["buys", "spends"], [1, 20, 1000])
    func `one person with many rows moves no sum by more than its radius`(
        target: String, rows: Int
    ) async throws {
        let compiled = try Self.compiled(target, people: 500, rows: rows)
        let others = People.made(20, rows: min(rows, 30)).people
        let she = People.one([100, 1_000_000, 2, 1, 0, 1, 10_000], times: 5 * rows)
        var training = Training(compiled)
        var dice = Seeded(3)
        while let plan = try training.plan {
            let radius = compiled.schedule.rounds[training.done].radius
            let (without, with) = try await (
                Self.sums(plan, others), Self.sums(plan, others + [she])
            )
            #expect(Self.square(without, with) <= UInt128(radius) * UInt128(radius))
            // A radius that she passes holds her all the same, and everybody else too.
            let narrow = try StudyPlan(
                step: compiled.step(plan.step.sums, radius: radius / 50),
                spending: compiled.schedule.rounds[training.done].spending)
            let (less, more) = try await (
                Self.sums(narrow, others), Self.sums(narrow, [she] + others)
            )
            #expect(Self.square(less, more) <= UInt128(radius / 50) * UInt128(radius / 50))
            let noised = with.map { $0 + Int64.random(in: -1_000_000...1_000_000, using: &dice) }
            training.take(.expected([.expected(noised, sigma: 1_000_000)]))
        }
        #expect(training.model != nil)
    }

    /// The exact sums of a round over people, each clipped.
    private static func sums(
        _ plan: StudyPlan<TrainingStep>, _ people: [Rows]
    ) async throws -> [Int64] {
        try await plan.run(over: People(people: people), threads: 2).blocks[0].whole[0]
    }

    private static func square(_ one: [Int64], _ other: [Int64]) -> UInt128 {
        zip(one, other).reduce(0) { sum, pair in
            let apart = UInt128((pair.0 - pair.1).magnitude)
            return sum + apart * apart
        }
    }

    @Test func `whatever comes back, and whatever a row holds, the next round has a plan`() throws {
        var dice = Seeded(5)
        for target in ["buys", "spends"] {
            var training = Training(try Self.compiled(target, people: 500, rows: 1000))
            while let plan = try training.plan {
                var scratch = plan.step.makeScratch()
                for value in [Int64.min, .max, 0, -5] {
                    let row = [value, value, value, value, 0, 1, value]
                    _ = Fixture.numbers(plan.step, People.one(row, times: 3), &scratch)
                }
                let wild = (0..<plan.step.width).map { _ in
                    Int64.random(in: .min ... .max, using: &dice)
                }
                training.take(.expected([.expected(wild, sigma: 1 << 40)]))
            }
            let model = try #require(training.model)
            #expect(try Model(json: model.json) == model)
        }
    }

    @Test func `two rounds differ in what identifies them, two runs do not`() throws {
        func texts() throws -> [String] {
            var training = Training(try Self.compiled("buys", people: 100))
            var texts: [String] = []
            while let plan = try training.plan {
                texts.append(String(decoding: try plan.step.canonical.signable(), as: UTF8.self))
                let values = [Int64](repeating: 5 << 20, count: plan.step.width)
                training.take(.expected([.expected(values, sigma: 1)]))
            }
            return texts
        }
        let first = try texts()
        #expect(Set(first).count == first.count)
        #expect(try texts() == first)
    }
}
