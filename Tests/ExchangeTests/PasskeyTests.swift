// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Foundation
import Identity
import Intake
import Ledger
import Market
import TestSupport
import Testing

@testable import Exchange

/// Accounts that passkeys open, recovery, and grants confirmed by a passkey, up to the auditor.
@Suite struct PasskeyTests {
    private func device(_ seed: UInt64) throws -> SoftAuthenticator {
        try SoftAuthenticator(.es256, seed: seed)
    }

    @Test func `an account opens by its passkeys, and never loses the last`() async throws {
        let world = World()
        let exchange = try await Exchange.create(
            in: world.home, name: "t", surroundings: world.surroundings)
        let (first, second) = (try device(1), try device(2))
        _ = try await exchange.createParty(named: "carol", openedBy: try first.credential())
        #expect(try await exchange.passkey(first.id)?.party == "carol")
        await #expect(throws: ExchangeError.self) {
            try await exchange.createParty(named: "dora", openedBy: try first.credential())
        }
        await #expect(throws: ExchangeError.self) {
            try await exchange.endPasskey(first.id, of: "carol")
        }
        try await exchange.add(try second.credential(), to: "carol")
        await #expect(throws: ExchangeError.self) {
            try await exchange.endPasskey(second.id, of: "somebody-else")
        }
        try await exchange.endPasskey(first.id, of: "carol")
        #expect(try await exchange.passkey(first.id) == nil)
        #expect(try await exchange.passkeys(of: "carol").map(\.id) == [second.id])
    }

    @Test func `a recovery code opens once, however it is typed, and ends what was before`()
        async throws
    {
        let world = World()
        let exchange = try await Exchange.create(
            in: world.home, name: "t", surroundings: world.surroundings)
        let code = try await exchange.createParty(
            named: "carol", openedBy: try device(1).credential())
        let secret = try await exchange.makeAccessKey(for: "carol")
        #expect(try exchange.access(by: secret) != nil)
        #expect(code.split(separator: "-").map(\.count) == Array(repeating: 4, count: 8))
        await #expect(throws: ExchangeError.self) {
            try await exchange.recover(
                by: "0000-" + code.dropFirst(5), with: try device(2).credential())
        }
        let typed = code.uppercased().replacing("-", with: " ").replacing("0", with: "O")
        let found = try await exchange.recover(by: typed, with: try device(2).credential())
        #expect(found.party == "carol" && found.code != code)
        #expect(try exchange.access(by: secret) == nil, "access keys end with the passkeys")
        #expect(try await exchange.passkey(try device(1).id) == nil)
        await #expect(throws: ExchangeError.self) {
            try await exchange.recover(by: code, with: try device(3).credential())
        }
        await #expect(throws: ExchangeError.self) {
            try await exchange.used(try device(1).credential(), of: "carol")
        }
        #expect(
            try await exchange.passkey(try device(1).id) == nil, "an ended one does not come back")
        let next = try await exchange.renewRecoveryCode(of: "carol")
        await #expect(throws: ExchangeError.self) {
            try await exchange.recover(by: found.code, with: try device(3).credential())
        }
        _ = try await exchange.recover(by: next, with: try device(3).credential())
        #expect(try await exchange.passkeys(of: "carol").count == 1)
    }

    @Test func `an access key opens until it is ended, and is listed without its secret`()
        async throws
    {
        let world = World()
        let exchange = try await Exchange.create(
            in: world.home, name: "t", surroundings: world.surroundings)
        _ = try await exchange.createParty(named: "bob")
        let secret = try await exchange.makeAccessKey(for: "bob")
        let access = try #require(try exchange.access(by: secret))
        #expect(access.party == "bob" && !access.isOperator)
        let listed = try #require(try await exchange.accessKeys(of: "bob").first)
        #expect(access.means == .accessKey(listed.id))
        #expect(
            !String(decoding: try listed.json.canonical(), as: UTF8.self).contains(
                secret.dropFirst(4)))
        await #expect(throws: ExchangeError.self) {
            try await exchange.endAccessKey(listed.id, of: "alice")
        }
        try await exchange.endAccessKey(listed.id, of: "bob")
        #expect(try exchange.access(by: secret) == nil)
    }

    @Test func `a request is remembered in the transaction that did it`() async throws {
        let world = World()
        var exchange: Exchange? = try await Exchange.create(
            in: world.home, name: "t", surroundings: world.surroundings)
        let bob = try #require(try await exchange?.createParty(named: "bob"))
        let request = Digest(of: [1])
        try await Exchange.$doing.withValue(request) {
            try await exchange?.deposit(Amount(microunits: 5)!, to: bob, reference: "")
        }
        let entry = try #require(try await exchange?.entry(doneBy: request))
        exchange = nil
        let again = try await world.open()
        #expect(
            try await again.entry(doneBy: request) == entry, "it is remembered across a restart")
        #expect(try await again.entry(doneBy: Digest(of: [2])) == nil)
        try await again.forgetDone(before: world.surroundings.clock().adding(milliseconds: -60_000))
        #expect(try await again.entry(doneBy: request) == entry)
        try await again.forgetDone(before: world.surroundings.clock().adding(milliseconds: 60_000))
        #expect(try await again.entry(doneBy: request) == nil)
    }

    @Test func `whoever signs in with a passkey grants by passkeys alone`() async throws {
        let world = World()
        let exchange = try await world.market().exchange
        _ = try await exchange.createParty(named: "carol", openedBy: try device(1).credential())
        let key = try await exchange.key(of: "carol")
        let path = world.folder + "/own.csv"
        try Array("day,steps,meal\n2025-03-01,5,soup\n".utf8).withUnsafeBytes {
            try Data($0).write(to: URL(fileURLWithPath: path))
        }
        var options = try world.options
        options.mapping = try Mapping(
            parsing: Array(
                """
                {"table": "walks", "columns": [
                  {"source": "day", "name": "day", "kind": "date"},
                  {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "50000"]},
                  {"source": "meal", "name": "meal", "kind": "text"}], "key": ["day"]}
                """.utf8))
        _ = try await exchange.importFile(path, owner: .party(key), options: options)
        await #expect(throws: ExchangeError.self) {
            try await exchange.grant(World.terms(), pool: World.pool, by: [key])
        }
        _ = try await exchange.prepareGrant(World.terms(), pool: World.pool, by: key)
    }

    @Test func `a grant confirmed by a passkey is checked by the auditor, offline`() async throws {
        let world = World()
        let exchange = try await world.market().exchange
        _ = try await exchange.importFile(
            world.file(people: 6..<7), owner: .custody(prefix: "club"), options: world.options)
        let key = try #require(world.keys(of: 6..<7, at: exchange).first)
        let terms = try World.terms()
        let prepared = try await exchange.prepareGrant(terms, pool: World.pool, by: key)
        #expect(await exchange.grants(of: key).isEmpty, "nothing is recorded yet")
        let device = try device(7)
        // A passkey that opens an account, hers or another's, would join what it signs to it.
        _ = try await exchange.createParty(named: "dora", openedBy: try self.device(8).credential())
        await #expect(throws: ExchangeError.self) {
            try await exchange.grant(
                prepared, confirmedBy: try self.device(8).assertion(prepared.grant.id.bytes),
                with: try self.device(8).credential(), of: key)
        }
        await #expect(throws: (any Error).self) {
            try await exchange.grant(
                prepared, confirmedBy: try device.assertion(Digest.zero.bytes),
                with: try device.credential(), of: key)
        }
        let given = try await exchange.grant(
            prepared, confirmedBy: try device.assertion(prepared.grant.id.bytes),
            with: try device.credential(), of: key)
        #expect(try await exchange.consentPasskey(of: key, in: World.pool)?.id == device.id)
        let receipt = try await exchange.receipt(for: given).bytes
        let words = try Receipts.check(receipt, expecting: await exchange.nodeID).words
        #expect(words.contains("by her passkey on https://node.example"))
        // Without her passkey the operator cannot widen what she allowed.
        await #expect(throws: (any Error).self) {
            try await exchange.grant(terms, pool: World.pool, by: [key])
        }
        try await exchange.seal()
        let copy = world.folder + "/public"
        _ = try await exchange.exportPublic(to: copy)
        let report = try Auditor(folder: copy, expecting: await exchange.nodeID).verify()
        #expect(report.replay.confirmed == 1)
    }
}
