// SPDX-License-Identifier: Apache-2.0
#if canImport(CCryptoBoringSSL)
    internal import CCryptoBoringSSL
#else
    internal import struct Crypto.SHA256
#endif

/// SHA-256 of short inputs is called millions of times for Merkle trees. `Crypto.SHA256` makes and
/// wipes an object for each digest, which takes as long as the hashing; so where the C functions that
/// it calls can be imported they are called directly, with the state on the stack. Both give the same
/// digests, and the fallback keeps Canon independent of how swift-crypto is laid out.
extension Digest {
    /// Hashes the bytes. Cost: one pass.
    public init(of bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { Digest(hashing: $0) }
    }

    /// Hashes the concatenation of the parts without joining them first.
    public init(of first: [UInt8], _ second: [UInt8]) {
        self = first.withUnsafeBytes { first in
            second.withUnsafeBytes { Digest(hashing: first, $0) }
        }
    }

    /// Hashes one byte and then others in place.
    init(hashing prefix: UInt8, _ bytes: UnsafeRawBufferPointer) {
        self = withUnsafeBytes(of: prefix) { Digest(hashing: $0, bytes) }
    }

    #if canImport(CCryptoBoringSSL)
        /// Hashes bytes in place, without an array. Cost: one pass.
        public init(hashing bytes: UnsafeRawBufferPointer) {
            self = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { out in
                CCryptoBoringSSL_SHA256(bytes.baseAddress, bytes.count, out.baseAddress)
                return Digest(raw: UnsafeRawBufferPointer(out))
            }
        }

        private init(hashing first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
            var state = SHA256_CTX()
            CCryptoBoringSSL_SHA256_Init(&state)
            CCryptoBoringSSL_SHA256_Update(&state, first.baseAddress, first.count)
            CCryptoBoringSSL_SHA256_Update(&state, second.baseAddress, second.count)
            self = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { out in
                CCryptoBoringSSL_SHA256_Final(out.baseAddress, &state)
                return Digest(raw: UnsafeRawBufferPointer(out))
            }
        }
    #else
        /// Hashes bytes in place, without an array. Cost: one pass.
        public init(hashing bytes: UnsafeRawBufferPointer) {
            self.init(hashing: bytes, UnsafeRawBufferPointer(start: nil, count: 0))
        }

        private init(hashing first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
            var hasher = SHA256()
            hasher.update(bufferPointer: first)
            hasher.update(bufferPointer: second)
            self = hasher.finalize().withUnsafeBytes { Digest(raw: $0) }
        }
    #endif
}
