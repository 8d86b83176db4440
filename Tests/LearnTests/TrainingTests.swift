// SPDX-License-Identifier: Apache-2.0
import Privacy
import Query
@testable import Study
import Testing
import TestSupport
import Vault

@testable import Learn

/// Models that are trained over people, round by round.
@Suite struct TrainingTests {
    @Test func `who buys is found, with noise nearly as well as without`() async throws {
        let compiled = try Fixture.compiled("PREDICT buys", people: 4000)
        let (people, others) = (People.made(4000), People.made(3000, seed: 2))
        let exact = try #require(try Fixture.exact(compiled, on: people))
        let noised = try #require(try await Fixture.trained(compiled, on: people))
        let (best, found) = (Fixture.area(exact, on: others), Fixture.area(noised, on: others))
        #expect(best > 0.93, "\(best)")
        #expect(found > best - 0.02, "\(found) of \(best)")
    }

    @Test func `few people are learned from by plain steps`() async throws {
        let compiled = try Fixture.compiled("PREDICT buys", epsilon: "2.0", people: 300)
        #expect(compiled.schedule.plain != nil)
        let model = try #require(try await Fixture.trained(compiled, on: People.made(300)))
        #expect(Fixture.area(model, on: People.made(3000, seed: 2)) > 0.85)
    }

    @Test func `a number is predicted by what is known of everybody`() async throws {
        let compiled = try Fixture.compiled("PREDICT spends", people: 4000)
        let model = try #require(try await Fixture.trained(compiled, on: People.made(4000)))
        let quality = try #require(model.quality?.measures.first)
        #expect(quality.name == "r2")
        #expect(quality.value > 7000, "\(quality)")
    }

    @Test func `the same noise gives the same model on one thread and on two`() async throws {
        let compiled = try Fixture.compiled("PREDICT buys", people: 500)
        let people = People.made(500)
        let one = try await Fixture.trained(compiled, on: people, threads: 1)
        let two = try await Fixture.trained(compiled, on: people, threads: 2)
        #expect(one == two)
        #expect(one != nil)
    }

    @Test(arguments: ["buys", "spends"])
    func `no round costs more than its part, nor all more than was asked`(target: String) throws {
        for epsilon in ["0.5", "1.0", "8.0"] {
            for people in [100, 100_000] {
                let compiled = try Fixture.compiled(
                    "PREDICT \(target)", epsilon: epsilon, people: people)
                var training = Training(compiled)
                var units: UInt64 = 0
                while let plan = try training.plan {
                    #expect(
                        plan.cost.units <= compiled.schedule.rounds[training.done].spending.units)
                    units += plan.cost.units
                    let values = [Int64](repeating: 1 << 20, count: plan.step.width)
                    training.take(.expected([.expected(values, sigma: 1)]))
                }
                #expect(units == compiled.cost.units)
                #expect(units <= compiled.question.target.gaussianRho.units)
                #expect(units >= compiled.question.target.gaussianRho.units * 99 / 100)
            }
        }
    }

    @Test func `nobody moves a round by more than its radius, whatever her rows`() throws {
        var dice = Seeded(3)
        let extremes: [[Int64]] = [
            [.min, .min, .min, .min, .min, 0, .min], [.max, .max, .max, .max, 0, 1, .max],
            [100, 1_000_000, 2, 1, 0, 1, 10_000], [0, 0, 0, 0, 0, 0, 0],
            [-5, -5, -5, -5, 0, 1, -5],
        ]
        for target in ["buys", "spends"] {
            for rows in [1, 20] {
                let compiled = try Fixture.compiled("PREDICT \(target)", people: 50_000, rows: rows)
                var training = Training(compiled)
                while let plan = try training.plan {
                    let round = compiled.schedule.rounds[training.done]
                    var scratch = plan.step.makeScratch()
                    for values in extremes {
                        for times in [1, rows, rows * 50] {
                            let numbers = Fixture.numbers(
                                plan.step, People.one(values, times: times), &scratch)
                            let norm = numbers.reduce(0.0) { $0 + Double($1) * Double($1) }
                                .squareRoot()
                            // Slopes may be longer, and are clipped; all else fits as it is, but for rounding.
                            if round.kind != .slope {
                                #expect(
                                    norm <= Double(round.radius) + Double(numbers.count),
                                    "\(round.kind) \(values)")
                            }
                            let partial = plan.partial(of: [People.one(values, times: times)])
                            let clipped = partial.blocks[0].whole[0]
                            let square = clipped.reduce(UInt128(0)) {
                                $0 + UInt128($1.magnitude) * UInt128($1.magnitude)
                            }
                            #expect(square <= UInt128(round.radius) * UInt128(round.radius))
                        }
                    }
                    let noise = (0..<plan.step.width).map { _ in
                        Int64.random(in: -1_000_000...1_000_000, using: &dice)
                    }
                    training.take(.expected([.expected(noise, sigma: 1000)]))
                }
                #expect(training.model != nil)
            }
        }
    }

    @Test func `one row in ten is held out, of equal rows too`() throws {
        for values: [Int64] in [[0, 0], [1, 0], [1, 1], [38, 1]] {
            values.withUnsafeBufferPointer { values in
                let people = (0..<5000).count { TrainingStep.isHeldOut(values, 1, of: $0) }
                #expect((400...600).contains(people), "\(people)")
                let ofOne = (0..<5000).count { TrainingStep.isHeldOut(values, $0, of: 7) }
                #expect((400...600).contains(ofOne), "\(ofOne)")
            }
        }
    }

    /// People of whom each has a name of her own.
    private struct Marked: CohortReader {
        let people: [Rows]
        var count: Int { people.count }
        func mark(of contributor: Int) -> UInt64 { UInt64(contributor) }
        func makeRoom(for wanted: [TableColumns]) {}
        func tables(
            of contributor: Int, reading wanted: [TableColumns], in room: inout Void
        ) throws -> [Rows] { [people[contributor]] }
    }

    @Test func `what is measured of few and coarse columns is what is`() async throws {
        // There are twelve rows that people can have; the part of those who buy is that of all.
        let compiled = try Fixture.compiled(
            "PREDICT buys USING (features => (region, member))", epsilon: "8.0", people: 6000)
        let people = People.made(6000)
        let model = try await compiled.train(
            over: Marked(people: people.people), drawing: Seeded(7))
        guard case .share(let share)? = model.average else {
            Issue.record("a share of the positive is wanted")
            return
        }
        let place = try #require(People.schema.columns.firstIndex { $0.name == "buys" })
        let truth =
            Double(people.people.count { $0.columns[place].values[0] == 1 })
            / Double(people.people.count)
        #expect(abs(share - truth) < 0.05, "\(share) \(truth)")
    }

    @Test func `what is measured is what the model does on other people`() async throws {
        let compiled = try Fixture.compiled("PREDICT buys", epsilon: "4.0", people: 8000)
        let model = try #require(try await Fixture.trained(compiled, on: People.made(8000)))
        let measures = try #require(model.quality?.measures)
        let auc = try #require(measures.first { $0.name == "auc" })
        let truth = Fixture.area(model, on: People.made(8000, seed: 2)) * 10_000
        #expect(abs(Double(auc.value) - truth) < Double(auc.margin) + 100, "\(auc) \(truth)")
        #expect(auc.margin < 1500)
    }
}
