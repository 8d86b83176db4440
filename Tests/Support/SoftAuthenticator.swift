// SPDX-License-Identifier: Apache-2.0
import Canon
import Crypto
import Foundation
package import Identity

/// CBOR for tests, written by hand: heads in their shortest form.
package enum CBORBytes {
    package static func head(_ kind: UInt8, _ number: Int) -> [UInt8] {
        switch number {
        case ..<24: [kind << 5 | UInt8(number)]
        case ..<256: [kind << 5 | 24, UInt8(number)]
        case ..<65_536: [kind << 5 | 25, UInt8(number >> 8), UInt8(number & 255)]
        default: [kind << 5 | 26] + (0..<4).reversed().map { UInt8(number >> (8 * $0) & 255) }
        }
    }

    package static func integer(_ value: Int) -> [UInt8] {
        value >= 0 ? head(0, value) : head(1, -1 - value)
    }

    package static func bytes(_ value: [UInt8]) -> [UInt8] { head(2, value.count) + value }

    package static func text(_ value: String) -> [UInt8] {
        head(3, value.utf8.count) + Array(value.utf8)
    }

    package static func array(_ values: [[UInt8]]) -> [UInt8] {
        head(4, values.count) + values.joined()
    }

    package static func map(_ members: [([UInt8], [UInt8])]) -> [UInt8] {
        head(5, members.count) + members.flatMap { $0.0 + $0.1 }
    }
}

/// An authenticator and a browser in one, made from seeded bytes; every part can be made wrong.
package struct SoftAuthenticator {
    private enum Key {
        case p256(P256.Signing.PrivateKey)
        case ed25519(SigningKey)
    }

    package static let relyingParty = "node.example"
    package static let origin = "https://node.example"

    private let key: Key
    package let id: [UInt8]
    package var flags: AuthenticatorData.Flags = [.userPresent, .userVerified]
    package var signCount: UInt32 = 0
    package var relyingParty = SoftAuthenticator.relyingParty
    /// CBOR behind the credential, or nil for no extensions.
    package var extensions: [UInt8]?

    package init(_ algorithm: PasskeyPublicKey.Algorithm, seed: UInt64) throws {
        var random = Seeded(seed)
        let secret = random.bytes(32)
        switch algorithm {
        case .es256: key = .p256(try P256.Signing.PrivateKey(rawRepresentation: secret))
        case .edDSA: key = .ed25519(SigningKey(seed: secret)!)
        }
        id = random.bytes(32)
    }

    package var cose: [UInt8] {
        switch key {
        case .p256(let key):
            let point = Array(key.publicKey.rawRepresentation)
            return CBORBytes.map([
                (CBORBytes.integer(1), CBORBytes.integer(2)),
                (CBORBytes.integer(3), CBORBytes.integer(-7)),
                (CBORBytes.integer(-1), CBORBytes.integer(1)),
                (CBORBytes.integer(-2), CBORBytes.bytes(Array(point[..<32]))),
                (CBORBytes.integer(-3), CBORBytes.bytes(Array(point[32...]))),
            ])
        case .ed25519(let key):
            return CBORBytes.map([
                (CBORBytes.integer(1), CBORBytes.integer(1)),
                (CBORBytes.integer(3), CBORBytes.integer(-8)),
                (CBORBytes.integer(-1), CBORBytes.integer(6)),
                (CBORBytes.integer(-2), CBORBytes.bytes(key.id.publicKey)),
            ])
        }
    }

    package func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch key {
        case .p256(let key): Array(try key.signature(for: Data(message)).derRepresentation)
        case .ed25519(let key): key.sign(message).bytes
        }
    }

    package static func clientData(
        _ type: String, _ challenge: [UInt8], origin: String = origin, more: String = ""
    ) -> [UInt8] {
        let text = Base64.encode(challenge, as: .url)
        return Array(
            #"{"type":"\#(type)","challenge":"\#(text)","origin":"\#(origin)"\#(more)}"#.utf8)
    }

    package func authenticatorData(attesting cose: [UInt8]? = nil) -> [UInt8] {
        var flags = flags
        if cose != nil { flags.insert(.attestedCredential) }
        if extensions != nil { flags.insert(.extensions) }
        var out = Digest(of: Array(relyingParty.utf8)).bytes + [flags.rawValue]
        out += (0..<4).reversed().map { UInt8(truncatingIfNeeded: signCount >> UInt32(8 * $0)) }
        if let cose {
            out += [UInt8](repeating: 7, count: 16)
            out += [UInt8(id.count >> 8), UInt8(id.count & 255)] + id + cose
        }
        return out + (extensions ?? [])
    }

    /// An attestation object without an attestation.
    package func attestation(_ data: [UInt8]? = nil) -> [UInt8] {
        CBORBytes.map([
            (CBORBytes.text("fmt"), CBORBytes.text("none")),
            (CBORBytes.text("attStmt"), CBORBytes.map([])),
            (
                CBORBytes.text("authData"),
                CBORBytes.bytes(data ?? authenticatorData(attesting: cose))
            ),
        ])
    }

    /// An attestation object with a self attestation, changed as wanted.
    package func selfAttestation(
        _ clientData: [UInt8], algorithm: Int? = nil, more: [([UInt8], [UInt8])] = []
    ) throws -> [UInt8] {
        let data = authenticatorData(attesting: cose)
        let own =
            switch key {
            case .p256: -7;
            case .ed25519: -8
            }
        let signature = try sign(data + Digest(of: clientData).bytes)
        return CBORBytes.map([
            (CBORBytes.text("fmt"), CBORBytes.text("packed")),
            (
                CBORBytes.text("attStmt"),
                CBORBytes.map(
                    [
                        (CBORBytes.text("alg"), CBORBytes.integer(algorithm ?? own)),
                        (CBORBytes.text("sig"), CBORBytes.bytes(signature)),
                    ] + more)
            ),
            (CBORBytes.text("authData"), CBORBytes.bytes(data)),
        ])
    }

    package func assertion(
        _ challenge: [UInt8], type: String = "webauthn.get",
        origin: String = SoftAuthenticator.origin, more: String = "", attesting: [UInt8]? = nil
    ) throws -> PasskeyAssertion {
        let client = SoftAuthenticator.clientData(type, challenge, origin: origin, more: more)
        let data = authenticatorData(attesting: attesting)
        return PasskeyAssertion(
            authenticatorData: data, clientDataJSON: client,
            signature: try sign(data + Digest(of: client).bytes))
    }

    /// The passkey as a relying party keeps it.
    package func credential(_ change: (inout PasskeyCredential) -> Void = { _ in }) throws
        -> PasskeyCredential
    {
        var credential = try PasskeyCredential(
            id: id, publicKey: try PasskeyPublicKey(cose: cose), signCount: signCount,
            isBackupEligible: flags.contains(.backupEligible),
            isBackedUp: flags.contains(.backedUp))
        change(&credential)
        return credential
    }
}
