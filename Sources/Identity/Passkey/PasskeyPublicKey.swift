// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import enum Crypto.P256
internal import Foundation

/// The public key of a passkey: ECDSA with P-256 and SHA-256, or Ed25519 (RFC 9053, section 2).
///
/// Only points of the curve are keys; for Ed25519 the points of small order are refused too.
public struct PasskeyPublicKey: Hashable, Sendable, CustomStringConvertible {
    /// How the key signs, by its number in the COSE registry.
    public enum Algorithm: Int64, Hashable, Sendable {
        /// ECDSA with P-256 and SHA-256; signatures are DER.
        case es256 = -7
        /// EdDSA with Ed25519; signatures are 64 bytes.
        case edDSA = -8
    }

    /// How the key signs.
    public let algorithm: Algorithm
    /// x and y of P-256, 32 bytes each; or the 32 bytes of an Ed25519 key.
    private let point: [UInt8]

    /// Reads a COSE_Key (RFC 9052, section 7) in the CTAP2 canonical form, without members that are
    /// not needed: one key has one byte string.
    ///
    /// - Throws: ``PasskeyError/key(_:)`` for another algorithm, for one that does not go with the
    ///   kind of the key, and for bytes that are not a point; ``PasskeyError/format(_:_:)`` for bytes
    ///   that are not CBOR.
    /// - Cost: about 0.1 ms.
    public init(cose: [UInt8]) throws(PasskeyError) {
        let value: CBOR
        do throws(FormatError) {
            value = try CBOR(parsing: cose)
        } catch {
            throw .format("credentialPublicKey", error)
        }
        guard let number = value[3]?.integer, let algorithm = Algorithm(rawValue: number) else {
            throw .key("alg -7 (ES256) or -8 (EdDSA) wanted")
        }
        switch algorithm {
        case .es256:
            guard value[1]?.integer == 2, value[-1]?.integer == 1 else {
                throw .key("alg -7 goes with kty 2 and crv 1 (P-256)")
            }
            guard let x = value[-2]?.bytes, x.count == 32, let y = value[-3]?.bytes, y.count == 32
            else { throw .key("x and y of 32 bytes wanted") }
            guard (try? P256.Signing.PublicKey(x963Representation: [4] + x + y)) != nil else {
                throw .key("not a point of P-256")
            }
            point = x + y
        case .edDSA:
            guard value[1]?.integer == 1, value[-1]?.integer == 6 else {
                throw .key("alg -8 goes with kty 1 and crv 6 (Ed25519)")
            }
            guard let x = value[-2]?.bytes, x.count == 32 else {
                throw .key("x of 32 bytes wanted")
            }
            guard Edwards25519.isPoint(x) else { throw .key("not a point of edwards25519") }
            guard PartyID(publicKey: x) != nil else {
                throw .key("a point of small order, for which anybody can sign")
            }
            point = x
        }
        self.algorithm = algorithm
        guard self.cose == cose else {
            throw .key("the CTAP2 canonical form without further members wanted")
        }
    }

    /// The COSE_Key in the CTAP2 canonical form: 77 bytes for ES256, 42 for EdDSA.
    public var cose: [UInt8] {
        switch algorithm {
        case .es256:
            [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20] + point[..<32]
                + [0x22, 0x58, 0x20] + point[32...]
        case .edDSA: [0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20] + point
        }
    }

    /// The `did:key` (W3C CCG did:key v0.7): base 58 of `p256-pub` (0x1200) and the compressed point,
    /// or of `ed25519-pub` (0xed) and the key.
    public var did: String {
        switch algorithm {
        case .es256:
            "did:key:z" + Base58.encode([0x80, 0x24, 2 | point[63] & 1] + point[..<32])
        case .edDSA: "did:key:z" + Base58.encode([0xed, 0x01] + point)
        }
    }

    /// The did:key.
    public var description: String { did }

    /// Whether the holder of the key signed exactly these bytes.
    ///
    /// - Parameters:
    ///   - signature: for ES256 the DER form of r and s (RFC 3279, section 2.2.3), its only one; for
    ///     EdDSA 64 bytes (RFC 8032). Who has a signature by ES256 can make another with n - s.
    ///   - message: what was signed, before hashing.
    /// - Cost: about 0.1 ms.
    public func verify(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        switch algorithm {
        case .es256:
            guard let raw = ECDSASignatureDER.raw(signature),
                let key = try? P256.Signing.PublicKey(x963Representation: [4] + point),
                let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw)
            else { return false }
            return key.isValidSignature(signature, for: message)
        case .edDSA:
            guard let party = PartyID(publicKey: point), let signature = Signature(bytes: signature)
            else { return false }
            return party.verify(signature, over: message)
        }
    }
}

/// The DER form of an ECDSA signature over P-256: a sequence of two whole numbers.
private enum ECDSASignatureDER {
    /// r and s, 32 bytes each; nil for bytes that are not the one DER form of two such numbers.
    static func raw(_ bytes: [UInt8]) -> [UInt8]? {
        // The longest has two numbers of 33 bytes: every length fits one byte.
        guard (8...72).contains(bytes.count), bytes[0] == 0x30, Int(bytes[1]) == bytes.count - 2,
            let (r, middle) = number(bytes, at: 2), let (s, end) = number(bytes, at: middle),
            end == bytes.count
        else { return nil }
        return r + s
    }

    private static func number(_ bytes: [UInt8], at start: Int) -> (value: [UInt8], end: Int)? {
        guard start + 2 < bytes.count, bytes[start] == 0x02 else { return nil }
        let end = start + 2 + Int(bytes[start + 1])
        guard end <= bytes.count, end > start + 2 else { return nil }
        var digits = bytes[(start + 2)..<end]
        guard let first = digits.first, first < 0x80 else { return nil }
        if first == 0 {
            // A zero is there only to keep the sign.
            guard digits.count > 1, digits[digits.startIndex + 1] >= 0x80 else { return nil }
            digits.removeFirst()
        }
        guard digits.count <= 32 else { return nil }
        return ([UInt8](repeating: 0, count: 32 - digits.count) + digits, end)
    }
}
