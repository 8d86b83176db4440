// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import enum Crypto.Curve25519
internal import struct Crypto.HKDF
internal import struct Crypto.SHA256
internal import struct Crypto.SymmetricKey
internal import Foundation

/// A party's secret for opening envelopes: an X25519 key (RFC 7748), derived from its seed.
public struct AgreementKey: Sendable {
    /// What others seal envelopes to.
    public let publicKey: AgreementPublicKey
    let key: Curve25519.KeyAgreement.PrivateKey

    /// Takes 32 secret bytes; nil for any other number of them.
    public init?(secret: [UInt8]) {
        guard secret.count == 32,
            let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: secret),
            let publicKey = AgreementPublicKey(of: key)
        else { return nil }
        self.key = key
        self.publicKey = publicKey
    }
}

extension SigningKey {
    /// The key with which this party opens envelopes.
    ///
    /// HKDF-SHA256 (RFC 5869) of the seed with info `dividend/agreement/v1`: it tells nothing about
    /// the signing key, nor the other way round. A pseudonym has an agreement key of its own.
    public var agreement: AgreementKey {
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: seed),
            info: Array("dividend/agreement/v1".utf8), outputByteCount: 32)
        guard let key = AgreementKey(secret: derived.withUnsafeBytes { Array($0) }) else {
            preconditionFailure("32 bytes are an X25519 secret")
        }
        return key
    }
}

/// The public half of an ``AgreementKey``: 32 bytes.
public struct AgreementPublicKey: Hashable, Sendable, CustomStringConvertible {
    private let words: Digest

    /// The 32 bytes (RFC 7748).
    public var bytes: [UInt8] { words.bytes }

    /// Takes 32 bytes; nil for any other number of them, and for the few points with which every
    /// secret agrees on zero (RFC 7748 section 6.1; RFC 9180 section 7.1.4 wants them refused, the
    /// library below does not). Cost: one X25519 operation.
    public init?(bytes: [UInt8]) {
        let probe = [UInt8](repeating: 1, count: 32)
        guard let words = Digest(bytes: bytes),
            let secret = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: probe)
                .sharedSecretFromKeyAgreement(with: .init(rawRepresentation: bytes)),
            secret.withUnsafeBytes({ $0.contains { $0 != 0 } })
        else { return nil }
        self.words = words
    }

    /// The public half of a secret: a multiple of the base point, so never one of those few points.
    fileprivate init?(of key: Curve25519.KeyAgreement.PrivateKey) {
        guard let words = Digest(bytes: Array(key.publicKey.rawRepresentation)) else { return nil }
        self.words = words
    }

    /// The multibase form `z6LS…`: 0xec 0x01 and the key, base 58 (did:key's X25519 form).
    public var description: String { Multibase.encode([0xec, 0x01] + bytes, as: .base58) }

    /// Reads the multibase form; nil for any other.
    public init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "z"), let raw = Multibase.decode(text),
            raw.count == 34, raw[0] == 0xec, raw[1] == 0x01
        else { return nil }
        self.init(bytes: Array(raw[2...]))
    }
}
