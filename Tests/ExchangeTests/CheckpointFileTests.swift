// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Ledger
import Market
import TestSupport
import Testing

@testable import Exchange
@testable import Storage

/// What says outside the database how far the journal got.
@Suite struct CheckpointFileTests {
    private let files = FileManager.default

    /// A market that sold something after `old` was copied from its database; and a public copy
    /// from before and after.
    private func world() async throws -> (world: World, old: String) {
        let world = World()
        let old = world.folder + "/old.sqlite"
        let (exchange, buyer) = try await world.market()
        try exchange.store.copy(to: old)
        try await exchange.exportPublic(to: world.folder + "/before")
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        try await exchange.seal()
        try await exchange.exportPublic(to: world.folder + "/after")
        return (world, old)
    }

    private func putBack(_ old: String, in world: World) throws {
        for end in ["", "-wal", "-shm"] {
            try? files.removeItem(atPath: world.home.database + end)
        }
        try files.copyItem(atPath: old, toPath: world.home.database)
    }

    private func isLost(_ error: any Error) -> Bool {
        if case ExchangeError.checkpointLost = error { true } else { false }
    }

    @Test func `an older database is refused however little the journal grew`() async throws {
        let (world, old) = try await world()
        try putBack(old, in: world)
        #expect(world.home.state.read() == nil)
        for newest in [NewestJournal.kept, .word, .copy(world.folder + "/before")] {
            await #expect(throws: ExchangeError.journalBehind(world.home.path)) {
                _ = try await Exchange.open(world.home, newest: newest)
            }
        }
    }

    @Test func `without the file nothing opens, and nothing is cut off`() async throws {
        let (world, old) = try await world()
        let packs = world.files(below: world.home.vault).map(\.bytes)
        let path = world.home.checkpoint.path
        let whole = try #require(files.contents(atPath: path)).map { $0 }
        try putBack(old, in: world)
        var random = Seeded(5)
        for attempt in 0..<12 {
            var bytes = whole
            switch attempt % 3 {
            case 0: bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << (attempt % 8)
            case 1: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            default: bytes = []
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            await #expect(performing: { _ = try await world.open() }, throws: isLost)
        }
        try files.removeItem(atPath: path)
        await #expect(performing: { _ = try await world.open() }, throws: isLost)
        // A newer copy that somebody kept finds it out.
        await #expect(throws: ExchangeError.self) {
            _ = try await Exchange.open(world.home, newest: .copy(world.folder + "/after"))
        }
        #expect(!files.fileExists(atPath: path))
        #expect(world.files(below: world.home.vault).map(\.bytes) == packs)
    }

    @Test(arguments: [NewestJournal.copy("after"), .copy("before"), .word])
    func `an honest exchange whose file was lost goes on`(newest: NewestJournal) async throws {
        let (world, _) = try await world()
        let path = world.home.checkpoint.path
        let whole = files.contents(atPath: path)
        try files.removeItem(atPath: path)
        var newest = newest
        if case .copy(let name) = newest { newest = .copy(world.folder + "/" + name) }
        #expect(
            try await Exchange.open(
                world.home, surroundings: world.surroundings, newest: newest
            ).examine().allSatisfy(\.isWell))
        #expect(files.contents(atPath: path) == whole)
        #expect(try await world.open().examine().allSatisfy(\.isWell))
    }

    @Test func `a file that a crash left behind the journal is brought up to it`() async throws {
        let (world, _) = try await world()
        let path = world.home.checkpoint.path
        let newest = files.contents(atPath: path)
        let node = try KeyFile.read(world.home.nodeKey)
        let before = try #require(files.contents(atPath: world.folder + "/before/checkpoint"))
        for step in 0..<2 {
            if step == 0 {
                try world.home.checkpoint.begin(by: node)
            } else {
                try before.write(to: URL(fileURLWithPath: path))
            }
            #expect(try await world.open().examine().allSatisfy(\.isWell))
            #expect(files.contents(atPath: path) == newest)
        }
    }

    @Test func `another node's file is none`() async throws {
        let (world, _) = try await world()
        var random = Seeded(6)
        try world.home.checkpoint.begin(by: SigningKey(using: &random))
        await #expect(performing: { _ = try await world.open() }, throws: isLost)
    }

    @Test func `a file that could not be written is found by an examination`() async throws {
        let (world, _) = try await world()
        let exchange = try await world.open()
        try world.home.checkpoint.begin(by: KeyFile.read(world.home.nodeKey))
        let ill = try await exchange.examine().filter { !$0.isWell }
        #expect(ill.map { $0.sentence.contains("checkpoint") } == [true])
    }
}
