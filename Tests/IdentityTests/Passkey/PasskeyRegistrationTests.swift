// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@Suite struct PasskeyRegistrationTests {
    private let challenge = Array("a challenge that was drawn".utf8)

    private func verify(
        _ attestation: [UInt8], _ client: [UInt8]? = nil, challenge: [UInt8]? = nil,
        origin: String = SoftAuthenticator.origin,
        relyingParty: String = SoftAuthenticator.relyingParty, requiresUserVerification: Bool = true
    ) throws(PasskeyError) -> PasskeyCredential {
        try PasskeyRegistration.verify(
            attestationObject: attestation, clientDataJSON: client ?? created(),
            challenge: challenge ?? self.challenge, origin: origin, relyingParty: relyingParty,
            requiresUserVerification: requiresUserVerification)
    }

    private func created(more: String = "") -> [UInt8] {
        SoftAuthenticator.clientData("webauthn.create", challenge, more: more)
    }

    private func attestation(
        fmt: [UInt8] = CBORBytes.text("none"), statement: [UInt8] = CBORBytes.map([]),
        data: [UInt8], more: [([UInt8], [UInt8])] = []
    ) -> [UInt8] {
        CBORBytes.map(
            [
                (CBORBytes.text("fmt"), fmt), (CBORBytes.text("attStmt"), statement),
                (CBORBytes.text("authData"), CBORBytes.bytes(data)),
            ] + more)
    }

    @Test(arguments: [PasskeyPublicKey.Algorithm.es256, .edDSA])
    func `a registration gives the passkey`(algorithm: PasskeyPublicKey.Algorithm) throws {
        var authenticator = try SoftAuthenticator(algorithm, seed: 1)
        authenticator.flags = [.userPresent, .userVerified, .backupEligible, .backedUp]
        authenticator.signCount = 0x0102_0304
        let expected = try authenticator.credential()
        #expect(try verify(authenticator.attestation()) == expected)
        #expect(expected.id == authenticator.id)
        #expect(expected.publicKey.algorithm == algorithm)
        #expect(expected.signCount == 0x0102_0304)
        #expect(expected.isBackupEligible && expected.isBackedUp)
        #expect(try verify(try authenticator.selfAttestation(created())) == expected)
        #expect(try PasskeyCredential(json: expected.json) == expected)
    }

    @Test func `outputs of extensions and unknown members are passed over`() throws {
        var authenticator = try SoftAuthenticator(.edDSA, seed: 1)
        authenticator.extensions = CBORBytes.map([
            (CBORBytes.text("credProtect"), CBORBytes.integer(2)),
            (CBORBytes.text("hmac-secret"), [0xf5]),
        ])
        let client = created(more: #","crossOrigin":false,"tokenBinding":{"status":"supported"}"#)
        #expect(
            try verify(authenticator.attestation(), client).publicKey.cose == authenticator.cose)
        for bad in [[0x80], [0xa1, 0x01, 0x02], [0xa0, 0x00], [], [0xff]] as [[UInt8]] {
            authenticator.extensions = bad
            #expect {
                try verify(authenticator.attestation(), client)
            } throws: { error in
                if case .format("authenticatorData", _) = error as? PasskeyError {
                    true
                } else {
                    false
                }
            }
        }
    }

    @Test func `another challenge, origin, type or relying party is refused`() throws {
        let object = try SoftAuthenticator(.es256, seed: 1).attestation()
        #expect(throws: PasskeyError.challenge) {
            try verify(object, challenge: Array("another challenge of 26 by".utf8))
        }
        #expect(throws: PasskeyError.shortChallenge(15)) {
            try verify(object, challenge: [UInt8](repeating: 1, count: 15))
        }
        for origin in [
            "https://node.example.", "https://node.example:443", "http://node.example",
            "https://evil.example", "https://node.example/", "",
        ] {
            #expect(throws: PasskeyError.origin(wanted: origin)) {
                try verify(object, origin: origin)
            }
        }
        #expect(throws: PasskeyError.relyingParty(wanted: "example")) {
            try verify(object, relyingParty: "example")
        }
        for type in ["webauthn.get", "", "Webauthn.create", "payment.get"] {
            #expect(throws: PasskeyError.type(wanted: "webauthn.create")) {
                try verify(object, SoftAuthenticator.clientData(type, challenge))
            }
        }
    }

    @Test func `a frame of another site is refused`() throws {
        let object = try SoftAuthenticator(.es256, seed: 1).attestation()
        for more in [
            #","crossOrigin":true"#, #","topOrigin":"https://evil.example""#,
            #","crossOrigin":false,"topOrigin":"https://evil.example""#, #","topOrigin":null"#,
        ] {
            #expect(throws: PasskeyError.crossOrigin) { try verify(object, created(more: more)) }
        }
        #expect(throws: PasskeyError.member("clientDataJSON.crossOrigin", "true or false wanted")) {
            try verify(object, created(more: #","crossOrigin":"false""#))
        }
    }

    @Test func `without presence, or verification where it is required, there is no passkey`()
        throws
    {
        var authenticator = try SoftAuthenticator(.es256, seed: 1)
        authenticator.flags = [.userVerified]
        #expect(throws: PasskeyError.userNotPresent) { try verify(authenticator.attestation()) }
        authenticator.flags = [.userPresent]
        #expect(throws: PasskeyError.userNotVerified) { try verify(authenticator.attestation()) }
        #expect(throws: Never.self) {
            try verify(authenticator.attestation(), requiresUserVerification: false)
        }
        authenticator.flags = [.userPresent, .userVerified, .backedUp]
        #expect(throws: PasskeyError.backupState) { try verify(authenticator.attestation()) }
    }

    @Test func `client data that is malformed is refused`() throws {
        let object = try SoftAuthenticator(.es256, seed: 1).attestation()
        let good = String(decoding: created(), as: UTF8.self)
        let text = Base64.encode(challenge, as: .url)
        for bad in [
            "", "[]", "null", good + "x", "\u{feff}" + good, String(good.dropLast()),
            good.replacing("\"challenge\"", with: "\"challenges\""),
            good.replacing("\"origin\"", with: "\"origins\""),
            good.replacing("\"type\"", with: "\"types\""), good.replacing(text, with: text + "="),
            good.replacing(text, with: text.replacing("-", with: "+") + "+"),
            good.replacing("\"type\"", with: "\"type\":\"webauthn.create\",\"type\""),
            good.replacing(
                "}", with: ",\"pad\":\"" + String(repeating: "x", count: 16_384) + "\"}"),
        ] {
            #expect(throws: PasskeyError.self, "\(bad.prefix(80))") {
                try verify(object, Array(bad.utf8))
            }
        }
    }

    @Test func `an attestation object that is malformed is refused`() throws {
        let authenticator = try SoftAuthenticator(.es256, seed: 1)
        let data = authenticator.authenticatorData(attesting: authenticator.cose)
        #expect(throws: Never.self) { try verify(attestation(data: data)) }
        let whole = PasskeyError.attestation("a map of fmt, attStmt and authData wanted")
        for (bad, error) in [
            (attestation(data: data, more: [(CBORBytes.text("more"), [0])]), whole),
            (attestation(fmt: CBORBytes.bytes(Array("none".utf8)), data: data), whole),
            (attestation(statement: [0x80], data: data), whole), ([0xa0], whole), ([0x00], whole),
            (
                attestation(
                    statement: CBORBytes.map([(CBORBytes.text("alg"), [0x26])]), data: data),
                .attestation("fmt \"none\" has an empty attStmt")
            ),
            (
                attestation(fmt: CBORBytes.text("fido-u2f"), data: data),
                .attestation("fmt \"none\" or \"packed\" wanted; ask for attestation \"none\"")
            ),
            (
                attestation(fmt: CBORBytes.text("packed"), data: data),
                .attestation("attStmt: a map of alg and sig wanted")
            ),
            (attestation(data: authenticator.authenticatorData()), .credentialMissing),
        ] { #expect(throws: error) { try verify(bad) } }
        #expect(throws: PasskeyError.self) { try verify(attestation(data: data) + [0]) }
        #expect(throws: PasskeyError.self) { try verify(attestation(data: data + [0])) }
        #expect(throws: PasskeyError.self) { try verify([]) }
        for count in data.indices {
            #expect(throws: PasskeyError.self) {
                try verify(attestation(data: Array(data[..<count])))
            }
        }
    }

    @Test func `a credential id has 1 to 1023 bytes, whatever its length says`() throws {
        let authenticator = try SoftAuthenticator(.edDSA, seed: 1)
        let data = authenticator.authenticatorData(attesting: authenticator.cose)
        func with(_ count: Int, _ id: [UInt8]) -> [UInt8] {
            attestation(
                data: data[..<53] + [UInt8(count >> 8), UInt8(count & 255)] + id
                    + authenticator.cose)
        }
        let id = [UInt8](repeating: 9, count: 1024)
        #expect(try verify(with(1, [9])).id == [9])
        #expect(try verify(with(1023, Array(id.dropLast()))).id.count == 1023)
        for (count, id) in [(0, []), (1024, id), (65_535, id), (1023, id), (1000, [9])] {
            #expect(throws: PasskeyError.self) { try verify(with(count, id)) }
        }
    }

    @Test func `a self attestation is checked`() throws {
        for algorithm in [PasskeyPublicKey.Algorithm.es256, .edDSA] {
            let authenticator = try SoftAuthenticator(algorithm, seed: 1)
            let other: Int = algorithm == .es256 ? -8 : -7
            #expect(throws: PasskeyError.attestation("attStmt.alg: that of the public key wanted"))
            {
                try verify(try authenticator.selfAttestation(created(), algorithm: other))
            }
            #expect(throws: PasskeyError.signature) {
                try verify(try authenticator.selfAttestation(created(more: " ")))
            }
            let x5c = [(CBORBytes.text("x5c"), CBORBytes.array([CBORBytes.bytes([1])]))]
            #expect(
                throws: PasskeyError.attestation(
                    "certificates are not taken; ask for attestation \"none\"")
            ) { try verify(try authenticator.selfAttestation(created(), more: x5c)) }
            let ver = [(CBORBytes.text("ver"), CBORBytes.text("2.0"))]
            #expect(throws: PasskeyError.attestation("attStmt: a map of alg and sig wanted")) {
                try verify(try authenticator.selfAttestation(created(), more: ver))
            }
        }
    }

    @Test(arguments: [PasskeyPublicKey.Algorithm.es256, .edDSA])
    func `no bit of a self-attested registration can be turned`(
        algorithm: PasskeyPublicKey.Algorithm
    ) throws {
        let authenticator = try SoftAuthenticator(algorithm, seed: 2)
        let client = created()
        let object = try authenticator.selfAttestation(client)
        for place in object.indices {
            for bit in 0..<8 as Range<UInt8> {
                var bad = object
                bad[place] ^= 1 << bit
                #expect(throws: PasskeyError.self) { try verify(bad, client) }
            }
        }
        for place in client.indices {
            for bit in 0..<8 as Range<UInt8> {
                var bad = client
                bad[place] ^= 1 << bit
                #expect(throws: PasskeyError.self) { try verify(object, bad) }
            }
        }
    }

    @Test func `a bit turned without an attestation changes what is said, never what is checked`()
        throws
    {
        // Of an Ed25519 key half of the turned bits give another key; P-256 has y besides.
        let authenticator = try SoftAuthenticator(.es256, seed: 2)
        let object = authenticator.attestation()
        let client = created()
        for place in client.indices {
            for bit in 0..<8 as Range<UInt8> {
                var bad = client
                bad[place] ^= 1 << bit
                #expect(throws: PasskeyError.self) { try verify(object, bad) }
            }
        }
        let start =
            object.count - authenticator.authenticatorData(attesting: authenticator.cose).count
        // Flags, counter, model and id are not signed by anybody.
        let unsigned = (start + 32)..<(start + 55 + authenticator.id.count)
        var accepted = 0
        for place in object.indices {
            for bit in 0..<8 as Range<UInt8> {
                var bad = object
                bad[place] ^= 1 << bit
                guard let passkey = try? verify(bad, client) else { continue }
                accepted += 1
                #expect(unsigned.contains(place))
                #expect(passkey.publicKey.cose == authenticator.cose)
            }
        }
        #expect(accepted > 8 * 52)
    }

    @Test func `random and mutated bytes never stop the process`() throws {
        var random = Seeded(5)
        let object = try SoftAuthenticator(.edDSA, seed: 3).selfAttestation(created())
        let client = created()
        for _ in 0..<Slow.count(2000, 200_000) {
            let bytes = random.mutate(object)
            if let passkey = try? verify(bytes, client) { #expect(bytes == object, "\(passkey)") }
            _ = try? verify(object, random.mutate(client))
            _ = try? AuthenticatorData(
                parsing: random.bytes(Int.random(in: 0...300, using: &random)))
            _ = try? ClientData(parsing: random.bytes(30))
        }
    }

    @Test func `a kept passkey reads back only in its own form`() throws {
        let passkey = try SoftAuthenticator(.es256, seed: 4).credential()
        let members = try #require(passkey.json.object)
        for name in members.keys {
            for value: JSON? in [nil, .null, "", "=", .integer(-1), .integer(1 << 32)] {
                var changed = members
                changed[name] = value
                #expect(throws: PasskeyError.self) { try PasskeyCredential(json: .object(changed)) }
            }
        }
        var more = members
        more["more"] = 1
        #expect(throws: PasskeyError.self) { try PasskeyCredential(json: .object(more)) }
        #expect(throws: PasskeyError.self) { try PasskeyCredential(json: []) }
        more = members
        more["backedUp"] = true
        #expect(throws: PasskeyError.backupState) { try PasskeyCredential(json: .object(more)) }
    }
}
