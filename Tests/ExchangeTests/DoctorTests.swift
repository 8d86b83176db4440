// SPDX-License-Identifier: Apache-2.0
import Exchange
import Foundation
import Identity
import Ledger
import Market
import Testing

/// What the examination of a folder finds.
@Suite struct DoctorTests {
    @Test func `a clock that was ahead is found, one that was not is not`() async throws {
        let world = World(seed: 41)
        let (exchange, buyer) = try await world.market()
        #expect(try await exchange.examine().allSatisfy(\.isWell))
        world.pass(30 * 86_400_000)
        try await exchange.deposit(Amount(microunits: 1)!, to: buyer.id, reference: "ahead")
        world.pass(-30 * 86_400_000)
        let ill = try await exchange.examine().filter { !$0.isWell }
        #expect(ill.count == 1)
        #expect(ill.first?.sentence.contains("the clock was ahead") == true)
        world.pass(31 * 86_400_000)
        #expect(try await exchange.examine().allSatisfy(\.isWell))
    }

    @Test func `every party's key file is looked at`() async throws {
        let world = World(seed: 42)
        let (exchange, _) = try await world.market()
        let path = world.home.key(named: "buyer")
        for (mode, isWell) in [(0o644, false), (0o600, true)] {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: path)
            #expect(try await exchange.examine().allSatisfy(\.isWell) == isWell)
        }
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let ill = try await exchange.examine().filter { !$0.isWell }
        #expect(ill.map { $0.sentence.contains("keys/buyer.key") } == [true])
    }
}
