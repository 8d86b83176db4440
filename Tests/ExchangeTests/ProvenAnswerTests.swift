// SPDX-License-Identifier: Apache-2.0
import AnswerProof
import Canon
import Consent
import Foundation
import Identity
import Ledger
import Market
import Query
import Synchronization
import TestSupport
import Testing

@testable import Exchange
@testable import Storage

/// Proven answers, from the question to the receipt that is checked with the exchange gone.
@Suite struct ProvenAnswerTests {
    static let asked =
        "SELECT COUNT(*), SUM(CLIP(steps, 0, 9000)) FROM steps "
        + "WITH PRIVACY (epsilon => 1.0, delta => 1e-6, proof => on)"
    static let other = asked.replacing("COUNT(*), ", with: "")

    private func kinds(_ exchange: Exchange) async throws -> [String] {
        try await exchange.lastEntries(10_000).map(\.entry.kind)
    }

    private func file(_ answer: AnsweredOrder) throws -> AnswerFile {
        let proven = try #require(answer.receipt["proven"])
        return try ProvenReceipt(json: proven).file
    }

    @Test func `a receipt shows offline that the answer is what rows and noise give`() async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let answer = try await exchange.order(
            exchange.quote(ProvenAnswerTests.asked).quote.id, by: buyer)
        #expect(answer.isProven == true)
        let node = await exchange.nodeID
        let words = try Receipts.check(
            answer.receipt.signable(), expecting: node
        ).words
        #expect(words.contains("proven"))
        let statement = try file(answer).statement
        #expect(statement.context == answer.order.id.bytes)
        let state = await exchange.state
        let proof = try #require(state.orders[answer.order.id]?.proof)
        #expect(proof.noise.bytes == statement.noiseRoot)
        #expect(proof.claim?.columns.bytes == statement.columnsRoot)
        #expect(proof.claim?.proof == Digest(of: try file(answer).bytes))
        // Ordered again it is the same receipt.
        let again = try await exchange.order(answer.order.id, by: buyer)
        #expect(again.receipt["proven"] == answer.receipt["proven"] && again.isProven == true)
        // An auditor sees that the columns were used once, and no more than may be.
        let copy = world.folder + "/public"
        try await exchange.exportPublic(to: copy)
        let audited = try Auditor(folder: copy).verify().replay.head.state
        #expect(audited.columns.record(at: 0)?.used == 1)
    }

    @Test func `noise is committed to before the rows, and those once for many answers`()
        async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let first = try await exchange.order(
            exchange.quote(ProvenAnswerTests.asked).quote.id, by: buyer)
        let second = try await exchange.order(
            exchange.quote(ProvenAnswerTests.other).quote.id, by: buyer)
        let kinds = try await kinds(exchange).filter {
            $0.hasPrefix("study") || $0.hasPrefix("columns")
        }
        #expect(
            kinds == [
                "study.reserve", "columns.commit", "study.commit", "study.reserve", "study.commit",
            ])
        #expect(
            try file(first).statement.columnsRoot == file(second).statement.columnsRoot)
        #expect(try file(first).statement.noiseRoot != file(second).statement.noiseRoot)
        #expect(await exchange.state.columns.record(at: 0)?.used == 2)
    }

    @Test func `when rows or consents change, they are committed to anew and the old seed is gone`()
        async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market(people: 8)
        let first = try await exchange.order(
            exchange.quote(ProvenAnswerTests.asked).quote.id, by: buyer)
        #expect(try exchange.store.marks(beginning: Exchange.columnsPrefix).count == 1)
        _ = try await exchange.withdraw(world.keys(of: 0..<1, at: exchange)[0], from: World.pool)
        #expect(try exchange.store.marks(beginning: Exchange.columnsPrefix).isEmpty)
        let second = try await exchange.order(
            exchange.quote(ProvenAnswerTests.other).quote.id, by: buyer)
        #expect(try file(first).statement.columnsRoot != file(second).statement.columnsRoot)
        #expect(second.isProven == true)
    }

    @Test(.enabled(if: Slow.isOn)) func `columns that are used up are not used again`() async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market(limit: "60.0")
        for turn in 0..<15 {
            let sql = ProvenAnswerTests.other.replacing("9000", with: "\(9000 + turn)")
                .replacing("epsilon => 1.0", with: "epsilon => 0.1")
            _ = try await exchange.order(exchange.quote(sql).quote.id, by: buyer)
        }
        let columns = await exchange.state.columns
        #expect(columns.all.map(\.record.used) == [14, 1])
        #expect(columns.record(at: 0)?.proofs == 14)
    }

    @Test func `a receipt that says something else does not hold`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let answer = try await exchange.order(
            exchange.quote(ProvenAnswerTests.asked).quote.id, by: buyer)
        let quote = answer.order.quote.quote
        let value = try #require(answer.receipt["answer"])
        let proven = try #require(answer.receipt["proven"]?.object)
        func check(
            _ change: (inout [String: JSON]) -> Void = { _ in }, quote: Quote = quote,
            order: Digest = answer.order.id, answer: JSON = value
        ) throws -> String {
            var members = proven
            change(&members)
            return try ProvenReceipt(json: .object(members))
                .check(quote: quote, order: order, answer: answer)
        }
        #expect(try check().contains("proven"))
        // The node signs what it likes; what it signs has to follow from the proof.
        #expect(throws: (any Error).self) { try check(order: Digest(of: [1])) }
        var table = try #require(value["rows"]?.array?.first?.array)
        table[0] = ["value": "19", "margin": "8"]
        #expect(throws: (any Error).self) {
            try check(answer: ["columns": value["columns"] ?? .null, "rows": [.array(table)]])
        }
        for (member, wrong) in [
            ("sql", JSON.string(ProvenAnswerTests.other)), ("salt", .string(Digest.zero.hex)),
            // The same plan, shown as something else.
            (
                "sql",
                .string(
                    ProvenAnswerTests.asked.replacing("COUNT(*)", with: "COUNT(*) - COUNT(*) + 7"))
            ),
            ("people", .integer(1 << 53 - 1)),
            ("rows_per_person", 4), ("people", 0), ("tables", []), ("file", "AAAA"),
        ] {
            #expect(throws: (any Error).self, "\(member)") { try check({ $0[member] = wrong }) }
        }
        var bytes = try file(answer).bytes
        bytes[bytes.count - 9] ^= 1
        #expect(throws: (any Error).self) {
            try check({ $0["file"] = .string(Base64.encode(bytes)) })
        }
        // Another result, and the answer that goes with it.
        bytes = try file(answer).bytes
        bytes[112 + 12] ^= 0x40
        #expect(throws: (any Error).self) {
            try check({ $0["file"] = .string(Base64.encode(bytes)) })
        }
    }

    @Test func `questions that are planned to be proven are those that can be`() {
        #expect(ProvenQuestion.mostValue == CodedTable.mostValue)
        #expect(ProvenQuestion.widths == CodedTable.widths)
        #expect(ProvenQuestion.mostGroups == AnswerNumber.most)
    }

    @Test func `what cannot be proven is refused before anything is charged`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let money = try await exchange.money(of: buyer).available
        for sql in [
            ProvenAnswerTests.asked.replacing("FROM steps", with: "FROM steps WHERE steps > 1"),
            ProvenAnswerTests.asked.replacing("9000", with: "40000"),
        ] {
            await #expect(throws: QueryError.self) { try await exchange.quote(sql) }
        }
        #expect(try await exchange.money(of: buyer).available == money)
    }

    /// The exchange's disk as it is in the middle of a proven study, and the noise that was committed to.
    private func cut(_ world: World) async throws -> (cut: HomeFolder, noise: [UInt8]) {
        let (exchange, buyer) = try await world.market()
        let cut = HomeFolder(path: world.folder + "/cut")
        let home = world.home.path
        let taken = Mutex(false)
        let answer = try await exchange.order(
            exchange.quote(ProvenAnswerTests.asked).quote.id, by: buyer
        ) { _, _ in
            taken.withLock { done in
                guard !done else { return }
                done = true
                try? FileManager.default.copyItem(atPath: home, toPath: cut.path)
            }
        }
        #expect(try exchange.store.mark(Exchange.noiseMark(answer.order.id)) == nil)
        return (cut, try file(answer).statement.noiseRoot)
    }

    @Test func `a study that a crash cut short ends with the noise it had committed to, proven`()
        async throws
    {
        let world = World()
        let (cut, noise) = try await cut(world)
        let after = try await Exchange.open(cut, surroundings: world.surroundings)
        let order = try #require(await after.state.orders.all.first)
        #expect(order.record.stage == .done)
        let buyer = try await after.key(of: "buyer")
        let answer = try await after.order(order.key, by: buyer)
        #expect(answer.isProven == true)
        #expect(try file(answer).statement.noiseRoot == noise)
        #expect(try after.store.mark(Exchange.noiseMark(order.key)) == nil, "the seed is gone")
        #expect(await after.isSettled)
    }

    @Test func `without the seed it is answered, and says that it is not proven`() async throws {
        let world = World()
        let (cut, _) = try await cut(world)
        do {
            let store = try ExchangeStore(path: cut.database)
            let seeds = try store.marks(beginning: "noise/")
            #expect(seeds.count == 1)
            try store.write([], after: try store.count(), notes: seeds.map { .unmark($0.name) })
        }
        let after = try await Exchange.open(cut, surroundings: world.surroundings)
        let order = try #require(await after.state.orders.all.first)
        #expect(order.record.stage == .done && order.record.proof?.claim == nil)
        let buyer = try await after.key(of: "buyer")
        let answer = try await after.order(order.key, by: buyer)
        #expect(answer.isProven == false && answer.receipt["proven"] == nil)
        let copy = world.folder + "/public"
        try await after.exportPublic(to: copy)
        #expect(
            try Auditor(folder: copy).verify().unchecked.contains {
                $0.contains("that were to be proven")
            })
    }

    @Test func `what is erased while an answer is proven leaves no seed behind`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market(people: 8)
        let someone = world.keys(of: 0..<1, at: exchange)[0]
        // The rows are mapped and not read yet; the proof comes after.
        world.meanwhile.withLock {
            $0 = { _ = try? await exchange.withdraw(someone, from: World.pool) }
        }
        let answer = try await exchange.order(
            exchange.quote(ProvenAnswerTests.asked).quote.id, by: buyer)
        #expect(answer.isProven == true)
        #expect(try exchange.store.marks(beginning: Exchange.columnsPrefix).isEmpty)
    }

    @Test func `the same numbers shown otherwise come with the first receipt`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let first = try await exchange.order(
            exchange.quote(ProvenAnswerTests.asked).quote.id, by: buyer)
        let sql = ProvenAnswerTests.asked.replacing("COUNT(*), ", with: "COUNT(*) AS rows, ")
        let again = try await exchange.order(exchange.quote(sql).quote.id, by: buyer)
        #expect(again.order.id == first.order.id && again.isProven == true)
        let (words, isProven) = try Receipts.check(
            again.receipt.signable(), expecting: await exchange.nodeID)
        #expect(isProven && words.contains("shows what was answered before"))
    }

    @Test func `a receipt is compared with the journal`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let answer = try await exchange.order(
            exchange.quote(ProvenAnswerTests.asked).quote.id, by: buyer)
        let bytes = try answer.receipt.signable()
        let state = await exchange.state
        let (words, _) = try Receipts.check(bytes, expecting: nil, in: state)
        #expect(words.contains("as the journal has them"))
        // A journal that knows nothing of it.
        let (other, _) = try await World(seed: 2).market()
        await #expect(throws: (any Error).self) {
            try Receipts.check(bytes, expecting: nil, in: await other.state)
        }
    }

    @Test func `opened again, columns and orders are as they were`() async throws {
        let world = World()
        var root = Digest.zero
        do {
            let (exchange, buyer) = try await world.market()
            _ = try await exchange.order(
                exchange.quote(ProvenAnswerTests.asked).quote.id, by: buyer)
            try await exchange.seal()
            var state = await exchange.state
            root = state.root()
        }
        let exchange = try await world.open()
        var state = await exchange.state
        #expect(state.root() == root)
        let buyer = try await exchange.key(of: "buyer")
        let second = try await exchange.order(
            exchange.quote(ProvenAnswerTests.other).quote.id, by: buyer)
        #expect(second.isProven == true)
        #expect(await exchange.state.columns.all.map(\.record.used) == [2])
    }
}
