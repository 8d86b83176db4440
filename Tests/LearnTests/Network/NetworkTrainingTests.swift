// SPDX-License-Identifier: Apache-2.0
import Canon
import Privacy
import Query
@testable import Study
import TestSupport
import Testing
import Vault

@testable import Learn

/// Networks that are trained over people, step by step.
@Suite struct NetworkTrainingTests {
    /// What follows from age and income together is learnt from these.
    private static let features = "features => (age, income, region)"

    private static func compiled(
        _ target: String = "buys", _ kind: String = "network", epsilon: String = "1.0",
        people: Int = 3000, rows: Int = 1, more: String = ""
    ) throws -> CompiledModel {
        try Fixture.compiled(
            "PREDICT \(target) USING (model => \(kind), \(features)\(more))", epsilon: epsilon,
            people: people, rows: rows)
    }

    @Test func `what two columns tell together is found, where weights and trees find nothing`()
        async throws
    {
        let (people, others) = (People.crossed(3000), People.crossed(3000, seed: 2))
        func area(_ kind: String) throws -> Double {
            let model = try Fixture.exact(Self.compiled("buys", kind), on: people)
            return Fixture.area(try #require(model), on: others)
        }
        let (network, weights, trees) = (
            try area("network"), try area("logistic"), try area("trees")
        )
        #expect(network > 0.88, "\(network)")
        #expect(network > max(weights, trees) + 0.3, "\(weights), \(trees)")
        let noised = try #require(try await Fixture.trained(Self.compiled(), on: people))
        let found = Fixture.area(noised, on: others)
        // Noise takes .04 on average of many trainings; this is one.
        #expect(found > network - 0.08, "\(found) of \(network)")
    }

    @Test func `a number is predicted too, in deviations of its own`() async throws {
        let (people, others) = (People.crossed(3000), People.crossed(2000, seed: 2))
        func explained(_ kind: String) throws -> Double {
            let compiled = try Self.compiled("spends", kind, epsilon: "2.0")
            return Fixture.explained(
                try #require(try Fixture.exact(compiled, on: people)), on: others)
        }
        let (network, linear) = (try explained("network"), try explained("linear"))
        #expect(network > 0.8, "\(network)")
        #expect(linear < 0.1, "\(linear)")
        let compiled = try Self.compiled("spends", epsilon: "2.0")
        let noised = try #require(try await Fixture.trained(compiled, on: people))
        #expect(Fixture.explained(noised, on: others) > network - 0.15)
        #expect(noised.quality?.measures.first?.name == "r2")
    }

    @Test func `what is straight is found nearly as well as by weights`() throws {
        let (people, others) = (People.made(3000), People.made(3000, seed: 2))
        let network = try #require(try Fixture.exact(Self.compiled(), on: people))
        let weights = try #require(
            try Fixture.exact(Self.compiled("buys", "logistic"), on: people))
        #expect(Fixture.area(network, on: others) > Fixture.area(weights, on: others) - 0.02)
    }

    @Test func `many rows of each person are learned from together`() async throws {
        let compiled = try Self.compiled(people: 400, rows: 20)
        let model = try #require(
            try await Fixture.trained(compiled, on: People.crossed(400, rows: 20)))
        let area = Fixture.area(model, on: People.crossed(3000, seed: 2))
        #expect(area > 0.8, "\(area)")
    }

    @Test func `what is measured is what the network does on other people`() async throws {
        let compiled = try Self.compiled(epsilon: "4.0", people: 5000)
        let model = try #require(try await Fixture.trained(compiled, on: People.crossed(5000)))
        let auc = try #require(model.quality?.measures.first { $0.name == "auc" })
        let truth = Fixture.area(model, on: People.crossed(5000, seed: 2)) * 10_000
        #expect(abs(Double(auc.value) - truth) < Double(auc.margin) + 100, "\(auc) \(truth)")
        #expect(auc.margin < 1500)
    }

    @Test(arguments: ["buys", "spends"])
    func `the same noise gives the same network on one thread and on two`(
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

    @Test func `rounds follow from schema, people, rows and privacy, before anything is read`()
        throws
    {
        for (people, steps, clip) in [(50, 20, 0.25), (1500, 40, 0.5), (100_000, 80, 1)] {
            let schedule = try Self.compiled(people: people).schedule
            let slopes = [Schedule.Kind](repeating: .slope, count: steps)
            #expect(schedule.rounds.map(\.kind) == [.moments] + slopes + [.quality])
            #expect(schedule.rounds[1].radius == UInt64((clip * 0x1p20).rounded(.up)))
        }
        // Two numbers, each with its square, and the count; where a number is predicted it as well.
        let radius = try Self.compiled().schedule.rounds[0].radius
        #expect(radius == UInt64((1.625.squareRoot() * 0x1p20).rounded(.up)))
        let number = try Self.compiled("spends").schedule.rounds[0].radius
        #expect(number == UInt64((1.9375.squareRoot() * 0x1p20).rounded(.up)))
        // Rows of one person count by the root of their number.
        let many = try Self.compiled(people: 100_000, rows: 100).schedule.rounds[1].radius
        #expect(many == UInt64(10 * 0x1p13))
        // Two features, a place for each of three regions and one for none, a constant.
        var training = Training(try Self.compiled(more: ", hidden => 5"))
        let width = try #require(try training.plan).step.width
        training.take(.expected([.expected([Int64](repeating: 1 << 20, count: width), sigma: 1)]))
        #expect(try training.plan?.step.width == 5 * 7 + 5 + 1)
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

    @Test(arguments: ["buys", "spends"], [1, 20])
    func `one person with many rows moves no sum by more than its radius`(
        target: String, rows: Int
    ) async throws {
        let compiled = try Self.compiled(target, people: 500, rows: rows)
        let others = People.made(20, rows: rows).people
        let she = People.one([100, 1_000_000, 2, 1, 0, 1, 10_000], times: 5 * rows)
        var training = Training(compiled)
        var dice = Seeded(3)
        while let plan = try training.plan {
            let radius = compiled.schedule.rounds[training.done].radius
            let without = try await plan.run(over: People(people: others)).blocks[0].whole[0]
            let with = try await plan.run(over: People(people: others + [she])).blocks[0].whole[0]
            let square = zip(with, without).reduce(UInt128(0)) {
                let apart = UInt128(($1.0 - $1.1).magnitude)
                return $0 + apart * apart
            }
            #expect(square <= UInt128(radius) * UInt128(radius))
            let noised = with.map { $0 + Int64.random(in: -1_000_000...1_000_000, using: &dice) }
            training.take(.expected([.expected(noised, sigma: 1_000_000)]))
        }
        #expect(training.model != nil)
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

    @Test func `rounds differ in what identifies them, and so do layers of another size`() throws {
        var training = Training(try Self.compiled(people: 100))
        var texts: [String] = []
        while let plan = try training.plan {
            texts.append(String(decoding: try plan.step.canonical.signable(), as: UTF8.self))
            let values = [Int64](repeating: 5 << 20, count: plan.step.width)
            training.take(.expected([.expected(values, sigma: 1)]))
        }
        #expect(Set(texts).count == texts.count)
        let digests = try [", hidden => 8", ", hidden => 16", ""].map {
            try Self.compiled(more: $0).digest
        }
        #expect(digests[0] != digests[1])
        #expect(digests[1] == digests[2])
    }
}
