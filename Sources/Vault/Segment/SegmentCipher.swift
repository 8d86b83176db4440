// SPDX-License-Identifier: Apache-2.0
internal import enum Crypto.AES
internal import struct Crypto.SymmetricKey
internal import Foundation

#if canImport(CCryptoBoringSSL)
    internal import CCryptoBoringSSL
#endif

/// Seals and opens the numbered blocks of segments (AES-256-GCM, see ``Segment``).
///
/// Opening is what every study does for every contributor, a few hundred bytes at a time, for which
/// making and joining the boxes of swift-crypto takes several times as long as the cipher. So where
/// the C functions that it calls can be imported they are called directly, with one context that is
/// keyed again for each segment. Both open the same bytes.
struct SegmentCipher: ~Copyable {
    static let nonceLength = 12

    #if canImport(CCryptoBoringSSL)
        private let context: UnsafeMutablePointer<EVP_AEAD_CTX>

        init() {
            context = .allocate(capacity: 1)
            CCryptoBoringSSL_EVP_AEAD_CTX_zero(context)
        }

        deinit {
            CCryptoBoringSSL_EVP_AEAD_CTX_cleanup(context)
            context.deallocate()
        }

        /// Takes the key of the segment whose blocks come next; the one before is overwritten.
        mutating func take(_ key: UnsafeRawBufferPointer) {
            CCryptoBoringSSL_EVP_AEAD_CTX_cleanup(context)
            let isKeyed = CCryptoBoringSSL_EVP_AEAD_CTX_init(
                context, CCryptoBoringSSL_EVP_aead_aes_256_gcm(),
                key.baseAddress?.assumingMemoryBound(to: UInt8.self), key.count,
                Segment.tagLength, nil)
            precondition(isKeyed == 1, "a segment key has 32 bytes")
        }

        /// Opens a block into room that is kept between calls; nil when it was not sealed under
        /// this key with this number. Gives the length of the contents.
        func open(
            _ block: UnsafeRawBufferPointer, number: Int, into room: inout [UInt8]
        ) -> Int? {
            if room.count < block.count {
                room = [UInt8](repeating: 0, count: max(block.count, 2 * room.count))
            }
            var nonce = (UInt32(truncatingIfNeeded: number).littleEndian, UInt32(0), UInt32(0))
            var length = 0
            let isOpen = withUnsafeBytes(of: &nonce) { nonce in
                room.withUnsafeMutableBufferPointer { room in
                    CCryptoBoringSSL_EVP_AEAD_CTX_open(
                        context, room.baseAddress, &length, room.count,
                        nonce.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce.count,
                        block.baseAddress?.assumingMemoryBound(to: UInt8.self), block.count, nil, 0)
                }
            }
            return isOpen == 1 ? length : nil
        }
    #else
        private var key = SymmetricKey(size: .bits256)

        init() {}

        mutating func take(_ key: UnsafeRawBufferPointer) { self.key = SymmetricKey(data: key) }

        func open(
            _ block: UnsafeRawBufferPointer, number: Int, into room: inout [UInt8]
        ) -> Int? {
            let combined = Data(SegmentCipher.nonceBytes(number)) + Data(block)
            guard let box = try? AES.GCM.SealedBox(combined: combined),
                let plain = try? AES.GCM.open(box, using: key)
            else { return nil }
            room = Array(plain)
            return plain.count
        }
    #endif

    /// Appends the sealed block: ciphertext and tag.
    static func seal(
        _ plain: [UInt8], number: Int, key: SegmentKey, to bytes: inout [UInt8]
    ) {
        guard let nonce = try? AES.GCM.Nonce(data: nonceBytes(number)),
            let box = try? AES.GCM.seal(plain, using: key.material, nonce: nonce)
        else { preconditionFailure("a segment key has 32 bytes, a nonce 12") }
        bytes += box.ciphertext
        bytes += box.tag
    }

    private static func nonceBytes(_ number: Int) -> [UInt8] {
        let low = UInt32(truncatingIfNeeded: number)
        return (0..<nonceLength).map { place in
            place < 4 ? UInt8(truncatingIfNeeded: low >> UInt32(place * 8)) : 0
        }
    }
}
