// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Edge
import Identity
import Market
import Privacy
import Synchronization
import Vault

@testable import Exchange

/// Somebody whose rows stay with her: her key in the pool, her rows, what she granted, and her record of what is spent.
struct HomePerson: Sendable {
    let key: SigningKey
    let rows: Rows
    let member: EdgeMembership
    let record = HomeMemory()
}

/// A record in memory.
final class HomeMemory: SpentRecord {
    private let state = Mutex<(usage: Usage, orders: Set<Digest>)>((Usage(), []))

    func usage(in pool: String) throws -> Usage { state.withLock { $0.usage } }

    func hasBegun(_ order: Digest) throws -> Bool { state.withLock { $0.orders.contains(order) } }

    func begin(_ order: Digest, in pool: String, spending rho: UInt64) throws {
        try state.withLock {
            guard $0.orders.insert(order).inserted else { throw EdgeRefusal.begunBefore }
            $0.usage.spent += rho
            $0.usage.studies += 1
        }
    }
}

/// Whose machines are not waited for.
final class GoneMachines: Sendable {
    private let parties = Mutex<Set<PartyID>>([])
    func insert(_ party: PartyID) { parties.withLock { _ = $0.insert(party) } }
    func set(_ some: Set<PartyID>) { parties.withLock { $0 = some } }
    func contains(all some: Set<PartyID>) -> Bool { parties.withLock { some.isSubset(of: $0) } }
}

/// The machine of one of them at work, in one task.
final class HomeMachine {
    private let person: HomePerson
    private let known: CheckedSignatures
    /// The first step of the whole study at which it says nothing any more.
    private let leaving: Int
    private var device: EdgeDevice?
    private var source = ByteSource()

    init(_ person: HomePerson, leaving: Int?, known: CheckedSignatures) {
        (self.person, self.known, self.leaving) = (person, known, leaving ?? .max)
    }

    /// Looks once for what is wanted, and does it.
    func look(at exchange: Exchange, _ gone: GoneMachines) async throws {
        let (pool, party) = (person.member.offer.name, person.key.id)
        switch await exchange.desk.notice(for: party, in: pool) {
        case nil: return
        case .call(let task):
            let now = await exchange.time
            device = try EdgeDevice(
                task, as: person.member, keeping: person.record, known: known, at: now)
            try await exchange.desk.join(task.order.id, party)
        case .step(let order, let message):
            let step = message.round * SumStep.allCases.count + Int(message.step.rawValue)
            guard step < leaving else { return gone.insert(party) }
            let now = await exchange.time
            guard
                let answer = try device?.answer(
                    message, at: now, rows: { _ in [person.rows] }, from: &source)
            else { return }
            try await exchange.desk.take(answer, of: order, from: party)
        }
    }
}
