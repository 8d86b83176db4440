// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Market
import Storage
import Testing
import Vault
import TestSupport

@testable import Exchange

/// The node's vault keys are changed without touching the segments.
@Suite struct VaultKeyTests {
    @Test func `after a rotation everything is read by the new key, and the old one is gone`()
        async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let key = world.keys(of: 0..<1, at: exchange)[0]
        let before = try await exchange.ownRows(of: key).map(\.csv)
        let packs = world.files(below: world.home.vault).map(\.bytes)
        let old = try KeyFile.read(world.home.vaultKey(1)).seed
        let (epoch, segments) = try await exchange.rotateVaultKey()
        #expect(epoch == 2 && segments == 6)
        #expect(try await exchange.ownRows(of: key).map(\.csv) == before)
        #expect(world.files(below: world.home.vault).map(\.bytes) == packs)
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        // The old key opens nothing any more, and stands nowhere.
        #expect(!FileManager.default.fileExists(atPath: world.home.vaultKey(1)))
        let former = try NodeKey(epoch: 1, bytes: old)
        for note in try exchange.store.segments() {
            #expect(throws: KeyError.self) { try former.unwrap(note.key, segment: note.id) }
        }
        let wrapped = try exchange.store.segments().map(\.key.bytes)
        let database = try #require(FileManager.default.contents(atPath: world.home.database))
        #expect(wrapped.allSatisfy { database.range(of: Data($0)) != nil }, "what is searched for")
    }

    @Test func `the bytes of the old wrapped keys are gone from the database`() async throws {
        let world = World()
        let (exchange, _) = try await world.market()
        let wrapped = try exchange.store.segments().map(\.key.bytes)
        _ = try await exchange.rotateVaultKey()
        for end in ["", "-wal"] {
            let bytes = FileManager.default.contents(atPath: world.home.database + end) ?? Data()
            #expect(wrapped.allSatisfy { bytes.range(of: Data($0)) == nil })
        }
    }

    @Test func `a rotation that a crash cut short leaves everything readable and is done again`()
        async throws
    {
        let world = World()
        var rows: [String] = []
        do {
            let (exchange, _) = try await world.market()
            rows = try await exchange.ownRows(of: world.keys(of: 1..<2, at: exchange)[0]).map(\.csv)
        }
        // Only the new key was made.
        var random = Seeded(5)
        try KeyFile.create(
            SigningKey(using: &random), at: world.home.vaultKey(2), using: &random)
        do {
            let exchange = try await world.open()
            let key = world.keys(of: 1..<2, at: exchange)[0]
            #expect(try await exchange.ownRows(of: key).map(\.csv) == rows)
            // What is stored now takes the new one.
            _ = try await exchange.importFile(
                world.file(people: 6..<8, named: "more.csv"), owner: .custody(prefix: "club"),
                options: world.options)
            #expect(try await exchange.vaultEpochs().map(\.segments) == [6, 2])
            #expect(try await exchange.rotateVaultKey() == (3, 8))
            #expect(try await exchange.ownRows(of: key).map(\.csv) == rows)
        }
        #expect(
            try await world.open().vaultEpochs().map { "\($0.epoch): \($0.segments)" } == ["3: 8"])
        #expect(try await world.open().examine().allSatisfy(\.isWell))
    }

    @Test func `an exchange without its vault key says so, and makes none`() async throws {
        let world = World()
        _ = try await world.market()
        try FileManager.default.removeItem(atPath: world.home.vaultKey(1))
        await #expect(throws: ExchangeError.self) { _ = try await world.open() }
        #expect(!FileManager.default.fileExists(atPath: world.home.vaultKey(1)))
    }
}
