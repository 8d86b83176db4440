// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Learn
import Market
import Privacy
import Query
import SecureSum
import Study
import TestSupport
import Testing

@testable import Edge

/// Whole studies over machines of contributors, in one process: 100 of them, and 1,000 with DIVIDEND_SLOW=1.
@Suite struct DeviceStudyTests {
    private static let count = Slow.count(100, 1000)

    /// Runs a study; a machine sends nothing any more from its step on.
    ///
    /// - Parameter leaving: by place, the sum and the step.
    private func run(
        _ world: World, _ task: EdgeTask, _ machines: [Machine],
        leaving: [Int: (round: Int, step: SumStep)] = [:]
    ) throws -> (answer: SummedStudy.Answer?, remaining: Set<PartyID>) {
        var host = try StudyHost(
            world.study(task), of: task.order.id, among: world.parties.shuffled())
        var goesOn = true
        while goesOn {
            for (place, machine) in machines.enumerated() {
                guard let message = host.message(for: world.keys[place].id) else { continue }
                if let last = leaving[place],
                    (message.round, message.step.rawValue) >= (last.round, last.step.rawValue)
                {
                    continue
                }
                let answer = try #require(try machine.answer(message))
                try host.take(answer, from: world.keys[place].id)
            }
            goesOn = try host.close(threads: 2)
        }
        return (host.answer, host.remaining)
    }

    /// One in eight leaves, at any step of any sum.
    private func leaving(_ count: Int, rounds: Int) -> [Int: (round: Int, step: SumStep)] {
        var dice = Seeded(9)
        var leaving: [Int: (round: Int, step: SumStep)] = [:]
        for place in (0..<count).shuffled(using: &dice).prefix(count / 8) {
            let step = SumStep.allCases.randomElement(using: &dice) ?? .keys
            leaving[place] = (Int.random(in: 0..<rounds, using: &dice), step)
        }
        return leaving
    }

    @Test func `a question is answered by those who stay, with as much noise as is charged`() throws
    {
        let world = try World(Self.count)
        let task = try world.task()
        let machines = try world.keys.indices.map { try world.machine($0, task) }
        let leaving = leaving(Self.count, rounds: 1)
        let (answer, remaining) = try run(world, task, machines, leaving: leaving)

        // Whoever sent numbers is in the sum, whatever she did afterwards.
        let staying = world.keys.indices.filter { leaving[$0].map { .numbers < $0.step } ?? true }
        #expect(remaining == Set(staying.map { world.keys[$0].id }))
        guard case .numbers(let noised) = answer else { throw Missing() }
        let rounds = try StudyRounds(task.sql, pool: world.pool(people: task.people))
        guard case .query(let query) = rounds.form else { throw Missing() }
        var exact = [Int64](repeating: 0, count: try #require(try rounds.next).length)
        for place in staying {
            let part = try #require(try rounds.next).part(
                [world.people[place]], world.mark(of: place))
            for (number, value) in part.enumerated() { exact[number] += value }
        }
        let block = noised.blocks[0]
        #expect(zip(block.values, exact).allSatisfy { abs($0 - $1) < 8 * Int64(block.sigma) })
        #expect(block.values != exact)
        // Less noise than one place would add is not in it, and at most 1.3 times as much.
        let central = query.plan.noises[0].rungs[0].noise.sigma
        #expect(block.sigma >= central && Double(block.sigma) <= 1.3 * Double(central))
        // Everybody who began is charged what was quoted, whether she stayed or not.
        for (place, machine) in machines.enumerated() {
            let began = leaving[place].map { .keys < $0.step } ?? true
            #expect(machine.record.spent == (began ? task.order.quote.quote.rho : 0))
        }
    }

    @Test func `a model is made by machines that leave at any step of any sum`() throws {
        let count = Slow.count(40, 1000)
        let world = try World(count)
        let task = try world.task(World.model)
        let machines = try world.keys.indices.map { try world.machine($0, task) }
        let leaving = leaving(count, rounds: 2)
        let (answer, remaining) = try run(world, task, machines, leaving: leaving)
        guard case .model(let model) = answer else { throw Missing() }
        #expect(model.terms.contains { $0.weight != 0 })
        let stayed = world.keys.indices.filter {
            leaving[$0].map { $0.round == 1 && .numbers < $0.step } ?? true
        }
        #expect(remaining == Set(stayed.map { world.keys[$0].id }))
        // Rows are asked once a sum.
        #expect(stayed.allSatisfy { machines[$0].asked == 2 })
    }

    @Test(arguments: SumStep.allCases)
    func `where too few stay there is no answer, whatever the step`(step: SumStep) throws {
        let world = try World(12)
        let task = try world.task()
        let machines = try world.keys.indices.map { try world.machine($0, task) }
        // Nine of twelve have to stay.
        let leaving = Dictionary(uniqueKeysWithValues: (0..<4).map { ($0, (0, step)) })
        #expect(throws: HostError.tooFew(have: 8, need: 9)) {
            try run(world, task, machines, leaving: leaving)
        }
        let three = Dictionary(uniqueKeysWithValues: (0..<3).map { ($0, (0, step)) })
        let others = try world.keys.indices.map { try world.machine($0, task) }
        #expect(try run(world, task, others, leaving: three).answer != nil)
    }

    @Test func `a question with sums of several reaches is a sum for each`() throws {
        let world = try World(8)
        let task = try world.task(
            """
            SELECT COUNT(DISTINCT contributor), SUM(spends), MEDIAN(age) FROM people
            WITH PRIVACY (epsilon => 2.0)
            """)
        let machines = try world.keys.indices.map { try world.machine($0, task) }
        guard case .numbers(let noised) = try run(world, task, machines).answer else {
            throw Missing()
        }
        #expect(noised.blocks.count == 3)
        let rho = task.order.quote.quote.rho
        #expect(machines.allSatisfy { $0.asked == 3 && $0.record.spent == rho })
    }

    @Test(arguments: [
        ("SELECT nickname, COUNT(*) FROM people GROUP BY nickname", "BUCKET(x, 20)"),
        ("SELECT COUNT(*) FROM people WITH PRIVACY (epsilon => 1.0, rows => auto)", "rows => 31"),
        ("SELECT COUNT(*) FROM people WITH PRIVACY (epsilon => 1.0, proof => on)", "proof => on"),
    ])
    func `what needs all rows at one place is refused, with what to ask instead`(
        sql: String, remedy: String
    ) throws {
        let world = try World(5)
        let error = #expect(throws: (any Error).self) {
            try StudyRounds(sql, pool: world.pool(people: 100))
        }
        #expect("\(error!)".contains(remedy), "\(error!)")
    }
}

struct Missing: Error {}

/// The steps in their order.
func < (left: SumStep, right: SumStep) -> Bool { left.rawValue < right.rawValue }
