// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import enum Crypto.ChaChaPoly
internal import struct Crypto.SymmetricKey

/// The key stream of ChaCha20 (RFC 8439) with fast key erasure (Bernstein 2017): every refill takes
/// the next key from the stream itself and drops the old one, so whoever reads the state later
/// cannot compute the noise of earlier blocks.
///
/// swift-crypto has no bare stream cipher, but sealing zeros gives one: the ciphertext of
/// ChaCha20-Poly1305 over zeros is the key stream. Each key seals once, under nonce zero. ChaCha20
/// rather than AES-CTR because it is fast without special instructions and has no tables whose
/// timing could tell the key. Not wiped: memory that the library frees between two refills.
struct Keystream: Sendable {
    /// Bytes given out per refill. Larger saves calls, smaller erases sooner.
    static let blockBytes = 4096
    private static let keyBytes = 32
    private static let zeros = [UInt8](repeating: 0, count: keyBytes + blockBytes)
    private static let nonce = try? ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12))

    private var key: SymmetricKey

    /// Takes 256 bits of key from the generator.
    init(seededBy generator: inout some RandomNumberGenerator) {
        var seed: [UInt8] = []
        seed.reserveCapacity(Self.keyBytes)
        for _ in 0..<Self.keyBytes / 8 {
            withUnsafeBytes(of: generator.next().littleEndian) { seed.append(contentsOf: $0) }
        }
        key = SymmetricKey(data: seed)
        for i in seed.indices { seed[i] = 0 }
    }

    /// Replaces the words by the next block of the stream, read as big-endian numbers, and the key.
    ///
    /// Sealing a block of fixed length under a fresh key cannot fail. Were it to, the block comes
    /// from the operating system instead: still unpredictable, and no trap.
    mutating func fill(_ words: inout [UInt64]) {
        guard let nonce = Self.nonce,
            let box = try? ChaChaPoly.seal(Self.zeros, using: key, nonce: nonce)
        else { return Self.fillFromSystem(&words) }
        box.ciphertext.withUnsafeBytes { stream in
            key = SymmetricKey(data: stream[..<Self.keyBytes])
            for i in words.indices {
                words[i] = UInt64(
                    bigEndian: stream.loadUnaligned(
                        fromByteOffset: Self.keyBytes + 8 * i, as: UInt64.self))
            }
        }
    }

    private static func fillFromSystem(_ words: inout [UInt64]) {
        var system = SystemRandomNumberGenerator()
        for i in words.indices { words[i] = system.next() }
    }
}
