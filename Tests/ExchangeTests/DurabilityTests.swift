// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Ledger
import Market
import Query
import Synchronization
import Testing

@testable import Exchange
@testable import Storage

/// Crashes, clocks, races, backups.
@Suite struct DurabilityTests {
    @Test func `an exchange opened again is the same`() async throws {
        let world = World()
        var root = Digest.zero
        do {
            let (exchange, buyer) = try await world.market()
            _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
            try await exchange.seal()
            var state = await exchange.state
            root = state.root()
        }
        var state = try await world.open().state
        #expect(state.root() == root)
    }

    @Test func `a clock that was set back stops nothing`() async throws {
        let world = World()
        do {
            let (exchange, buyer) = try await world.market()
            world.pass(1000)
            try await exchange.deposit(Amount(microunits: 1)!, to: buyer.id, reference: "")
            world.pass(500)
            try await exchange.seal()
            world.pass(-60_000)
            try await exchange.deposit(Amount(microunits: 1)!, to: buyer.id, reference: "")
            try await exchange.seal()
        }
        let exchange = try await world.open()
        let copy = world.folder + "/public"
        try await exchange.exportPublic(to: copy)
        #expect(try Auditor(folder: copy).verify().replay.head.blocks > 2)
    }

    /// The exchange's disk as it is in the middle of a study, and the study's order.
    private func cut(_ world: World) async throws -> (cut: HomeFolder, buyer: SigningKey) {
        let (exchange, buyer) = try await world.market()
        let cut = HomeFolder(path: world.folder + "/cut")
        let taken = Mutex(false)
        let home = world.home.path
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer) { _, _ in
            taken.withLock { done in
                guard !done else { return }
                done = true
                try? FileManager.default.copyItem(atPath: home, toPath: cut.path)
            }
        }
        #expect(await exchange.state.orders.all.map(\.record.stage) == [.done])
        return (cut, buyer)
    }

    @Test
    func `a study that a crash cut short is finished at the next start, for the same privacy`()
        async throws
    {
        let world = World()
        let (cut, buyer) = try await cut(world)
        let after = try await Exchange.open(cut, surroundings: world.surroundings)
        let order = try #require(await after.state.orders.all.first)
        #expect(order.record.stage == .done)
        let alice = world.keys(of: 0..<1, at: after)[0]
        #expect(await after.spent(alice) == order.record.order.quote.quote.rho)
        #expect(await after.isSettled)
        #expect(try await after.money(of: alice).claims > 0, "the spent privacy is paid for")
        // The buyer has the answer for what it cost, and no more.
        let money = try await after.money(of: buyer).available
        let answer = try await after.order(order.key, by: buyer)
        #expect(!answer.table.rows.isEmpty)
        #expect(try await after.money(of: buyer).available == money)
        #expect(money == 1_000_000_000 - order.record.order.quote.quote.price!.microunits)
    }

    @Test func `a study that is cut short twice is refunded, its privacy stays spent`() async throws
    {
        let world = World()
        let (cut, buyer) = try await cut(world)
        do {
            // The second crash comes after the attempt was noted.
            let store = try ExchangeStore(path: cut.database)
            let size = try store.count()
            var order: Digest?
            try store.read(from: 0) { _, lines in
                for line in lines {
                    let entry = try Entry(leaf: line.leaf)
                    guard entry.kind == "study.reserve" else { continue }
                    order = entry.body["order"]?.string.flatMap(Digest.init(hex:))
                }
            }
            let id = try #require(order)
            try store.write([], after: size, notes: [.mark("resumed/" + id.hex, [1])])
        }
        let after = try await Exchange.open(cut, surroundings: world.surroundings)
        #expect(try await after.money(of: buyer).available == 1_000_000_000)
        let alice = world.keys(of: 0..<1, at: after)[0]
        #expect(await after.spent(alice) > 0)
        #expect(await after.state.orders.all.map(\.record.stage) == [.failed])
        #expect(await after.isSettled)
    }

    @Test func `an order that had not begun to read is refunded`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let quote = try await exchange.quote()
        try await exchange.record(
            [.ordered(Order(quote.quote, by: buyer))],
            sealed: [0: SealedPart(commitment: .zero, envelope: [1])])
        try await exchange.resolveInterrupted()
        #expect(try await exchange.money(of: buyer).available == 1_000_000_000)
        #expect(await exchange.spent(world.keys(of: 0..<1, at: exchange)[0]) == 0)
        #expect(await exchange.isSettled)
    }

    @Test func `a vault that cannot be read costs one study, not one after the other`() async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let pack = world.home.path + "/vault/pack-00000001.dvp"
        let whole = try #require(FileManager.default.contents(atPath: pack))
        var bytes = whole
        for place in stride(from: 100, to: bytes.count, by: 10) { bytes[place] ^= 0x55 }
        func put(_ bytes: Data) throws {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: pack))
            try file.write(contentsOf: bytes)
            try file.close()
        }
        try put(bytes)
        let alice = world.keys(of: 0..<1, at: exchange)[0]
        for attempt in 0..<3 {
            let error = await #expect(throws: ExchangeError.self) {
                _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
            }
            #expect(error?.description.contains("doctor") == true)
            #expect(error?.description.contains("contributor") == false, "not who it was")
            #expect(await exchange.state.orders.all.count == 1, "after attempt \(attempt)")
        }
        #expect(try await exchange.money(of: buyer).available == 1_000_000_000)
        #expect(await exchange.isSettled)
        let spent = await exchange.spent(alice)
        #expect(try await exchange.examine().contains { !$0.isWell })
        // Mended and found well, it sells again.
        try put(whole)
        #expect(try await exchange.examine().allSatisfy(\.isWell))
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        #expect(await exchange.spent(alice) == 2 * spent)
    }

    @Test func `racing orders cannot both have the last of a budget`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market(limit: "2.0")
        var quotes: [Digest] = []
        for _ in 0..<8 { quotes.append(try await exchange.quote().quote.id) }
        let answered = await withTaskGroup(of: Bool.self) { group in
            for quote in quotes {
                group.addTask { (try? await exchange.order(quote, by: buyer)) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answered > 0 && answered < 8)
        let limit = try World.rho("2.0")
        for key in world.keys(of: 0..<6, at: exchange) {
            #expect(await exchange.spent(key) <= limit)
        }
        #expect(await exchange.isSettled)
        let price = try #require(try await exchange.quote().quote.quote.price).microunits
        #expect(
            try await exchange.money(of: buyer).available == 1_000_000_000 - Int64(answered) * price
        )
        let copy = world.folder + "/public"
        try await exchange.exportPublic(to: copy)
        #expect(throws: Never.self) { try Auditor(folder: copy).verify() }
    }

    @Test func `one quote ordered many times at once is charged once`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let quote = try await exchange.quote().quote
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { _ = try? await exchange.order(quote.id, by: buyer) } }
        }
        let price = try #require(quote.quote.price).microunits
        #expect(try await exchange.money(of: buyer).available == 1_000_000_000 - price)
    }

    @Test func `withdrawals, erasures and payouts may come in the middle of a study`() async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let quotes = [try await exchange.quote().quote.id, try await exchange.quote().quote.id]
        let people = world.keys(of: 0..<6, at: exchange)
        await withTaskGroup(of: Void.self) { group in
            for quote in quotes {
                group.addTask { _ = try? await exchange.order(quote, by: buyer) }
            }
            group.addTask { _ = try? await exchange.withdraw(people[0], from: World.pool) }
            group.addTask { _ = try? await exchange.erase(people[1]) }
            group.addTask { _ = try? await exchange.payOut(World.pool) }
            group.addTask { try? await exchange.seal() }
        }
        #expect(await exchange.isSettled)
        let copy = world.folder + "/public"
        try await exchange.exportPublic(to: copy)
        #expect(throws: Never.self) { try Auditor(folder: copy).verify() }
    }

    @Test func `a second process waits its turn`() async throws {
        let world = World()
        do { _ = try await world.market() }
        let first = Mutex<HomeLock?>(try HomeLock(world.home))
        // On a thread of its own: the test's threads may all be waiting.
        let start = Date()
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.3)
            first.withLock { $0 = nil }
        }
        _ = try HomeLock(world.home)
        #expect(Date().timeIntervalSince(start) > 0.25)
    }

    @Test func `a write that fails changes nothing and closes the exchange`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        // Somebody else writes behind its back.
        let line = JournalLine(
            leaf: try Entry(kind: "x", time: Timestamp(milliseconds: 0), body: .null).leaf())
        try await exchange.store.write([line], after: UInt64(exchange.log.size), notes: [])
        for _ in 0..<2 {
            await #expect(throws: (any Error).self) {
                try await exchange.deposit(Amount(microunits: 5)!, to: buyer.id, reference: "")
            }
        }
        #expect(try await exchange.money(of: buyer).available == 1_000_000_000)
    }

    @Test func `a beginning that was cut short is completed`() async throws {
        let world = World()
        _ = try await Exchange.create(in: world.home, name: "a", surroundings: world.surroundings)
        await #expect(throws: ExchangeError.exists(world.home.path)) {
            _ = try await Exchange.create(in: world.home, name: "b")
        }
        // Only two of the keys.
        let early = HomeFolder(path: world.folder + "/early")
        try FileManager.default.copyItem(atPath: world.home.path, toPath: early.path)
        for name in ["node.key", "exchange.sqlite", "exchange.sqlite-wal", "exchange.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: early.path + "/" + name)
        }
        let custody = FileManager.default.contents(atPath: early.custodyKey)
        #expect(try await Exchange.create(in: early, name: "c").state.name == "c")
        #expect(FileManager.default.contents(atPath: early.custodyKey) == custody)
        // All keys, no journal.
        let late = HomeFolder(path: world.folder + "/late")
        try FileManager.default.copyItem(atPath: world.home.path, toPath: late.path)
        for name in ["exchange.sqlite", "exchange.sqlite-wal", "exchange.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: late.path + "/" + name)
        }
        // Something was signed already: it was no beginning, and the journal was lost.
        await #expect(throws: ExchangeError.journalLost(late.path)) {
            _ = try await Exchange.create(in: late, name: "d")
        }
        try late.checkpoint.begin(by: KeyFile.read(late.nodeKey))
        #expect(try await Exchange.create(in: late, name: "d").state.name == "d")
        // A journal without its key is not begun anew.
        try FileManager.default.removeItem(atPath: late.nodeKey)
        await #expect(throws: ExchangeError.self) {
            _ = try await Exchange.create(in: late, name: "e")
        }
        #expect(!late.exists)
    }

    @Test func `a journal that was lost is not begun anew, and nothing is cut off`() async throws {
        let world = World()
        do { _ = try await world.market() }
        try Data().write(to: URL(fileURLWithPath: world.home.database))
        let pack = world.home.path + "/vault/pack-00000001.dvp"
        let before = FileManager.default.contents(atPath: pack)
        await #expect(throws: ExchangeError.journalLost(world.home.path)) {
            _ = try await world.open()
        }
        await #expect(throws: ExchangeError.journalLost(world.home.path)) {
            _ = try await Exchange.create(in: world.home, name: "again")
        }
        #expect(FileManager.default.contents(atPath: pack) == before)
    }

    @Test func `a backup cannot be used by itself, and brings back no money or privacy`()
        async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let saved = HomeFolder(path: world.folder + "/saved")
        try await exchange.backUp(to: saved)
        await #expect(throws: ExchangeError.backup(saved.path)) {
            _ = try await Exchange.open(saved)
        }
        let then = world.folder + "/then"
        try await exchange.exportPublic(to: then)
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        let now = world.folder + "/now"
        try await exchange.exportPublic(to: now)
        let target = HomeFolder(path: world.folder + "/target")
        for behind in [nil, now, now + "/checkpoint"] {
            await #expect(throws: (any Error).self) {
                _ = try await Exchange.restore(from: saved, to: target, notBehind: behind)
            }
            #expect(!target.exists)
        }
        await #expect(throws: ExchangeError.self) {
            _ = try await Exchange.restore(from: saved, to: world.home, notBehind: then)
        }
        let entries = try await Exchange.restore(from: saved, to: target, notBehind: then)
        #expect(entries > 0)
        let restored = try await Exchange.open(target, surroundings: world.surroundings)
        #expect(try await restored.money(of: buyer).available == 1_000_000_000)
        #expect(try await restored.examine().allSatisfy(\.isWell))
        // Whoever goes on from an old state is found out by anyone who kept a checkpoint.
        try await restored.deposit(Amount(microunits: 7)!, to: buyer.id, reference: "")
        let forked = world.folder + "/forked"
        for _ in 0..<4 {
            try await restored.deposit(Amount(microunits: 7)!, to: buyer.id, reference: "")
        }
        try await restored.exportPublic(to: forked)
        #expect(throws: Never.self) { try Auditor(folder: forked, since: then).verify() }
        #expect(throws: AuditFinding.self) { try Auditor(folder: forked, since: now).verify() }
    }
}
