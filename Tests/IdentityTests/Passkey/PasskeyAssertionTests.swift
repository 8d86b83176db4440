// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@Suite struct PasskeyAssertionTests {
    private let challenge = Array("a challenge that was drawn".utf8)

    private func verify(
        _ assertion: PasskeyAssertion, by credential: PasskeyCredential, challenge: [UInt8]? = nil,
        origin: String = SoftAuthenticator.origin,
        relyingParty: String = SoftAuthenticator.relyingParty, requiresUserVerification: Bool = true
    ) throws(PasskeyError) -> UInt32 {
        try assertion.verify(
            by: credential, challenge: challenge ?? self.challenge, origin: origin,
            relyingParty: relyingParty, requiresUserVerification: requiresUserVerification)
    }

    @Test(arguments: [PasskeyPublicKey.Algorithm.es256, .edDSA])
    func `an assertion by the passkey is accepted, again and from its JSON form`(
        algorithm: PasskeyPublicKey.Algorithm
    ) throws {
        var authenticator = try SoftAuthenticator(algorithm, seed: 1)
        authenticator.flags.formUnion([.backupEligible, .backedUp])
        let passkey = try authenticator.credential()
        let assertion = try authenticator.assertion(challenge, more: #","crossOrigin":false"#)
        #expect(try verify(assertion, by: passkey) == 0)
        #expect(try verify(assertion, by: passkey) == 0)
        let kept = try PasskeyAssertion(json: try JSON(parsing: assertion.json.canonical()))
        #expect(kept == assertion)
        #expect(try verify(kept, by: passkey) == 0)
        authenticator.extensions = CBORBytes.map([(CBORBytes.text("appid"), [0xf4])])
        #expect(try verify(try authenticator.assertion(challenge), by: passkey) == 0)
    }

    @Test func `the count must grow unless neither counts`() throws {
        var authenticator = try SoftAuthenticator(.edDSA, seed: 1)
        for (stored, got, isFine) in [
            (0, 0, true), (0, 1, true), (5, 6, true), (5, .max, true), (UInt32.max - 1, .max, true),
            (1, 0, false), (5, 5, false), (5, 4, false), (.max, 0, false), (.max, .max, false),
        ] as [(UInt32, UInt32, Bool)] {
            authenticator.signCount = got
            let passkey = try authenticator.credential { $0.signCount = stored }
            let assertion = try authenticator.assertion(challenge)
            if isFine {
                #expect(try verify(assertion, by: passkey) == got)
            } else {
                #expect(throws: PasskeyError.signCount(stored: stored, got: got)) {
                    try verify(assertion, by: passkey)
                }
            }
        }
    }

    @Test func `another challenge, origin, type or relying party is refused`() throws {
        var authenticator = try SoftAuthenticator(.es256, seed: 1)
        let passkey = try authenticator.credential()
        let good = try authenticator.assertion(challenge)
        #expect(throws: PasskeyError.challenge) {
            try verify(good, by: passkey, challenge: challenge + [0])
        }
        #expect(throws: PasskeyError.challenge) {
            try verify(good, by: passkey, challenge: Array(challenge.dropLast()))
        }
        #expect(throws: PasskeyError.shortChallenge(0)) {
            try verify(try authenticator.assertion([]), by: passkey, challenge: [])
        }
        #expect(throws: PasskeyError.origin(wanted: SoftAuthenticator.origin)) {
            try verify(
                try authenticator.assertion(challenge, origin: "https://evil.example"), by: passkey)
        }
        #expect(throws: PasskeyError.origin(wanted: "https://evil.example")) {
            try verify(good, by: passkey, origin: "https://evil.example")
        }
        #expect(throws: PasskeyError.type(wanted: "webauthn.get")) {
            try verify(
                try authenticator.assertion(challenge, type: "webauthn.create"), by: passkey)
        }
        #expect(throws: PasskeyError.relyingParty(wanted: "evil.example")) {
            try verify(good, by: passkey, relyingParty: "evil.example")
        }
        authenticator.relyingParty = "evil.example"
        #expect(throws: PasskeyError.relyingParty(wanted: SoftAuthenticator.relyingParty)) {
            try verify(try authenticator.assertion(challenge), by: passkey)
        }
    }

    @Test func `a frame of another site is refused`() throws {
        let authenticator = try SoftAuthenticator(.es256, seed: 1)
        let passkey = try authenticator.credential()
        for more in [
            #","crossOrigin":true"#, #","crossOrigin":false,"topOrigin":"https://node.example""#,
        ] {
            #expect(throws: PasskeyError.crossOrigin) {
                try verify(try authenticator.assertion(challenge, more: more), by: passkey)
            }
        }
    }

    @Test func `the flags are checked`() throws {
        var authenticator = try SoftAuthenticator(.edDSA, seed: 1)
        let passkey = try authenticator.credential()
        for (flags, error) in [
            ([.userVerified], .userNotPresent), ([], .userNotPresent),
            ([.userPresent], .userNotVerified),
            ([.userPresent, .userVerified, .backedUp], .backupState),
            ([.userPresent, .userVerified, .backupEligible], .backupEligibility),
        ] as [(AuthenticatorData.Flags, PasskeyError)] {
            authenticator.flags = flags
            #expect(throws: error) {
                try verify(try authenticator.assertion(challenge), by: passkey)
            }
        }
        authenticator.flags = [.userPresent]
        #expect(throws: Never.self) {
            try verify(
                try authenticator.assertion(challenge), by: passkey, requiresUserVerification: false
            )
        }
        // Reserved bits mean nothing.
        authenticator.flags = [.userPresent, .userVerified, .init(rawValue: 0x22)]
        #expect(throws: Never.self) {
            try verify(try authenticator.assertion(challenge), by: passkey)
        }
        #expect(throws: PasskeyError.credentialNotWanted) {
            try verify(
                try authenticator.assertion(challenge, attesting: authenticator.cose), by: passkey)
        }
    }

    @Test(arguments: [PasskeyPublicKey.Algorithm.es256, .edDSA])
    func `another passkey's signature is refused, also of the other algorithm`(
        algorithm: PasskeyPublicKey.Algorithm
    ) throws {
        let passkey = try SoftAuthenticator(algorithm, seed: 1).credential()
        for (other, seed) in [(.es256, 2), (.edDSA, 1)] as [(PasskeyPublicKey.Algorithm, UInt64)] {
            let seed = other == algorithm ? seed + 10 : seed
            let assertion = try SoftAuthenticator(other, seed: seed).assertion(challenge)
            #expect(throws: PasskeyError.signature) { try verify(assertion, by: passkey) }
        }
    }

    @Test(arguments: [PasskeyPublicKey.Algorithm.es256, .edDSA])
    func `no bit of an assertion can be turned and no byte added or lost`(
        algorithm: PasskeyPublicKey.Algorithm
    ) throws {
        let authenticator = try SoftAuthenticator(algorithm, seed: 3)
        let passkey = try authenticator.credential()
        let good = try authenticator.assertion(challenge)
        let parts = [good.authenticatorData, good.clientDataJSON, good.signature]
        func expectRefused(_ part: Int, _ bytes: [UInt8]) {
            var changed = parts
            changed[part] = bytes
            let bad = PasskeyAssertion(
                authenticatorData: changed[0], clientDataJSON: changed[1], signature: changed[2])
            #expect(throws: PasskeyError.self, "part \(part)") { try verify(bad, by: passkey) }
        }
        for (part, bytes) in parts.enumerated() {
            for place in bytes.indices {
                for bit in 0..<8 as Range<UInt8> {
                    var bad = bytes
                    bad[place] ^= 1 << bit
                    expectRefused(part, bad)
                }
                expectRefused(part, Array(bytes[..<place]))
                expectRefused(part, Array(bytes[..<place]) + [0] + bytes[place...])
            }
            expectRefused(part, bytes + [0])
            expectRefused(part, bytes + [0x20])
        }
    }

    @Test func `mutations never stop the process and never pass`() throws {
        let authenticator = try SoftAuthenticator(.edDSA, seed: 4)
        let passkey = try authenticator.credential()
        let good = try authenticator.assertion(challenge)
        let text = try good.json.canonical()
        var random = Seeded(6)
        for _ in 0..<Slow.count(3000, 300_000) {
            guard let json = try? JSON(parsing: random.mutate(text)),
                let changed = try? PasskeyAssertion(json: json),
                (try? verify(changed, by: passkey)) != nil
            else { continue }
            #expect(changed == good)
        }
    }

    @Test func `the JSON form has three members of base64url`() throws {
        let assertion = try SoftAuthenticator(.edDSA, seed: 4).assertion(challenge)
        let members = try #require(assertion.json.object)
        #expect(Set(members.keys) == ["authenticatorData", "clientDataJSON", "signature"])
        for name in members.keys {
            for value: JSON? in [nil, .null, 1, "a", "=", "a+/b"] {
                var changed = members
                changed[name] = value
                #expect(throws: PasskeyError.self) { try PasskeyAssertion(json: .object(changed)) }
            }
        }
        var more = members
        more["userHandle"] = ""
        #expect(throws: PasskeyError.self) { try PasskeyAssertion(json: .object(more)) }
        #expect(throws: PasskeyError.self) { try PasskeyAssertion(json: "text") }
    }

    @Test func `errors repeat nothing that was sent`() throws {
        let authenticator = try SoftAuthenticator(.edDSA, seed: 4)
        let passkey = try authenticator.credential()
        let marked = try authenticator.assertion(
            Array("secret-marker-secret-marker".utf8), type: "secret-marker",
            origin: "secret-marker", more: #","secret-marker":1"#)
        for challenge in [challenge, Array("secret-marker-secret-marker".utf8)] {
            do {
                _ = try verify(marked, by: passkey, challenge: challenge)
                Issue.record("accepted")
            } catch { #expect(!"\(error)".contains("secret-marker")) }
        }
    }
}
