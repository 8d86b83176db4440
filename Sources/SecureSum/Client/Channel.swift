// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import enum Crypto.ChaChaPoly
internal import struct Crypto.SymmetricKey

/// The shares of one party that another holds: of its mask key, and of the seed of its self mask. It
/// gives one of them away and never both.
struct SharePair: Sendable {
    let ofMask: SecretBytes
    let ofSeed: SecretBytes
}

/// What a party and one neighbour agreed on for sealing shares.
struct Channel: Sendable {
    /// The neighbour.
    let to: Int
    private let agreed: SymmetricKey

    init(to: Int, agreed: SymmetricKey) {
        (self.to, self.agreed) = (to, agreed)
    }

    /// Seals shares to the neighbour. Called once: the key of this direction is used with nonce zero.
    func seal(_ pair: SharePair, from own: Int, roster: Digest) -> SealedShares {
        let key = DerivedKey.shares(agreed, roster: roster, from: own, to: to)
        guard
            let box = try? ChaChaPoly.seal(
                pair.ofMask.bytes + pair.ofSeed.bytes, using: key, nonce: Channel.nonce())
        else { preconditionFailure("sealing 64 bytes cannot fail") }
        return SealedShares(party: to, bytes: Array(box.ciphertext) + Array(box.tag))
    }

    /// Opens what the neighbour sealed; nil when it was changed or was sealed for something else.
    func open(_ sealed: SealedShares, for own: Int, roster: Digest) -> SharePair? {
        let key = DerivedKey.shares(agreed, roster: roster, from: to, to: own)
        guard sealed.party == to, sealed.bytes.count == SealedShares.byteCount,
            let box = try? ChaChaPoly.SealedBox(
                nonce: Channel.nonce(), ciphertext: sealed.bytes[..<64], tag: sealed.bytes[64...]),
            let plain = try? ChaChaPoly.open(box, using: key)
        else { return nil }
        let bytes = Array(plain)
        guard let mask = SecretBytes(Array(bytes[..<32])),
            let seed = SecretBytes(Array(bytes[32...]))
        else { return nil }
        return SharePair(ofMask: mask, ofSeed: seed)
    }

    private static func nonce() throws -> ChaChaPoly.Nonce {
        try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12))
    }
}
