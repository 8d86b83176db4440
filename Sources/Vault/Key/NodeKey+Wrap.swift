// SPDX-License-Identifier: Apache-2.0
public import Canon
internal import enum Crypto.AES
internal import struct Crypto.SymmetricKey
internal import CryptoExtras
internal import Foundation

extension NodeKey {
    /// Wraps a segment's key for storing. Deterministic. Cost: about 2 µs.
    public func wrap(_ key: SegmentKey, segment: Canon.Digest) -> WrappedKey {
        let box = key.material.withUnsafeBytes { bytes in
            try? AES.GCM._SIV.seal(
                Data(bytes), using: material,
                nonce: AES.GCM._SIV.Nonce(data: segment.bytes.prefix(12)),
                authenticating: NodeKey.label(epoch: epoch, segment: segment))
        }
        // Sealing fails only for a key or nonce of a wrong size, which these types rule out.
        guard let box else { preconditionFailure("a node key has 32 bytes") }
        return WrappedKey(epoch: epoch, sealed: box.ciphertext + box.tag)
    }

    /// Opens a wrapped key. Cost: about 2 µs.
    ///
    /// - Throws: ``KeyError`` when it was wrapped in another epoch, for another segment, by
    ///   another node key, or was changed.
    public func unwrap(_ wrapped: WrappedKey, segment: Canon.Digest) throws(KeyError)
        -> SegmentKey
    {
        guard wrapped.epoch == epoch else {
            throw .wrongEpoch(wrapped: wrapped.epoch, given: epoch)
        }
        do {
            // Joined first: swift-crypto takes three times as long to join the parts itself.
            let joined = Array(segment.bytes.prefix(12)) + wrapped.withSealed { Array($0) }
            var bytes = try AES.GCM._SIV.open(
                AES.GCM._SIV.SealedBox(combined: joined), using: material,
                authenticating: NodeKey.label(epoch: epoch, segment: segment))
            defer { bytes.resetBytes(in: bytes.startIndex..<bytes.endIndex) }
            return SegmentKey(material: SymmetricKey(data: bytes))
        } catch {
            throw .notAuthentic
        }
    }

    /// Wraps a wrapped key again, by another node key; the segment itself stays as it is.
    ///
    /// - Throws: ``KeyError`` when `wrapped` does not open by `former`.
    public static func rewrap(
        _ wrapped: WrappedKey, segment: Canon.Digest, from former: NodeKey, to next: NodeKey
    ) throws(KeyError) -> WrappedKey {
        next.wrap(try former.unwrap(wrapped, segment: segment), segment: segment)
    }

    static let purpose = Array("dividend/segment-key/1".utf8)

    static func label(epoch: UInt32, segment: Canon.Digest) -> [UInt8] {
        var writer = ByteWriter(reserving: 58)
        writer.write(raw: purpose)
        writer.write(epoch)
        writer.write(segment)
        return writer.bytes
    }
}
