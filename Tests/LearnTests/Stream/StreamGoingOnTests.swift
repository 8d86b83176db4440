// SPDX-License-Identifier: Apache-2.0
import Privacy
import Query
@testable import Study
import TestSupport
import Testing

@testable import Learn

/// Streams that go on from what they were, over new people alone.
@Suite struct StreamGoingOnTests {
    private static let all = People.made(6000, seed: 4).people

    /// A stream of the first people, trained.
    private static func first(_ count: Int = 2000) async throws -> Model {
        try await Streams.compiled(people: count).train(
            over: Comers(Array(all.prefix(count))), drawing: Seeded(1))
    }

    @Test func `going on over new people makes models better`() async throws {
        let others = People.made(2000, seed: 2)
        var (before, after) = (0.0, 0.0)
        for seed in 1...6 as ClosedRange<UInt64> {
            var (start, read): (StreamStart?, Int) = (nil, 0)
            for turn in 0..<6 {
                let compiled = try Streams.compiled(epsilon: "0.5", people: 150, from: start)
                let people = Comers(
                    Array(
                        Self.all[1000 * Int(seed - 1) + read..<1000 * Int(seed - 1) + read + 150]),
                    first: read)
                let model = try await compiled.train(
                    over: people, drawing: Seeded(10 * seed + UInt64(turn)))
                read += people.count
                start = StreamStart(model, people: read)
                let area = Fixture.area(model, on: others)
                if turn == 0 { before += area / 6 }
                if turn == 5 { after += area / 6 }
            }
        }
        #expect(after > before + 0.03, "\(before), \(after)")
    }

    @Test func `it begins where it was, and asks of columns nothing again`() async throws {
        let one = try await Self.first()
        let compiled = try Streams.compiled(people: 2000, from: StreamStart(one, people: 2000))
        guard case .weights(let form) = one.form else {
            Issue.record("a stream is weights")
            return
        }
        var training = Training(compiled)
        #expect(try training.plan?.step.width == 1, "how many rows there are, and nothing else")
        training.take(.expected([.expected([2000 << 20], sigma: 1)]))
        guard case .stream(let sums)? = try training.plan?.step.sums else {
            Issue.record("then come sums")
            return
        }
        #expect(sums.weights == [form.weights] && sums.standard == form.standard)
        // Where nobody says anything it stays what it was.
        while let plan = try training.plan {
            let zeros = [Int64](repeating: 0, count: plan.step.width)
            training.take(.expected([.expected(zeros, sigma: 1)]))
        }
        guard case .weights(let same)? = training.model?.form else {
            Issue.record("there is a model")
            return
        }
        #expect(zip(same.weights, form.weights).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test func `nothing of an earlier tree is in a later one`() async throws {
        // The weights that were let out are all that a training takes over: from the file of a model it goes on as from the
        // model, to the last bit.
        let one = try await Self.first()
        let people = Comers(Array(Self.all[2000..<2600]), first: 2000)
        func goneOn(_ model: Model) async throws -> Model {
            try await Streams.compiled(people: 600, from: StreamStart(model, people: 2000)).train(
                over: people, drawing: Seeded(9))
        }
        #expect(try await goneOn(one) == goneOn(try Model(json: one.json)))
        #expect(people.readings.count == 600)
    }

    @Test func `few new people move a model of many less than a first one`() async throws {
        let one = try await Self.first()
        func rate(_ before: Int) throws -> Double? {
            try Streams.compiled(people: 5000, from: StreamStart(one, people: before))
                .schedule.stream?.rate
        }
        let (few, many) = (try #require(try rate(5000)), try #require(try rate(500_000)))
        let first = try #require(try Streams.compiled(people: 5000).schedule.stream?.rate)
        #expect(many < few && few < first)
        // By the root of their part of all: half, and one in 101.
        #expect(abs(few / many - 50.5.squareRoot()) < 1e-9)
    }

    @Test func `twenty new people do a good model of a thousand no harm`() async throws {
        let compiled = try Streams.compiled(people: 1000)
        let good = try #require(
            try await Streams.exact(compiled, on: Comers(Array(Self.all.prefix(1000)))))
        let others = People.made(2000, seed: 2)
        let start = StreamStart(good, people: 1000)
        let few = try Streams.compiled(people: 20, from: start)
        var areas: [Double] = []
        for seed in 0..<40 as Range<UInt64> {
            let first = 2000 + 20 * Int(seed)
            let model = try await few.train(
                over: Comers(Array(Self.all[first..<first + 20]), first: 1000),
                drawing: Seeded(seed))
            areas.append(Fixture.area(model, on: others))
        }
        // Of ten trainings nine keep nearly all that the model knew.
        let (before, tenth) = (Fixture.area(good, on: others), areas.sorted()[4])
        #expect(tenth > before - 0.05 && tenth > 0.85, "\(before), \(areas.sorted())")
        // And it is said that they are few; of many it is not.
        func warns(_ people: Int) throws -> Bool {
            try Streams.compiled(people: people, from: start).notes
                .contains { $0.contains("few people are new") }
        }
        #expect(try warns(20) && !warns(20_000))
    }

    @Test func `a count of rows that noise made small is not gone by`() async throws {
        let start = StreamStart(try await Self.first(), people: 2000)
        // The model, where the count that is let out is so many rows, and its noise has such a deviation.
        func model(_ rows: Int64, sigma: Int) throws -> Model? {
            var training = Training(try Streams.compiled(people: 20, from: start))
            training.take(.expected([.expected([rows << 20], sigma: sigma << 20)]))
            while let plan = try training.plan {
                let sums = (0..<plan.step.width).map { Int64($0) << 20 }
                training.take(.expected([.expected(sums, sigma: 1)]))
            }
            return training.model
        }
        let twenty = try model(20, sigma: 17)
        #expect(try model(1, sigma: 17) == twenty && model(-90, sigma: 17) == twenty)
        #expect(try model(21, sigma: 17) != twenty)
        // Where noise is less, few rows are few rows: a question may be about few of each person's.
        #expect(try model(2, sigma: 1) == model(1, sigma: 1))
        #expect(try model(3, sigma: 1) != model(2, sigma: 1))
    }

    @Test func `noise may move what was known by the root of new people to old`() async throws {
        let one = try await Self.first()
        func plan(_ people: Int, after before: Int) throws -> StreamPlan {
            try #require(
                try Streams.compiled(people: people, from: StreamStart(one, people: before))
                    .schedule.stream)
        }
        let (few, fewer) = (try plan(40, after: 2000), try plan(20, after: 2000))
        #expect(few.isHeld && fewer.isHeld)
        // Half as many have twice the noise in a mean, and may move it by a root of two less.
        #expect(abs(few.rate / fewer.rate - 2 * 2.0.squareRoot()) < 1e-9)
        #expect(try !plan(3000, after: 3000).isHeld)
    }

    @Test func `a training that goes on is another question, and costs as much`() async throws {
        let one = try await Self.first()
        let other = try await Streams.compiled(people: 2000).train(
            over: Comers(Array(Self.all.prefix(2000))), drawing: Seeded(2))
        let plain = try Streams.compiled(people: 2000)
        let compiled = try Streams.compiled(people: 2000, from: StreamStart(one, people: 2000))
        #expect(try plain.digest != compiled.digest)
        #expect(
            try compiled.digest
                != Streams.compiled(people: 2000, from: StreamStart(other, people: 2000)).digest)
        #expect(compiled.goesOn && compiled.isStream && !plain.goesOn)
        #expect(compiled.cost.units <= compiled.question.target.gaussianRho.units)
        #expect(compiled.cost.units >= plain.cost.units / 100 * 99)
        // Planned for others it still goes on.
        #expect(try compiled.expecting(500).goesOn)
        #expect(try await compiled.expectation() == nil, "made-up people are no new ones")
        #expect(compiled.notes.contains { $0.contains("what those who withdrew gave stays") })
    }

    @Test func `only a stream goes on, and only over the columns that it knows`() async throws {
        let start = StreamStart(try await Self.first(), people: 2000)
        let fewer = Streams.words.replacing(", member", with: "")
        let logistic = Streams.words.replacing("stream", with: "logistic")
        for words in [fewer, logistic, "PREDICT member USING (model => stream)"] {
            let error = #expect(throws: QueryError.self) {
                try Streams.compiled(people: 2000, from: start, words)
            }
            #expect(error?.remedy.isEmpty == false)
        }
        // Nor from trees, whatever their columns.
        let trees = try #require(
            try Fixture.exact(
                Fixture.compiled(
                    Streams.words.replacing("stream", with: "trees"), people: 300),
                on: People.made(300)))
        #expect(throws: QueryError.self) {
            try Streams.compiled(people: 300, from: StreamStart(trees, people: 300))
        }
    }
}
