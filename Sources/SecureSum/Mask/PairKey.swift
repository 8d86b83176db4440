// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import enum Crypto.Curve25519
internal import struct Crypto.HKDF
internal import struct Crypto.SHA256
internal import struct Crypto.SymmetricKey
internal import Privacy

/// An X25519 key (RFC 7748) that a party makes for one session, to agree on secrets with others.
struct PairKey: Sendable {
    /// The 32 secret bytes.
    let secret: SecretBytes
    let publicKey: PairPublicKey
    private let key: Curve25519.KeyAgreement.PrivateKey

    /// Takes any 32 secret bytes. Cost: an X25519 operation with the base point.
    init(_ secret: SecretBytes) {
        // A multiple of the base point is never of small order.
        guard
            let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: secret.bytes),
            let publicKey = PairPublicKey(bytes: Array(key.publicKey.rawRepresentation))
        else { preconditionFailure("32 bytes are an X25519 secret") }
        (self.secret, self.key, self.publicKey) = (secret, key, publicKey)
    }

    /// What both agree on: 32 bytes that are no key yet. Cost: one X25519 operation.
    func agreed(with other: PairPublicKey) -> SymmetricKey {
        // The point is not of small order, so there is no way to fail.
        guard
            let point = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: other.bytes),
            let shared = try? key.sharedSecretFromKeyAgreement(with: point)
        else { preconditionFailure("X25519 refused a key") }
        return shared.withUnsafeBytes { SymmetricKey(data: $0) }
    }
}

/// The keys of masks and of sealed shares, each of 256 bits: HKDF-SHA256 (RFC 5869) with the roster's
/// digest as its salt, and what the key is for as its info. The roster is bound to the session, so no
/// two sessions, pairs, directions or purposes ever have a key in common.
enum DerivedKey {
    /// The key of the mask that two parties have in common.
    static func pairMask(
        _ agreed: SymmetricKey, roster: Digest, between one: Int, and other: Int
    ) -> SecretBytes {
        derive(agreed, roster, "dividend/sum/pair/v1", min(one, other), max(one, other))
    }

    /// The key of the mask that a party puts over its own numbers.
    static func selfMask(_ seed: SecretBytes, roster: Digest, of party: Int) -> SecretBytes {
        let seed = seed.withBytes { SymmetricKey(data: $0) }
        return derive(seed, roster, "dividend/sum/self/v1", party, party)
    }

    /// The key under which one party seals shares to another; the way back has another key.
    static func shares(
        _ agreed: SymmetricKey, roster: Digest, from sender: Int, to receiver: Int
    ) -> SymmetricKey {
        derive(agreed, roster, "dividend/sum/shares/v1", sender, receiver)
            .withBytes { SymmetricKey(data: $0) }
    }

    /// What a party says of its self mask's seed beforehand, so that a wrongly rebuilt one shows.
    static func commitment(to seed: SecretBytes, roster: Digest, of party: Int) -> Digest {
        var writer = ByteWriter()
        writer.write("dividend/sum/seed/v1")
        writer.write(roster)
        writer.write(UInt32(party))
        return Digest(of: writer.bytes, seed.bytes)
    }

    private static func derive(
        _ secret: SymmetricKey, _ roster: Digest, _ purpose: String, _ one: Int, _ other: Int
    ) -> SecretBytes {
        var info = ByteWriter()
        info.write(purpose)
        info.write(UInt32(one))
        info.write(UInt32(other))
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, salt: roster.bytes, info: info.bytes, outputByteCount: 32)
        guard let bytes = key.withUnsafeBytes({ SecretBytes($0) }) else {
            preconditionFailure("HKDF gave another number of bytes")
        }
        return bytes
    }
}
