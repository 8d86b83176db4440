// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import enum Crypto.Curve25519
internal import Foundation

/// Whoever holds an Ed25519 key, by the key: a `did:key` (W3C CCG did:key v0.7).
///
/// A party's root id names the person to the node; the pools and the public journal only ever see
/// pseudonyms, which are ids of keys derived for one purpose each (``SigningKey/pseudonym(for:)``).
public struct PartyID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 32 bytes of the public key (RFC 8032).
    private let key: Digest

    /// Takes the 32 bytes of a public key; nil for any other length, and for the few points of small
    /// order, for which anybody can make signatures.
    public init?(publicKey: some Collection<UInt8>) {
        guard let words = Digest(bytes: publicKey) else { return nil }
        guard !PartyID.smallOrder.contains(words) else { return nil }
        key = words
    }

    /// Every encoding of the eight points whose order divides 8, with either sign bit, also those
    /// that are not reduced modulo 2^255 - 19.
    private static let smallOrder: Set<Digest> = {
        let points = [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ].compactMap { Hex.decode($0) }
        let negated = points.map { Array($0[..<31]) + [$0[31] | 0x80] }
        return Set((points + negated).compactMap { Digest(bytes: $0) })
    }()

    /// Reads `did:key:z6Mk…`; nil for any other method or key type, or another spelling.
    public init?(did: some StringProtocol) {
        var did = String(did)
        let bytes = did.withUTF8 { text -> [UInt8]? in
            // By bytes: a combining mark behind the prefix must not be taken for a part of it.
            guard text.count > 9, text.count <= 64, text.starts(with: PartyID.prefix) else {
                return nil
            }
            return Base58.decode(UnsafeBufferPointer(rebasing: text[9...]))
        }
        guard let bytes, bytes.count == 34, bytes[0] == 0xed, bytes[1] == 0x01 else { return nil }
        self.init(publicKey: bytes[2...])
    }

    private static let prefix = Array("did:key:z".utf8)

    /// The 32 bytes of the public key.
    public var publicKey: [UInt8] { key.bytes }

    /// `did:key:z` and the base-58 form of 0xed 0x01 and the public key.
    public var did: String { "did:key:z" + Base58.encode([0xed, 0x01] + publicKey) }

    /// The did:key.
    public var description: String { did }

    /// The last eight characters, for people to recognise; never for comparison.
    public var short: String { "…" + did.suffix(8) }

    /// Orders by the bytes of the key.
    public static func < (left: PartyID, right: PartyID) -> Bool {
        left.key < right.key
    }

    /// Whether this party signed exactly these bytes. Cost: about 50 µs.
    public func verify(_ signature: Signature, over message: [UInt8]) -> Bool {
        guard let verifier = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
            return false
        }
        return verifier.isValidSignature(signature.bytes, for: message)
    }
}

/// An Ed25519 signature (RFC 8032): 64 bytes.
public struct Signature: Hashable, Sendable {
    /// The 64 bytes.
    public let bytes: [UInt8]

    /// Takes exactly 64 bytes; nil for any other length.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 64 else { return nil }
        self.bytes = bytes
    }
}
