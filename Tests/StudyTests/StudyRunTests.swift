// SPDX-License-Identifier: Apache-2.0
import Privacy
import Testing
import Vault
import TestSupport

@testable import Study

@Suite struct StudyRunTests {
    private static let plan = StudyPlan<EchoStep>.of(width: 5, radius: 1000)

    /// People with 0 to 5 numbers each, some far beyond the radius.
    private static func people(_ count: Int, seed: UInt64) -> [[Rows]] {
        var random = Seeded(seed)
        return (0..<count).map { _ in
            let size: Int64 = random.next() % 10 == 0 ? .max : 700
            let values = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                Int64.random(in: -size...size, using: &random)
            }
            return [EchoStep.rows(values)]
        }
    }

    @Test(arguments: [1, 2, 3, 8])
    func `threads and the order of contributors never change the partial`(
        threads: Int
    ) async throws {
        let people = StudyRunTests.people(333, seed: 1)
        var expected = StudyRunTests.plan.nobody
        for person in people { expected.merge(StudyRunTests.plan.partial(of: person)) }
        var random = Seeded(UInt64(threads))
        for _ in 0..<3 {
            let cohort = MemoryCohort(people: people.shuffled(using: &random))
            let partial = try await StudyRunTests.plan.run(over: cohort, threads: threads)
            #expect(partial.sums == expected.sums)
            #expect(partial.people == 333)
        }
    }

    @Test func `a contributor's partial does not depend on who was worked on before`() {
        let people = StudyRunTests.people(200, seed: 2)
        var worker = Worker(plan: StudyRunTests.plan)
        var before = worker.partial
        for person in people {
            worker.add(person, of: 0)
            let difference = zip(worker.partial.sums, before.sums).map { $0 - $1 }
            #expect(difference == StudyRunTests.plan.partial(of: person).sums)
            before = worker.partial
        }
    }

    @Test func `adding or removing one contributor moves the sums by at most the radius`()
        async throws
    {
        let people = StudyRunTests.people(150, seed: 3)
        let whole = try await StudyRunTests.plan.run(over: MemoryCohort(people: people))
        var longest: Int64 = 0
        for place in people.indices {
            var others = people
            others.remove(at: place)
            let rest = try await StudyRunTests.plan.run(over: MemoryCohort(people: others))
            let moves = zip(whole.sums, rest.sums).map { $0 - $1 }
            let squared = moves.reduce(Int64(0)) { $0 + $1 * $1 }
            #expect(squared <= 1000 * 1000)
            longest = max(longest, squared)
        }
        #expect(longest > 990 * 990, "the bound is reached, so the test can fail")
    }

    @Test func `a step that gives anything at all is clipped`() {
        let values: [Int64] = [.min, .max, -1, 0, .min]
        let sums = StudyRunTests.plan.partial(of: [EchoStep.rows(values)]).sums
        #expect(sums.reduce(0) { $0 + $1 * $1 } <= 1000 * 1000)
        #expect(sums == [-577, 577, 0, 0, -577])
    }

    @Test func `one unreadable contributor fails the study, and nothing is there to release`()
        async
    {
        var cohort = MemoryCohort(people: StudyRunTests.people(200, seed: 4))
        cohort.damaged = [137]
        await #expect(throws: StudyError.unreadable(contributor: 137)) {
            _ = try await StudyRunTests.plan.run(over: cohort, threads: 3)
        }
    }

    @Test func `a table that is missing or not filled is an error, not a trap`() async {
        let unfilled = Rows(
            schema: EchoStep.schema, columns: [.init(values: []), .init(values: [1, 2])], count: 2)
        for tables in [[], [unfilled], [EchoStep.rows([1]), EchoStep.rows([2])]] as [[Rows]] {
            await #expect(throws: StudyError.unreadable(contributor: 0)) {
                _ = try await StudyRunTests.plan.run(over: MemoryCohort(people: [tables]))
            }
        }
    }

    @Test func `an empty cohort gives zeros`() async throws {
        let partial = try await StudyRunTests.plan.run(over: MemoryCohort(people: []), threads: 0)
        #expect(partial.sums == [0, 0, 0, 0, 0])
    }

    @Test func `partials of more people than sums are proven for cannot be merged`() async {
        await #expect(processExitsWith: .failure) {
            let plan = StudyPlan<EchoStep>.of(width: 1, radius: 1)
            var many = plan.partial(of: [EchoStep.rows([1])])
            for _ in 0..<29 { many.merge(many) }
        }
    }

    @Test func `a cancelled run stops`() async {
        let people = StudyRunTests.people(2000, seed: 5)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await StudyRunTests.plan.run(over: MemoryCohort(people: people))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
    }
}

extension StudyPlan<EchoStep> {
    /// A plan whose bounds are fine.
    static func of(width: Int, radius: UInt64, rho: UInt64 = 1 << 36) -> StudyPlan {
        do {
            return try StudyPlan(
                step: EchoStep(width: width, bound: .fixed(radius)), spending: Rho(units: rho))
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
