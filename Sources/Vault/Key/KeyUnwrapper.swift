// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation
internal import struct Crypto.SymmetricKey

#if canImport(CCryptoBoringSSL)
    internal import CCryptoBoringSSL
#endif

/// Opens wrapped keys of one node key one after another, on one thread; the key schedule of the node
/// key is worked out once. See ``WrappedKey`` for the form, ``NodeKey/unwrap(_:segment:)`` for the
/// same in one call.
final class KeyUnwrapper {
    private let node: NodeKey

    #if canImport(CCryptoBoringSSL)
        private let context: UnsafeMutablePointer<EVP_AEAD_CTX>
        /// Purpose, epoch and segment id; only the id changes.
        @exclusivity(unchecked) private var label: [UInt8]
        /// The key that was opened last.
        @exclusivity(unchecked) private var opened = [UInt8](
            repeating: 0, count: SegmentKey.byteCount)

        init(_ node: NodeKey) {
            self.node = node
            label = NodeKey.label(epoch: node.epoch, segment: .zero)
            let context = UnsafeMutablePointer<EVP_AEAD_CTX>.allocate(capacity: 1)
            let isKeyed = node.material.withUnsafeBytes { key in
                CCryptoBoringSSL_EVP_AEAD_CTX_init(
                    context, CCryptoBoringSSL_EVP_aead_aes_256_gcm_siv(),
                    key.baseAddress?.assumingMemoryBound(to: UInt8.self), key.count, 0, nil)
            }
            precondition(isKeyed == 1, "a node key has 32 bytes")
            self.context = context
        }

        deinit {
            CCryptoBoringSSL_EVP_AEAD_CTX_cleanup(context)
            context.deallocate()
            opened.withUnsafeMutableBytes {
                CCryptoBoringSSL_OPENSSL_cleanse($0.baseAddress, $0.count)
            }
        }

        /// Lends the 32 bytes of a segment's key.
        ///
        /// - Throws: ``KeyError`` when it was wrapped in another epoch, for another segment, by
        ///   another node key, or was changed.
        func withKey(
            _ wrapped: WrappedKey, segment: Canon.Digest, _ body: (UnsafeRawBufferPointer) -> Void
        ) throws(KeyError) {
            guard wrapped.epoch == node.epoch else {
                throw .wrongEpoch(wrapped: wrapped.epoch, given: node.epoch)
            }
            let start = label.count - 32
            label.withUnsafeMutableBytes { segment.store(into: $0, at: start) }
            var length = 0
            let isOpen = label.withUnsafeBufferPointer { label in
                wrapped.withSealed { sealed in
                    opened.withUnsafeMutableBufferPointer { out in
                        // The nonce is the first 12 bytes of the id, which ends the label.
                        CCryptoBoringSSL_EVP_AEAD_CTX_open(
                            context, out.baseAddress, &length, out.count,
                            label.baseAddress.map { $0 + start }, 12,
                            sealed.baseAddress?.assumingMemoryBound(to: UInt8.self), sealed.count,
                            label.baseAddress, label.count)
                    }
                }
            }
            guard isOpen == 1, length == SegmentKey.byteCount else { throw .notAuthentic }
            opened.withUnsafeBytes { body($0) }
        }
    #else
        init(_ node: NodeKey) { self.node = node }

        func withKey(
            _ wrapped: WrappedKey, segment: Canon.Digest, _ body: (UnsafeRawBufferPointer) -> Void
        ) throws(KeyError) {
            try node.unwrap(wrapped, segment: segment).material.withUnsafeBytes { body($0) }
        }
    #endif
}
