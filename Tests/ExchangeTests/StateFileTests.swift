// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Ledger
import Market
import Testing
import TestSupport

@testable import Exchange
@testable import Storage

/// What is kept beside the journal so that a start need not replay it, and what is derived from it.
@Suite struct StateFileTests {
    /// A market with an answered order, a withdrawal and a payout, sealed and kept.
    private func world() async throws -> (world: World, root: Digest, size: Int) {
        let world = World()
        let (exchange, buyer) = try await world.market()
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        _ = try await exchange.withdraw(world.keys(of: 0..<1, at: exchange)[0], from: World.pool)
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        _ = try await exchange.payOut(World.pool)
        try await exchange.seal()
        try await exchange.keep()
        var state = await exchange.state
        return (world, state.root(), await exchange.log.size)
    }

    @Test func `a start from the file gives the state that a replay gives`() async throws {
        let (world, root, size) = try await world()
        #expect(world.home.state.read()?.log.size == size)
        let exchange = try await world.open()
        var (state, replayed) = (await exchange.state, try await exchange.replayed())
        #expect(state.root() == root && replayed.state.root() == root)
        let (head, log) = (await exchange.head, replayed.log)
        #expect(head.log.root == log.root && head.commits == replayed.commits)
        #expect(head.blocks == replayed.blocks && head.previousBlock == replayed.previousBlock)
        // And the exchange goes on from there, verifiably.
        let buyer = try await exchange.key(of: "buyer")
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        let copy = world.folder + "/public"
        let exported = try await exchange.exportPublic(to: copy)
        #expect(try Auditor(folder: copy).verify().replay.head.log.size == exported)
    }

    @Test func `what came after the file is replayed`() async throws {
        let (world, _, size) = try await world()
        var root = Digest.zero
        do {
            let exchange = try await world.open()
            try await exchange.deposit(
                Amount(microunits: 7)!, to: exchange.key(of: "buyer").id, reference: "late")
            var state = await exchange.state
            root = state.root()
        }
        #expect(world.home.state.read()?.log.size == size)
        var state = try await world.open().state
        #expect(state.root() == root)
    }

    @Test func `a file that is damaged, cut short or gone changes nothing`() async throws {
        let (world, root, _) = try await world()
        let path = world.home.state.path
        let whole = try #require(FileManager.default.contents(atPath: path)).map { $0 }
        var random = Seeded(3)
        for attempt in 0..<12 {
            var bytes = whole
            switch attempt % 3 {
            case 0: bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << (attempt % 8)
            case 1: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            default: bytes = []
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            #expect(world.home.state.read() == nil)
            var state = try await world.open().state
            #expect(state.root() == root)
        }
        try FileManager.default.removeItem(atPath: path)
        var state = try await world.open().state
        #expect(state.root() == root)
    }

    @Test func `a whole file of another state is not believed`() async throws {
        let (world, root, _) = try await world()
        // A state in which somebody has more money, written by a hand that knows the format.
        var forged = try #require(world.home.state.read())
        let buyer = try await world.open().key(of: "buyer").id
        try forged.state.apply(
            .deposited(buyer, Amount(microunits: 1_000_000)!, reference: .zero), at: forged.time,
            index: 99)
        let bytes = forged.snapshot()
        try world.home.state.write(#require(bytes))
        #expect(world.home.state.read() != nil)
        var state = try await world.open().state
        #expect(state.root() == root)
        // Nor one whose log leaves an entry out.
        var shorter = try await world.open().head
        shorter.log = MerkleLog(leafHashes: (0..<shorter.log.size).map { shorter.log[max(1, $0)] })
        let short = shorter.snapshot()
        try world.home.state.write(#require(short))
        state = try await world.open().state
        #expect(state.root() == root)
    }

    @Test func `statements add up to the money, with and without the rows that are kept`()
        async throws
    {
        let (world, _, _) = try await world()
        let exchange = try await world.open()
        let keys = world.keys(of: 0..<6, at: exchange) + [try await exchange.key(of: "buyer")]
        var lines: [[String]] = []
        for key in keys {
            let statement = try await exchange.statement(of: key)
            let money = try await exchange.money(of: key)
            #expect(statement.map(\.microunits).reduce(0, +) == money.everything)
            #expect(!statement.isEmpty)
            lines.append(statement.map { "\($0.index) \($0.code) \($0.microunits) \($0.reason)" })
        }
        #expect(lines[0].filter { $0.contains("sale_share") }.count == 1)
        #expect(lines[1].filter { $0.contains("sale_share") }.count == 2)
        try exchange.store.replaceStatement([], to: 0)
        for (key, line) in zip(keys, lines) {
            let statement = try await exchange.statement(of: key)
            #expect(
                statement.map { "\($0.index) \($0.code) \($0.microunits) \($0.reason)" } == line)
        }
        #expect(try exchange.store.statementSize() == UInt64(await exchange.log.size))
    }

    @Test func `an older database put back is refused, and cuts nothing off`() async throws {
        let world = World()
        let old = world.folder + "/old.sqlite"
        do {
            let (exchange, _) = try await world.market()
            try exchange.store.copy(to: old)
            _ = try await exchange.importFile(
                world.file(people: 6..<9, named: "more.csv"), owner: .custody(prefix: "club"),
                options: world.options)
            try await exchange.seal()
            try await exchange.keep()
        }
        let packs = world.files(below: world.home.vault).map(\.bytes)
        let files = FileManager.default
        try files.moveItem(atPath: world.home.database, toPath: world.folder + "/new.sqlite")
        try files.copyItem(atPath: old, toPath: world.home.database)
        await #expect(throws: ExchangeError.journalBehind(world.home.path)) {
            _ = try await world.open()
        }
        #expect(world.files(below: world.home.vault).map(\.bytes) == packs)
        for end in ["", "-wal", "-shm"] {
            try? files.removeItem(atPath: world.home.database + end)
        }
        try files.moveItem(atPath: world.folder + "/new.sqlite", toPath: world.home.database)
        #expect(try await world.open().examine().allSatisfy(\.isWell))
    }

    @Test func `a grant behind the last checkpoint is checked again at the start`() async throws {
        let (world, _, _) = try await world()
        do {
            let exchange = try await world.open()
            try await exchange.grant(
                World.terms(), pool: World.pool, by: world.keys(of: 0..<1, at: exchange))
        }
        // The node stopped before the checkpoint; somebody changes the signature in the file.
        var leaves: [[UInt8]] = []
        var marks: [Note] = []
        do {
            let store = try ExchangeStore(path: world.home.database)
            try store.read(from: 0) { leaves += $1.map(\.leaf) }
            for name in [Exchange.checkpointMark, Exchange.packMark] {
                marks.append(.mark(name, try #require(try store.mark(name))))
            }
        }
        func rewrite(_ leaves: [[UInt8]]) throws {
            for end in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: world.home.database + end)
            }
            let store = try ExchangeStore(path: world.home.database)
            try store.write(leaves.map { JournalLine(leaf: $0) }, after: 0, notes: marks)
        }
        try rewrite(leaves)
        #expect(try await world.open().log.size == leaves.count)
        var text = Array(String(decoding: leaves[leaves.count - 1], as: UTF8.self))
        let name = Array(#""signature":""#)
        let start = try #require(text.indices.first { text[$0...].starts(with: name) })
        text[start + name.count + 9] = text[start + name.count + 9] == "5" ? "6" : "5"
        try rewrite(leaves.dropLast() + [Array(String(text).utf8)])
        await #expect(throws: ExchangeError.self) { _ = try await world.open() }
    }
}

extension Exchange {
    /// Keeps the head whether it is due or not.
    fileprivate func keep() throws {
        let bytes = head.snapshot()
        try home.state.write(#require(bytes))
    }
}
