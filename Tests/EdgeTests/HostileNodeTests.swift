// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Market
import Privacy
import SecureSum
import Synchronization
import TestSupport
import Testing

@testable import Edge

/// A node that asks for more than was granted, or otherwise than was quoted, gets nothing.
@Suite struct HostileNodeTests {
    private let world: World

    init() throws { world = try World(6) }

    private func refusal(_ body: () throws -> Void) -> EdgeRefusal? {
        do { try body() } catch { return error as? EdgeRefusal }
        return nil
    }

    /// The first message of a study, as the node would send it.
    private func opening(
        _ parties: [PartyID], told: ToldSum? = nil, round: Int = 0
    ) -> StepMessage {
        StepMessage(
            round: round, step: .keys, body: Opening(parties: parties, told: told).bytes)
    }

    // MARK: The task

    @Test func `an order of another node, another pool or another buyer's hand is refused`() throws
    {
        let stranger = world.buyer
        let foreign = try world.task { $0.node = stranger }
        #expect(refusal { _ = try world.machine(0, foreign) } == .signature(of: "quote"))
        let task = try world.task()
        guard case .object(var members) = task.order.json else { throw Missing() }
        members["buyer"] = .string(world.node.id.did)
        let other = try Order(json: .object(members))
        let forged = EdgeTask(
            order: other, sql: task.sql, salt: task.salt, people: task.people)
        #expect(refusal { _ = try world.machine(0, forged) } == .signature(of: "order"))
        let elsewhere = try world.task { $0.pool = "walkers" }
        #expect(refusal { _ = try world.machine(0, elsewhere) } == .otherPool("walkers"))
        #expect(
            refusal { _ = try world.machine(0, task) { $0.pool = "walkers" } }
                == .otherPool("people"))
    }

    @Test func `another question than was quoted is refused`() throws {
        let task = try world.task()
        let finer = World.sql.replacing("COUNT(*)", with: "COUNT(age)")
        let swapped = EdgeTask(
            order: task.order, sql: finer, salt: task.salt, people: task.people)
        #expect(refusal { _ = try world.machine(0, swapped) } == .differs("question"))
        let salted = EdgeTask(
            order: task.order, sql: task.sql, salt: .zero, people: task.people)
        #expect(refusal { _ = try world.machine(0, salted) } == .differs("question"))
        // A quote that says less privacy than its question takes.
        let cheap = try world.task { $0.rho -= 1 }
        #expect(refusal { _ = try world.machine(0, cheap) } == .differs("privacy cost"))
        let nonsense = EdgeTask(
            order: task.order, sql: "DELETE FROM people", salt: task.salt, people: 1)
        guard case .question = refusal({ _ = try world.machine(0, nonsense) }) else {
            Issue.record("a text that is no question was taken")
            return
        }
    }

    @Test func `a grant that does not cover it is refused by the machine itself`() throws {
        let task = try world.task()
        let teaching = try #require(Purpose("dpv:Marketing"))
        let cases: [(Denial, (inout World.Allowed) -> Void)] = [
            (.purposeNotGranted, { $0.purposes = [teaching] }),
            (.priceBelowFloor, { $0.floor = 5_001 }),
            (.studyTooCostly, { $0.limit = task.order.quote.quote.rho - 1 }),
        ]
        for (denial, change) in cases {
            #expect(refusal { _ = try world.machine(0, task, change: change) } == .denied(denial))
        }
    }

    @Test func `what was withdrawn or has expired by the machine's own clock is refused`() throws {
        let task = try world.task()
        let record = MemoryRecord()
        record.state.withLock { $0.usage["people"] = Usage(withdrawn: World.start) }
        #expect(
            refusal { _ = try world.machine(0, task, record: record) } == .denied(.withdrawn))
        // It may run out between the task and the first message.
        let machine = try world.machine(0, task) { $0.milliseconds = 60_000 }
        #expect(
            refusal {
                _ = try machine.answer(
                    opening(world.parties), at: World.start.adding(milliseconds: 60_000))
            } == .denied(.expired))
        #expect(machine.record.spent == 0)
        let late = World.start.adding(milliseconds: 900_000 + 300_001)
        #expect(
            refusal {
                _ = try EdgeDevice(
                    task, as: world.member(0), keeping: MemoryRecord(), at: late)
            } == .expired)
    }

    @Test func `what is spent is counted here, whatever the node says`() throws {
        let task = try world.task()
        let record = MemoryRecord()
        // Enough for one study, and not for two.
        let rho = task.order.quote.quote.rho
        let machine = try world.machine(0, task, record: record) { $0.limit = 2 * rho - 1 }
        _ = try machine.answer(opening(world.parties))
        #expect(record.spent == rho)
        let next = try world.task { $0.price += 1 }
        #expect(
            refusal {
                _ = try world.machine(0, next, record: record) { $0.limit = 2 * rho - 1 }
            } == .denied(.privacySpent))
    }

    @Test func `a record that cannot be read or written stops everything`() throws {
        let task = try world.task()
        let record = MemoryRecord()
        let machine = try world.machine(0, task, record: record)
        record.state.withLock { $0.isBroken = true }
        #expect(throws: MemoryRecord.Full.self) { try machine.answer(opening(world.parties)) }
        #expect(throws: MemoryRecord.Full.self) { try world.machine(1, task, record: record) }
        record.state.withLock { $0.isBroken = false }
        // Once out, it stays out.
        #expect(refusal { _ = try machine.answer(opening(world.parties)) } == .turn)
        #expect(machine.asked == 0)
    }

    // MARK: The session

    @Test func `a study is begun once, also after the machine was started anew`() throws {
        let task = try world.task()
        let record = MemoryRecord()
        let machine = try world.machine(0, task, record: record)
        _ = try machine.answer(opening(world.parties))
        #expect(refusal { _ = try world.machine(0, task, record: record) } == .begunBefore)
        #expect(record.spent == task.order.quote.quote.rho)
    }

    @Test func `fewer than the pool promises are refused, and a party listed twice is one`() throws
    {
        let task = try world.task()
        let few = Array(world.parties.prefix(4))
        for parties in [few, few + [few[1]], []] {
            let machine = try world.machine(0, task)
            #expect(
                refusal { _ = try machine.answer(opening(parties)) }
                    == .tooFew(have: Set(parties).count, need: 5))
            #expect(machine.record.spent == 0)
        }
        let without = try world.machine(5, task)
        #expect(
            refusal { _ = try without.answer(opening(Array(world.parties.prefix(5)))) } == .notAsked
        )
        let larger = try World(6, minimum: 20)
        let promised = try larger.machine(0, try larger.task())
        #expect(
            refusal { _ = try promised.answer(opening(larger.parties)) }
                == .tooFew(have: 6, need: 20))
    }

    @Test func `a session with weaker noise is another session`() throws {
        let task = try world.task()
        let rounds = try StudyRounds(task.sql, pool: world.pool(people: task.people))
        let round = try #require(try rounds.next)
        let terms = try #require(SumTerms(parties: 6))
        let honest = try terms.session(of: round, in: task.order.id, among: world.parties)
        let noise = try #require(honest.noise)
        #expect(noise.charge <= round.spending)
        #expect(noise.counted == honest.threshold - honest.corrupt)
        let weak = try SumSession(
            id: honest.id, parties: honest.parties, threshold: honest.threshold,
            corrupt: honest.corrupt, length: honest.length, bound: honest.bound,
            noise: SumNoise(
                sensitivity: honest.bound, sigma: noise.own.sigma - 1, counting: noise.counted))
        let bare = try SumSession(
            id: honest.id, parties: honest.parties, threshold: honest.threshold,
            corrupt: honest.corrupt, length: honest.length, bound: honest.bound)
        for session in [weak, bare] {
            let machine = try world.machine(0, task)
            let advert = try #require(try machine.answer(opening(world.parties)))
            #expect(throws: SumError.anotherSession) {
                try Advert(parsing: advert.body, in: session)
            }
            // The list of keys of such a session is none to the machine.
            var source = ByteSource()
            let adverts = try world.keys.map {
                try SumClient.Advertising(in: session, key: $0, from: &source).message
            }
            let roster = try Roster(adverts, in: session)
            let list = StepMessage(round: 0, step: .shares, body: roster.bytes)
            #expect(refusal { _ = try machine.answer(list) } == .sum(.anotherSession))
        }
    }

    @Test func `messages out of turn, or that lie about an earlier sum, end the study there`()
        throws
    {
        let task = try world.task(World.model)
        for step in SumStep.allCases.dropFirst() {
            let machine = try world.machine(0, task)
            #expect(
                refusal { _ = try machine.answer(StepMessage(round: 0, step: step, body: [])) }
                    == .turn)
        }
        let skipping = try world.machine(0, task)
        #expect(refusal { _ = try skipping.answer(opening(world.parties, round: 1)) } == .turn)
        for told in [nil, ToldSum(values: [1], parts: 6), ToldSum(values: [], parts: 7)] {
            let machine = try world.machine(0, task)
            _ = try machine.answer(opening(world.parties))
            #expect(
                refusal { _ = try machine.answer(opening([], told: told, round: 1)) } == .told)
        }
        // Of an answer in SQL nobody is told anything.
        let asking = try world.machine(0, try world.task(World.sql))
        _ = try asking.answer(opening(world.parties))
        #expect(
            refusal {
                _ = try asking.answer(opening([], told: ToldSum(values: [1], parts: 6), round: 1))
            } == .told)
        // The same message again has its answer already.
        let machine = try world.machine(0, task)
        _ = try machine.answer(opening(world.parties))
        #expect(try machine.answer(opening(world.parties)) == nil)
    }

    @Test func `messages are read back as they were written, and damaged ones are errors`() throws {
        let message = opening(world.parties, told: ToldSum(values: [1, -2, .max], parts: 6))
        #expect(try StepMessage(message.bytes) == message)
        let read = try Opening(message.body)
        #expect(read.parties == world.parties && read.told?.values == [1, -2, .max])
        var dice = Seeded(3)
        for _ in 0..<Slow.count(500, 50_000) {
            let damaged = dice.mutate(message.bytes)
            if let message = try? StepMessage(damaged) { _ = try? Opening(message.body) }
        }
        let task = try world.task()
        #expect(try EdgeTask(json: task.json) == task)
    }
}
