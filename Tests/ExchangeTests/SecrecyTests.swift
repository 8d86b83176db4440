// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Market
import Testing
import Vault

@testable import Exchange
@testable import Storage

/// What must be found nowhere.
@Suite struct SecrecyTests {
    @Test func `a question that was not ordered is forgotten, one that was is kept`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let dropped = try await exchange.quote().quote.id
        let ordered = try await exchange.quote().quote.id
        let answer = try await exchange.order(ordered, by: buyer)
        world.pass(Exchange.quoteMilliseconds + Exchange.forgetMilliseconds + 1000)
        #expect(try await exchange.openQuote(dropped).sql == World.question)
        _ = try await exchange.quote()
        await #expect(throws: ExchangeError.self) { try await exchange.openQuote(dropped) }
        #expect(try await exchange.order(ordered, by: buyer).table == answer.table)
    }

    @Test func `no name and no row stands in any file, block or error`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        _ = try await exchange.payOut(World.pool)
        _ = try await exchange.withdraw(
            world.keys(of: 0..<1, at: exchange)[0], from: World.pool)
        let copy = world.folder + "/public"
        try await exchange.exportPublic(to: copy)
        try await exchange.backUp(to: HomeFolder(path: world.folder + "/saved"))
        var words = ""
        do {
            _ = try await exchange.order(Digest(of: [1]), by: buyer)
        } catch { words += "\(error)" }
        words += try await exchange.examine().map(\.sentence).joined()
        for place in [world.home.path, copy, world.folder + "/saved"] {
            #expect(world.files(below: place).count > 3)
            for planted in World.planted {
                #expect(
                    world.files(below: place, holding: Array(planted.utf8)).isEmpty, "\(planted)")
            }
        }
        for planted in World.planted { #expect(!words.contains(planted)) }
        // The test can fail: the words are in the file that was read.
        let source = try world.file(people: 0..<6)
        #expect(try String(contentsOfFile: source, encoding: .utf8).contains("48611"))
    }

    @Test func `a public copy names no contributor, and no question`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        let copy = world.folder + "/public"
        try await exchange.exportPublic(to: copy)
        for key in world.keys(of: 0..<6, at: exchange) {
            #expect(world.files(below: copy, holding: Array(key.id.did.utf8)).isEmpty)
        }
        #expect(world.files(below: copy, holding: Array("SUM(steps)".utf8)).isEmpty)
    }

    @Test func `what is erased has no key and no bytes in any file`() async throws {
        let world = World()
        let (exchange, _) = try await world.market()
        let alice = world.keys(of: 0..<1, at: exchange)[0]
        let notes = try exchange.store.segments(owner: alice.id)
        let sealed = try notes.map { try exchange.vault.read($0.location, id: $0.id).bytes }
        let home = world.home.path
        for (note, bytes) in zip(notes, sealed) {
            #expect(!world.files(below: home, holding: note.key.bytes).isEmpty, "it was there")
            #expect(!world.files(below: home, holding: bytes).isEmpty)
        }
        #expect(try await exchange.erase(alice).count == notes.count)
        for (note, bytes) in zip(notes, sealed) {
            #expect(world.files(below: home, holding: note.key.bytes).isEmpty)
            #expect(world.files(below: home, holding: Array(bytes.suffix(24))).isEmpty)
        }
        #expect(await exchange.state.segments[notes[0].id]?.erased == true)
    }

    @Test func `an erasure that a crash cut short is finished by the next opening`() async throws {
        let world = World()
        let home = world.home.path
        var sealed: [UInt8] = []
        var key: [UInt8] = []
        do {
            let (exchange, _) = try await world.market()
            let alice = world.keys(of: 0..<1, at: exchange)[0]
            let note = try exchange.store.segments(owner: alice.id)[0]
            sealed = try exchange.vault.read(note.location, id: note.id).bytes
            key = note.key.bytes
            _ = try await exchange.erase(alice)
            // As if the bytes had not been overwritten: put them back, and the mark that says so.
            let pack = home + "/vault/pack-00000001.dvp"
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: pack))
            let all = try #require(FileManager.default.contents(atPath: pack))
            let zeros = try #require(all.range(of: Data(repeating: 0, count: sealed.count)))
            try file.seek(toOffset: UInt64(zeros.lowerBound))
            try file.write(contentsOf: Data(sealed))
            try file.close()
            let place = note.location
            let mark = "[[\(place.pack),\(place.offset),\(place.length)]]"
            try exchange.store.write(
                [], after: UInt64(await exchange.log.size),
                notes: [.mark(Exchange.erasingMark, Array(mark.utf8))])
        }
        #expect(!world.files(below: home, holding: sealed).isEmpty)
        let exchange = try await world.open()
        #expect(world.files(below: home, holding: sealed).isEmpty)
        #expect(world.files(below: home, holding: key).isEmpty)
        #expect(try await exchange.examine().allSatisfy(\.isWell))
    }

    @Test func `the folder and everything secret in it is closed to others`() async throws {
        let world = World()
        let (exchange, _) = try await world.market()
        func mode(_ path: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        }
        let home = world.home.path
        for name in [
            "", "/keys", "/node.key", "/custody.key", "/exchange.sqlite", "/keys/buyer.key",
        ] {
            #expect(try mode(home + name) & 0o077 == 0, "\(name)")
        }
        let alice = world.keys(of: 0..<1, at: exchange)[0]
        let mine = try await exchange.exportOwn(of: alice, to: world.folder + "/mine")
        #expect(mine.count == 7)
        for file in mine { #expect(try mode(file) & 0o077 == 0, "\(file)") }
    }
}
