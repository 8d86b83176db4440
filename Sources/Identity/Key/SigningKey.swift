// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Crypto
internal import Foundation

/// A party's secret: an Ed25519 key, made from 32 secret bytes (RFC 8032).
public struct SigningKey: Sendable {
    /// The 32 secret bytes; everything else is derived from them.
    public let seed: [UInt8]
    /// The party that this key speaks for.
    public let id: PartyID
    private let key: Curve25519.Signing.PrivateKey

    /// Takes 32 secret bytes; nil for any other number of them.
    public init?(seed: [UInt8]) {
        guard seed.count == 32,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
            let id = PartyID(publicKey: Array(key.publicKey.rawRepresentation))
        else { return nil }
        self.seed = seed
        self.key = key
        self.id = id
    }

    /// Draws a new key.
    public init(using random: inout some RandomNumberGenerator) {
        let seed = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        self.init(seed: seed)!
    }

    /// Signs the bytes.
    ///
    /// The bytes of a signature may differ from call to call; whether it verifies does not.
    public func sign(_ message: [UInt8]) -> Signature {
        // Signing a message with a valid key has no way to fail (RFC 8032, section 5.1.6).
        guard let bytes = try? key.signature(for: message),
            let signature = Signature(bytes: Array(bytes))
        else { preconditionFailure("Ed25519 refused to sign") }
        return signature
    }

    /// The key of this party for one context, such as a pool: nobody without the seed can tell that
    /// two pseudonyms belong to one party.
    ///
    /// HKDF-SHA256 (RFC 5869) of the seed with info `dividend/pseudonym/v1/` and the context.
    public func pseudonym(for context: String) -> SigningKey {
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: seed),
            info: Array("dividend/pseudonym/v1/\(context)".utf8), outputByteCount: 32)
        return SigningKey(seed: derived.withUnsafeBytes { Array($0) })!
    }
}
