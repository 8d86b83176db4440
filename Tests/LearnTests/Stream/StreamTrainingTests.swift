// SPDX-License-Identifier: Apache-2.0
import Canon
import Query
@testable import Study
import TestSupport
import Testing
import Vault

@testable import Learn

/// Streams that are trained over people, part by part.
@Suite struct StreamTrainingTests {
    @Test func `who buys is found in one pass, nearly as well as in many`() async throws {
        let (people, others) = (Comers(People.made(6000).people), People.made(3000, seed: 2))
        let stream = try Streams.compiled(people: 6000)
        let full = try Fixture.compiled(
            Streams.words.replacing("stream", with: "logistic"), people: 6000)
        let exact = try #require(try await Streams.exact(stream, on: people))
        let noised = try await stream.train(over: people, drawing: Seeded(7))
        let best = Fixture.area(try await full.train(over: people, drawing: Seeded(7)), on: others)
        #expect(Fixture.area(exact, on: others) > 0.93)
        #expect(Fixture.area(noised, on: others) > best - 0.02, "of \(best)")
        #expect(noised.kind == "logistic", "it predicts, and is written, as any other")
        #expect(try Model(json: noised.json) == noised)
    }

    @Test func `few people are learned from too, and it is said that they are few`() async throws {
        let compiled = try Streams.compiled(epsilon: "4.0", people: 400)
        let model = try await compiled.train(
            over: Comers(People.made(400).people), drawing: Seeded(3))
        #expect(Fixture.area(model, on: People.made(3000, seed: 2)) > 0.8)
        #expect(try Streams.compiled(people: 400).notes.contains { $0.contains("are few") })
        #expect(try !Streams.compiled(people: 50_000).notes.contains { $0.contains("are few") })
    }

    @Test func `the same noise gives the same stream on one thread and on two`() async throws {
        let compiled = try Streams.compiled(people: 500)
        let people = Comers(People.made(500).people)
        let one = try await compiled.train(over: people, threads: 1, drawing: Seeded(1))
        let two = try await compiled.train(over: people, threads: 2, drawing: Seeded(1))
        #expect(one == two)
        #expect(try await compiled.train(over: people, drawing: Seeded(2)) != one)
    }

    @Test func `what is measured is what the stream does on other people`() async throws {
        let compiled = try Streams.compiled(epsilon: "4.0", people: 8000)
        let model = try await compiled.train(
            over: Comers(People.made(8000).people), drawing: Seeded(7))
        let auc = try #require(model.quality?.measures.first { $0.name == "auc" })
        let truth = Fixture.area(model, on: People.made(8000, seed: 2)) * 10_000
        #expect(abs(Double(auc.value) - truth) < Double(auc.margin) + 100, "\(auc) \(truth)")
        #expect(auc.margin < 1500)
        #expect(compiled.tellsWorth)
    }

    @Test func `whatever comes back, and whatever a row holds, the next round has a plan`() throws {
        var dice = Seeded(5)
        var training = Training(try Streams.compiled(people: 500, rows: 1000))
        while let plan = try training.plan {
            for value in [Int64.min, .max, 0, -5] {
                let row = [value, value, value, value, 0, 1, value]
                for mark in 0..<7 as Range<UInt64> {
                    _ = Streams.numbers(plan.step, People.one(row, times: 3), mark: mark)
                }
            }
            let wild = (0..<plan.step.width).map { _ in
                Int64.random(in: .min ... .max, using: &dice)
            }
            training.take(.expected([.expected(wild, sigma: 1 << 40)]))
        }
        let model = try #require(training.model)
        #expect(try Model(json: model.json) == model)
    }

    @Test func `rounds differ in what identifies them`() throws {
        var training = Training(try Streams.compiled(people: 100))
        var texts: [String] = []
        while let plan = try training.plan {
            texts.append(String(decoding: try plan.step.canonical.signable(), as: UTF8.self))
            let values = [Int64](repeating: 5 << 20, count: plan.step.width)
            training.take(.expected([.expected(values, sigma: 1)]))
        }
        #expect(Set(texts).count == texts.count && texts.count == 9)
        let digests = try ["stream", "logistic", "network"].map {
            try Streams.compiled(people: 100, Streams.words.replacing("stream", with: $0)).digest
        }
        #expect(Set(digests).count == 3)
    }

    @Test func `what a stream does not do is refused, with what to write instead`() throws {
        for (words, problem) in [
            ("PREDICT spends USING (model => stream)", "a stream learns which of two"),
            ("PREDICT buys USING (model => stream, hidden => 3)", "no option 'hidden'"),
            (
                "PREDICT spends ORDER BY age HORIZON 7 USING (model => stream)",
                "ORDER BY has no place"
            ),
        ] {
            let error = #expect(throws: QueryError.self) {
                try Fixture.compiled(words, people: 1000)
            }
            #expect(
                error?.problem.contains(problem) == true, "\(words): \(String(describing: error))")
            #expect(error?.remedy.isEmpty == false)
        }
        let own = #expect(throws: QueryError.self) {
            try OwnTraining(
                "CREATE MODEL m FROM own PREDICT buys USING (model => stream)",
                table: People.schema, people: 10)
        }
        #expect(own?.problem.contains("people who come over time") == true)
        // A number is predicted by a condition.
        _ = try Fixture.compiled("PREDICT spends > 5000 USING (model => stream)", people: 1000)
    }

    @Test func `its rounds are explained, and how many sums somebody is in`() throws {
        let lines = try Streams.compiled(people: 50_000).explanation.lines
        #expect(
            lines.contains { $0.text.contains("some parts of the people, 63 times") }
                && lines.contains { $0.text.contains("nobody in more than 6") })
        #expect(lines.contains { $0.text.contains("63 parts of people by their keys") })
    }

    @Test func `what to expect of it is reckoned on people who do not exist`() async throws {
        let compiled = try Streams.compiled(epsilon: "8.0", people: 4000, rows: 3)
        let found = try #require(try await compiled.expectation())
        for measure in found.measures {
            #expect(measure.limit > measure.guess && measure.value > measure.guess)
            #expect(measure.value <= measure.limit + 300)
        }
        #expect(found.measures.map(\.name) == ["accuracy", "auc"])
    }
}
