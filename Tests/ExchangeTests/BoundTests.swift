// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Intake
import Testing

@testable import Exchange

/// What may only be so large, and is looked up without reading files.
@Suite struct BoundTests {
    @Test func `the rows of a file take no more memory than they may`() throws {
        let world = World()
        let file = try world.file(people: 0..<6)
        let options = try world.options
        let bytes = try Exchange.gather(file, options).sink.bytes
        #expect(bytes > 1000)
        _ = try Exchange.gather(file, options, mostBytes: bytes)
        let refusal = #expect(throws: ExchangeError.self) {
            try Exchange.gather(file, options, mostBytes: bytes - 1)
        }
        #expect(refusal == .tooMuch(bytes - 1))
        #expect(refusal.map { ErrorWords($0).code } == "too_large")
    }

    @Test func `parties are found by their keys, those made later too, and sealed ones not`()
        async throws
    {
        let world = World()
        let (exchange, _) = try await world.market()
        let before = try await exchange.createParty(named: "before")
        #expect(exchange.partyName(of: before) == "before")
        let after = try await exchange.createParty(named: "after")
        // No file is read for it any more.
        try FileManager.default.removeItem(atPath: exchange.home.key(named: "before"))
        #expect(exchange.partyName(of: after) == "after")
        #expect(exchange.partyName(of: before) == "before")
        let sealed = try await exchange.createParty(named: "sealed", passphrase: "secret")
        #expect(exchange.partyName(of: sealed) == nil)
        #expect(exchange.partyName(of: exchange.node.id) == nil)
    }
}
