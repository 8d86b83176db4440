// SPDX-License-Identifier: Apache-2.0
internal import enum Crypto.ChaChaPoly
internal import struct Crypto.SymmetricKey

#if canImport(CCryptoBoringSSL)
    internal import CCryptoBoringSSL
#endif

/// The key stream of ChaCha20 (RFC 8439, section 2.4) under a key of 256 bits that is used once:
/// nonce zero, the first block numbered 1.
///
/// Masks are gigabytes of it, and swift-crypto gives no bare stream. So where the C function
/// underneath can be imported it is called directly, over zeros; elsewhere the ciphertext of
/// ChaCha20-Poly1305 over zeros is the same stream, at twice the cost.
enum KeyStream {
    /// How many bytes are made at a time: they stay in the nearest cache.
    static let chunk = 8192
    /// The longest stream: block numbers have 32 bits, and no more is ever wanted.
    static let longest = 1 << 32

    private static let zeros = [UInt8](repeating: 0, count: chunk)

    #if canImport(CCryptoBoringSSL)
        /// Gives the first bytes of the stream, a chunk at a time, with the offset of each chunk.
        ///
        /// - Requires: at most ``longest`` bytes in all.
        static func read(
            key: SecretBytes, byteCount: Int, fromBlock block: UInt32 = 0,
            _ body: (UnsafeRawBufferPointer, _ offset: Int) -> Void
        ) {
            precondition((0...longest).contains(byteCount), "a stream has at most 2^32 bytes")
            let nonce: (UInt64, UInt32) = (0, 0)
            zeros.withUnsafeBufferPointer { zeros in
                withUnsafeTemporaryAllocation(byteCount: chunk, alignment: 64) { room in
                    defer { CCryptoBoringSSL_OPENSSL_cleanse(room.baseAddress, room.count) }
                    for offset in stride(from: 0, to: byteCount, by: chunk) {
                        let length = min(chunk, byteCount - offset)
                        key.withBytes { key in
                            withUnsafeBytes(of: nonce) { nonce in
                                CCryptoBoringSSL_CRYPTO_chacha_20(
                                    room.baseAddress?.assumingMemoryBound(to: UInt8.self),
                                    zeros.baseAddress, length,
                                    key.baseAddress?.assumingMemoryBound(to: UInt8.self),
                                    nonce.baseAddress?.assumingMemoryBound(to: UInt8.self),
                                    1 &+ block &+ UInt32(truncatingIfNeeded: offset / 64))
                            }
                        }
                        body(UnsafeRawBufferPointer(rebasing: room[..<length]), offset)
                    }
                }
            }
        }
    #else
        /// Gives the first bytes of the stream, a chunk at a time, with the offset of each chunk.
        ///
        /// - Requires: at most ``longest`` bytes in all.
        static func read(
            key: SecretBytes, byteCount: Int, fromBlock block: UInt32 = 0,
            _ body: (UnsafeRawBufferPointer, _ offset: Int) -> Void
        ) {
            precondition((0...longest).contains(byteCount), "a stream has at most 2^32 bytes")
            let skipped = Int(block) * 64
            let plain = [UInt8](repeating: 0, count: skipped + byteCount)
            let key = key.withBytes { SymmetricKey(data: $0) }
            guard let nonce = try? ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12)),
                let box = try? ChaChaPoly.seal(plain, using: key, nonce: nonce)
            else { preconditionFailure("sealing zeros cannot fail") }
            box.ciphertext.withUnsafeBytes { stream in
                for offset in stride(from: 0, to: byteCount, by: chunk) {
                    let start = skipped + offset
                    let end = skipped + min(offset + chunk, byteCount)
                    body(UnsafeRawBufferPointer(rebasing: stream[start..<end]), offset)
                }
            }
        }
    #endif

    /// Words of 64 bits, little-endian, from a block on.
    static func words(key: SecretBytes, count: Int, fromBlock block: UInt32 = 0) -> [UInt64] {
        var words: [UInt64] = []
        words.reserveCapacity(count)
        read(key: key, byteCount: 8 * count, fromBlock: block) { stream, _ in
            for place in stride(from: 0, to: stream.count, by: 8) {
                words.append(
                    UInt64(
                        littleEndian: stream.loadUnaligned(
                            fromByteOffset: place, as: UInt64.self)))
            }
        }
        return words
    }
}
