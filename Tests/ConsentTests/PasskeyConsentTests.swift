// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import TestSupport
import Testing

@testable import Consent

/// A contributor's own yes: her passkey's signature over the grant's id.
@Suite struct PasskeyConsentTests {
    private func consent(
        to grant: Grant, by seed: UInt64 = 1, _ algorithm: PasskeyPublicKey.Algorithm = .es256,
        _ change: (inout SoftAuthenticator) -> Void = { _ in }
    ) throws -> PasskeyConsent {
        var device = try SoftAuthenticator(algorithm, seed: seed)
        change(&device)
        return try PasskeyConsent(
            key: try PasskeyPublicKey(cose: device.cose),
            assertion: try device.assertion(grant.id.bytes))
    }

    private func signed(
        _ starts: Int64 = 0, by seed: UInt64?
    ) throws -> SignedGrant {
        let grant = try grant(party: key(1).id, starts: starts)
        guard let signed = SignedGrant(grant, by: key(1)) else { throw Missing() }
        guard let seed else { return signed }
        return signed.signed(by: try consent(to: grant, by: seed))
    }

    private struct Missing: Error {}

    @Test(arguments: [PasskeyPublicKey.Algorithm.es256, .edDSA])
    func `a passkey's signature holds, also read back from JSON`(
        algorithm: PasskeyPublicKey.Algorithm
    ) throws {
        let grant = try grant(party: key(1).id)
        let own = try #require(SignedGrant(grant, by: key(1)))
        let both = own.signed(by: try consent(to: grant, algorithm))
        #expect(both.verify())
        let read = try SignedGrant(parsing: both.canonical)
        #expect(read == both && read.verify())
        #expect(try read.passkey?.verify(grant) == SoftAuthenticator.origin)
        #expect(try SignedGrant(parsing: own.canonical).passkey == nil)
    }

    @Test func `over another grant, by another key, or changed anywhere it does not hold`() throws {
        let (mine, other) = (try grant(party: key(1).id), try grant(party: key(1).id, limit: 9))
        let own = try #require(SignedGrant(mine, by: key(1)))
        #expect(!own.signed(by: try consent(to: other)).verify())
        let good = try consent(to: mine)
        let stolen = try PasskeyConsent(
            key: try consent(to: mine, by: 2).key, assertion: good.assertion)
        #expect(!own.signed(by: stolen).verify())
        for place in 0..<good.assertion.authenticatorData.count {
            var data = good.assertion.authenticatorData
            data[place] ^= 1
            let changed = PasskeyAssertion(
                authenticatorData: data, clientDataJSON: good.assertion.clientDataJSON,
                signature: good.assertion.signature)
            #expect(!own.signed(by: try PasskeyConsent(key: good.key, assertion: changed)).verify())
        }
    }

    @Test func `nobody present, nobody verified, or a page of another site is no yes`() throws {
        let mine = try grant(party: key(1).id)
        for flags in [AuthenticatorData.Flags.userPresent, .userVerified, []] {
            let consent = try consent(to: mine) { $0.flags = flags }
            #expect(throws: PasskeyError.self) { try consent.verify(mine) }
        }
        let elsewhere = try consent(to: mine) { $0.relyingParty = "other.example" }
        #expect(throws: PasskeyError.relyingParty(wanted: SoftAuthenticator.relyingParty)) {
            try elsewhere.verify(mine)
        }
        let device = try SoftAuthenticator(.es256, seed: 1)
        for origin in [
            "http://node.example", "https://", "file://node.example", "https://a b", "x",
        ] {
            let assertion = try device.assertion(mine.id.bytes, origin: origin)
            let consent = try PasskeyConsent(
                key: try PasskeyPublicKey(cose: device.cose), assertion: assertion)
            #expect(throws: PasskeyError.self) { try consent.verify(mine) }
        }
    }

    @Test func `nothing stands in it besides what the standard has`() throws {
        let mine = try grant(party: key(1).id)
        let device = try SoftAuthenticator(.es256, seed: 1)
        let filler =
            #","other_keys_can_be_added_here":"do not compare clientDataJSON against a template. See https://goo.gl/yabPex""#
        for (more, isTaken) in [
            (#","crossOrigin":false"#, true), (filler, true), (#","name":"Zoe Doe""#, false),
            (#","other_keys_can_be_added_here":"Zoe Doe""#, false),
        ] {
            let consent = try PasskeyConsent(
                key: try PasskeyPublicKey(cose: device.cose),
                assertion: try device.assertion(mine.id.bytes, more: more))
            let holds = (try? consent.verify(mine)) != nil
            #expect(holds == isTaken)
        }
        let extended = try consent(to: mine) {
            $0.extensions = CBORBytes.map([(CBORBytes.text("note"), CBORBytes.text("Zoe Doe"))])
        }
        #expect(throws: PasskeyError.self) { try extended.verify(mine) }
    }

    @Test
    func `while a grant that a passkey signed is in force, only the same passkey replaces it`()
        throws
    {
        var register = ConsentRegister()
        try register.admit(try signed(by: 1), at: at(1), index: 0)
        let before = register.root()
        for seed in [2, nil] as [UInt64?] {
            #expect(throws: ConsentError.otherPasskey) {
                try register.admit(try signed(2, by: seed), at: at(3), index: 1)
            }
        }
        #expect(register.root() == before, "what was refused changed nothing")
        try register.admit(try signed(2, by: 1), at: at(3), index: 1)
        #expect(register.count == 2)
    }

    @Test func `ending it needs no passkey, and after that any may begin again`() throws {
        var register = ConsentRegister()
        let first = try signed(by: 1)
        try register.admit(first, at: at(1), index: 0)
        try register.withdraw(
            Withdrawal(of: first.grant.id, at: at(2), by: key(1)), at: at(2))
        try register.admit(try signed(3, by: 2), at: at(4), index: 1)
        #expect(throws: ConsentError.otherPasskey) {
            try register.admit(try signed(5, by: 1), at: at(6), index: 2)
        }
    }

    @Test func `the passkey is part of the state, of its root and its snapshot`() throws {
        var (with, without) = (ConsentRegister(), ConsentRegister())
        try with.admit(try signed(by: 1), at: at(1), index: 0)
        try without.admit(try signed(by: nil), at: at(1), index: 0)
        #expect(with.root() != without.root())
        var copy = try ConsentRegister(snapshot: with.snapshot())
        #expect(copy.root() == with.root() && copy.snapshot() == with.snapshot())
        #expect(throws: ConsentError.otherPasskey) {
            try copy.admit(try signed(2, by: 2), at: at(3), index: 1)
        }
    }
}
