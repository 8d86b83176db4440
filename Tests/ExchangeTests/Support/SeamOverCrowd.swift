// SPDX-License-Identifier: Apache-2.0
import Canon
import Dispatch
import Identity
import Learn
import Market
import Privacy
import Query
import SecureSum
import Synchronization
import TestSupport
import Vault

@testable import Edge
@testable import Exchange
@testable import SecureSum
@testable import Study

/// How many sums a question takes of machines, and how many steps that is.
struct StudyCount {
    let steps: Int

    init(_ sql: String, people: Int, _ person: HomePerson) throws {
        let offer = person.member.offer
        let pool = QueryPool(
            name: offer.name, tables: offer.tables, rowsPerPerson: offer.rowsPerPerson,
            people: people)
        steps = try StudyRounds(sql, pool: pool).count * SumStep.allCases.count
    }
}

/// The seam between rows in one place and rows at home: without noise, and whoever of the machines leaves, both come to
/// the same sums and the same model. Nothing outside tests can do a study without noise.
struct SeamOverCrowd {
    let question: String
    let exchange: Exchange
    let people: [HomePerson]
    /// Under which their rows are in the vault.
    let pseudonyms: [PartyID]
    let marks: [UInt64]

    /// The rows of the vault, told apart as the machines are.
    private struct Marked: CohortReader {
        let reader: VaultReader
        let marks: [UInt64]
        var count: Int { reader.count }
        func mark(of contributor: Int) -> UInt64 { marks[contributor] }
        func makeRoom(for wanted: [TableColumns]) -> VaultReader.Room {
            reader.makeRoom(for: wanted)
        }
        func tables(
            of contributor: Int, reading wanted: [TableColumns], in room: inout VaultReader.Room
        ) throws -> [Rows] { try reader.tables(of: contributor, reading: wanted, in: &room) }
    }

    private final class Device: Sendable {
        private struct State: ~Copyable {
            var device: SumDevice
            var source = ByteSource()
            var answer: [UInt8]?
        }
        private let state: Mutex<State>
        init(_ device: consuming sending SumDevice) { state = Mutex(State(device: device)) }

        func answer(_ body: [UInt8], _ numbers: () -> [Int64]) throws {
            try state.withLock {
                $0.answer = try $0.device.answer(body, numbers: numbers, from: &$0.source)
            }
        }

        func take() -> [UInt8]? { state.withLock { $0.answer.take() } }
    }

    /// Both models, as they are written.
    func models() async throws -> (central: [UInt8]?, federated: [UInt8]?) {
        let offer = people[0].member.offer
        let pool = QueryPool(
            name: offer.name, tables: offer.tables, rowsPerPerson: offer.rowsPerPerson,
            people: people.count)
        guard let terms = SumTerms(parties: people.count, isNoised: false) else {
            throw HostError.parties(people.count)
        }
        var central = try StudyRounds(question, pool: pool)
        var federated = central
        var dice = Seeded(152)
        var there = Array(people.indices)
        while let one = try central.next, let other = try federated.next {
            // By the end of the last sum a tenth are gone; in each some leave at a step by chance.
            let going = people.count / 10 * (central.done + 1) / central.count
            var leaving: [Int: SumStep] = [:]
            for place in there.shuffled(using: &dice).prefix(there.count - people.count + going) {
                leaving[place] = SumStep.allCases.randomElement(using: &dice)
            }
            let staying = there.filter {
                leaving[$0].map { SumStep.numbers.rawValue < $0.rawValue } ?? true
            }
            let reader = Marked(
                reader: try await exchange.reader(
                    of: staying.map { pseudonyms[$0] }, tables: offer.tables),
                marks: staying.map { marks[$0] })
            guard case .model(let training) = central.form, let plan = try training.plan else {
                throw HostError.ended
            }
            let sums = try await plan.run(over: reader).blocks[0].sums(at: 0)
            let same = try take(other, terms, of: there, leaving: leaving)
            guard one.plan == other.plan, same == sums else { return (Array("sums".utf8), nil) }
            central.take(.expected([.expected(sums, sigma: 0)]))
            federated.take(.expected([.expected(same, sigma: 0)]))
            there.removeAll { leaving[$0] != nil }
        }
        guard case .model(let one) = central.form, case .model(let other) = federated.form else {
            throw HostError.ended
        }
        return (try one.model?.json.signable(), try other.model?.json.signable())
    }

    /// One sum over the machines that are there.
    private func take(
        _ round: SummedRound, _ terms: SumTerms, of there: [Int], leaving: [Int: SumStep]
    ) throws -> [Int64] {
        let session = try terms.session(of: round, in: .zero, among: people.map(\.key.id))
        let known = CheckedSignatures()
        let devices = people.map { Device(SumDevice(session, key: $0.key, known: known)) }
        var host = SumHost(session, asking: Set(there.map { people[$0].key.id }))
        while true {
            let work = there.compactMap { place -> (Int, [UInt8])? in
                guard host.step.rawValue < leaving[place]?.rawValue ?? .max,
                    let body = host.body(for: people[place].key.id)
                else { return nil }
                return (place, body)
            }
            let failure = Mutex<(any Error)?>(nil)
            DispatchQueue.concurrentPerform(iterations: work.count) { number in
                let (place, body) = work[number]
                do {
                    try devices[place].answer(body) {
                        round.part([people[place].rows], marks[place])
                    }
                } catch { failure.withLock { $0 = error } }
            }
            if let failure = failure.withLock({ $0 }) { throw failure }
            for (place, _) in work {
                guard let answer = devices[place].take() else { continue }
                try host.take(answer, from: people[place].key.id)
            }
            if let result = try host.close(threads: 2) { return result.sums }
        }
    }
}
