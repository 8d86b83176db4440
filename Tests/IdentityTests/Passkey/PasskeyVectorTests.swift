// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Testing

/// The test vectors of Web Authentication Level 3, section 16; the file says where they are from.
@Suite struct PasskeyVectorTests {
    private let relyingParty = "example.org"
    private let origin = "https://example.org"

    private func vector(_ name: String) throws -> JSON {
        let url = Bundle.module.bundleURL.appendingPathComponent("Vectors/webauthn-level-3.json")
        let file = try JSON(parsing: Array(try Data(contentsOf: url)))
        return try #require(file["vectors"]?.array?.first { $0["name"]?.string == name })
    }

    private func bytes(_ json: JSON, _ part: String, _ name: String) throws -> [UInt8] {
        let text = try #require(json[part]?[name]?.string)
        return try #require(Hex.decode(text))
    }

    private func register(_ json: JSON) throws -> PasskeyCredential {
        try PasskeyRegistration.verify(
            attestationObject: bytes(json, "registration", "attestationObject"),
            clientDataJSON: bytes(json, "registration", "clientDataJSON"),
            challenge: bytes(json, "registration", "challenge"), origin: origin,
            relyingParty: relyingParty, requiresUserVerification: false)
    }

    private func assert(_ json: JSON, by passkey: PasskeyCredential) throws -> UInt32 {
        try PasskeyAssertion(
            authenticatorData: bytes(json, "authentication", "authenticatorData"),
            clientDataJSON: bytes(json, "authentication", "clientDataJSON"),
            signature: bytes(json, "authentication", "signature")
        ).verify(
            by: passkey, challenge: bytes(json, "authentication", "challenge"), origin: origin,
            relyingParty: relyingParty, requiresUserVerification: false)
    }

    @Test(arguments: ["none.ES256", "packed-self.ES256", "none.ES256.long-credential-id"])
    func `the ceremonies of the standard are accepted`(name: String) throws {
        let json = try vector(name)
        let passkey = try register(json)
        #expect(passkey.id == (try bytes(json, "registration", "credential_id")))
        #expect(try assert(json, by: passkey) == 0)
    }

    /// The registration is refused for its certificates; the passkey in it is good.
    @Test(arguments: ["packed.ES256", "packed.EdDSA"])
    func `passkeys that others attest are refused, and their assertions hold`(name: String) throws {
        let json = try vector(name)
        #expect(
            throws: PasskeyError.attestation(
                "certificates are not taken; ask for attestation \"none\"")
        ) { try register(json) }
        let object = try CBOR(parsing: try bytes(json, "registration", "attestationObject"))
        let data = try AuthenticatorData(parsing: try #require(object["authData"]?.bytes))
        let credential = try #require(data.attestedCredential)
        #expect(credential.id == (try bytes(json, "registration", "credential_id")))
        let passkey = try PasskeyCredential(
            id: credential.id, publicKey: credential.publicKey, signCount: data.signCount,
            isBackupEligible: data.flags.contains(.backupEligible),
            isBackedUp: data.flags.contains(.backedUp))
        #expect(try assert(json, by: passkey) == 0)
    }

    @Test(arguments: ["none.ES256.crossOrigin", "none.ES256.topOrigin"])
    func `ceremonies in frames of other sites are refused`(name: String) throws {
        let json = try vector(name)
        #expect(throws: PasskeyError.crossOrigin) { try register(json) }
    }

    @Test(arguments: ["packed.RS256", "packed.Ed448"])
    func `other algorithms are refused`(name: String) throws {
        let json = try vector(name)
        #expect(throws: PasskeyError.key("alg -7 (ES256) or -8 (EdDSA) wanted")) {
            try register(json)
        }
    }

    @Test func `other attestations are refused`() throws {
        let json = try vector("fido-u2f.ES256")
        #expect(
            throws: PasskeyError.attestation(
                "fmt \"none\" or \"packed\" wanted; ask for attestation \"none\"")
        ) { try register(json) }
    }

    @Test func `an assertion of one vector does not hold for the passkey of another`() throws {
        let passkey = try register(try vector("none.ES256"))
        // Both are backup eligible; only the key differs.
        #expect(throws: PasskeyError.signature) {
            try assert(try vector("packed-self.ES256"), by: passkey)
        }
    }
}
