// SPDX-License-Identifier: Apache-2.0
import Privacy
import Query
@testable import Study
import TestSupport
import Testing
import Vault

@testable import Learn

/// Who is in which sums of a stream, and what that costs her.
@Suite struct StreamPartsTests {
    private static let she = People.one([100, 1_000_000, 0, 1, 0, 0, 0], times: 40)
    private static let other = People.one([0, 0, 2, 0, 0, 1, 0], times: 20)

    /// The rounds of a training in which somebody moves what is added up.
    private static func moved(
        _ compiled: CompiledModel, _ rows: Rows, in part: Int
    ) throws -> [Schedule.Kind] {
        var training = Training(compiled)
        var moved: [Schedule.Kind] = []
        while let plan = try training.plan {
            var mark: UInt64 = 0
            if case .stream(let sums) = plan.step.sums { mark = sums.parts.mark(in: part) }
            if Streams.numbers(plan.step, rows, mark: mark).contains(where: { $0 != 0 }) {
                moved.append(compiled.schedule.rounds[training.done].kind)
            }
            // The weights stay where they were, so that everybody's slope stays long.
            let values = (0..<plan.step.width).map { training.done == 0 ? Int64($0 + 3) << 20 : 0 }
            training.take(.expected([.expected(values, sigma: 1)]))
        }
        return moved
    }

    private static func parts(_ kinds: [Schedule.Kind]) -> [Int] {
        kinds.compactMap { if case .part(let step) = $0 { step } else { nil } }
    }

    @Test(arguments: [(100, 7), (500, 7), (2000, 63), (100_000, 63)])
    func `whoever is read most is in as many sums as the tree is high, and pays for those`(
        people: Int, parts: Int
    ) throws {
        let compiled = try Streams.compiled(people: people, rows: 2)
        let plan = try #require(compiled.schedule.stream)
        #expect(plan.tree.parts == parts)
        var most = 0
        for part in 1...parts {
            // Of 40 rows the first two count; one of a hundred has both held out.
            let steps = Self.parts(try Self.moved(compiled, Self.she, in: part))
            let all = (1...parts).filter { plan.tree.node(at: $0).contains(part) }
            #expect(steps == all || steps.isEmpty, "part \(part)")
            #expect(all.count == plan.tree.releases(of: part))
            #expect(all.count <= plan.tree.mostReleases)
            most = max(most, steps.count)
            // What she would be charged, had each its own price.
            let rounds = compiled.schedule.rounds.filter {
                if case .part(let step) = $0.kind { all.contains(step) } else { true }
            }
            let units = try rounds.reduce(0 as UInt64) {
                $0
                    + (try GaussianMechanism(
                        sensitivity: $1.radius, spending: $1.spending
                    ).charge.units)
            }
            #expect(units <= compiled.cost.units, "part \(part)")
            #expect(part > 1 || units == compiled.cost.units)
        }
        #expect(most == plan.tree.mostReleases)
        #expect(compiled.cost.units <= compiled.question.target.gaussianRho.units)
        #expect(compiled.cost.units >= compiled.question.target.gaussianRho.units / 100 * 99)
    }

    /// Who is in which part, once the first round has let this out.
    private static func parts(_ compiled: CompiledModel, after value: Int64) throws -> StreamParts?
    {
        var training = Training(compiled)
        let width = try training.plan?.step.width ?? 0
        training.take(.expected([.expected((0..<width).map { Int64($0) + value }, sigma: 1)]))
        guard case .stream(let sums)? = try training.plan?.step.sums else { return nil }
        return sums.parts
    }

    @Test func `a part follows from her key and what was let out, and not from rows or others`()
        throws
    {
        let compiled = try Streams.compiled(people: 12_000, rows: 20)
        for part in [1, 17, 63] {
            for rows in [Self.she, Self.other] {
                #expect(Self.parts(try Self.moved(compiled, rows, in: part)).first == part)
            }
        }
        // How many others there are changes nothing either.
        let known = try #require(try Self.parts(compiled, after: 1 << 30))
        #expect(
            try Self.parts(try Streams.compiled(people: 20_000, rows: 20), after: 1 << 30) == known)
        // What else is let out does, in its last bit: whoever was together is apart.
        let other = try #require(try Self.parts(compiled, after: 1 << 30 + 1))
        let together = (0..<63_000 as Range<UInt64>).filter { known.part(of: $0) == 40 }
        #expect((800...1200).contains(together.count))
        #expect((2...40).contains(together.count { other.part(of: $0) == 40 }))
    }

    @Test func `whoever makes keys until they are alike is in all parts as others are`() throws {
        let parts = StreamParts(among: 63, drawnBy: [1, 2])
        // Of 63 keys one has a mark that is 39 and a multiple of 63; and some are as near to each other as one can come.
        for marks in [
            (0..<6300).map { 39 + 63 * $0 }, Array(0..<6300), (0..<6300).map { $0 << 40 },
        ] as [[UInt64]] {
            let sizes = Dictionary(grouping: marks) { parts.part(of: $0) }
            #expect(sizes.keys.sorted() == Array(1...63))
            #expect(sizes.values.allSatisfy { (50...160).contains($0.count) })
        }
        // The hash is the one of the paper: its reference vector of eight bytes.
        let key: (UInt64, UInt64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
        #expect(StreamParts.hash(0x0706_0504_0302_0100, by: key) == 0x93f5_f579_9a93_2462)
    }

    @Test func `rows of a person are read for her sums, for moments and for measuring only`()
        async throws
    {
        let compiled = try Streams.compiled(people: 500)
        let plan = try #require(compiled.schedule.stream)
        let people = Comers(People.made(500).people)
        var training = Training(compiled)
        var known: StreamParts?
        while let plan = try training.plan {
            if case .stream(let sums) = plan.step.sums { known = sums.parts }
            let partial = try await plan.run(overParts: people, threads: 1)
            training.take(.expected([.expected(partial.blocks[0].sums(at: 0), sigma: 0)]))
        }
        let parts = try #require(known)
        for place in 0..<500 {
            let part = parts.part(of: people.mark(of: place))
            #expect(people.readings[place] == 2 + plan.tree.releases(of: part))
        }
    }

    @Test func `what somebody gives is the same in each of her sums`() throws {
        let compiled = try Streams.compiled(people: 12_000)
        var training = Training(compiled)
        var given: [[Int64]] = []
        while let plan = try training.plan {
            var mark: UInt64 = 0
            if case .stream(let sums) = plan.step.sums { mark = sums.parts.mark(in: 1) }
            let numbers = Streams.numbers(plan.step, Self.other, mark: mark)
            if case .part = compiled.schedule.rounds[training.done].kind,
                numbers.contains(where: { $0 != 0 })
            {
                given.append(numbers)
            }
            let values = (0..<plan.step.width).map { Int64($0 * training.done + 7) << 18 }
            training.take(.expected([.expected(values, sigma: 1)]))
        }
        #expect(given.count == 6, "the first part is in six of 63 sums")
        #expect(Set(given).count == 1)
    }

    @Test func `the noise of moments hides what a row moves them by, and no more`() throws {
        let compiled = try Streams.compiled(people: 500)
        let round = compiled.schedule.rounds[0]
        #expect(round.kind == .moments)
        let step = try #require(try Training(compiled).plan).step
        // Either number at a bound. Of so many alike in all but a cent some are not held out.
        let lengths = (0..<40).map { cents in
            Streams.numbers(step, People.one([100, 1_000_000 - cents, 0, 1, 0, 1, 0]), mark: 0)
                .reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        }
        let longest = try #require(lengths.max())
        #expect(longest <= Double(round.radius) && longest > 0.999 * Double(round.radius))
    }

    @Test(arguments: [1, 20])
    func `one person with many rows moves no sum by more than its radius`(rows: Int) async throws {
        let compiled = try Streams.compiled(people: 500, rows: rows)
        let others = People.made(20, rows: rows).people
        let she = People.one([100, 1_000_000, 2, 1, 0, 1, 10_000], times: 5 * rows)
        var training = Training(compiled)
        var dice = Seeded(3)
        while let plan = try training.plan {
            let radius = compiled.schedule.rounds[training.done].radius
            // Hers is the mark 21, behind all others.
            let without = try await plan.run(overParts: Comers(others), threads: 1)
                .blocks[0].whole[0]
            let with = try await plan.run(overParts: Comers(others + [she]), threads: 1)
                .blocks[0].whole[0]
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
}
