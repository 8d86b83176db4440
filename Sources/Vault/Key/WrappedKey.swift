// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// A segment's key, wrapped by a node key: safe to store beside the segment's location.
///
/// The wrapping is AES-256-GCM-SIV (RFC 8452) over the 32 key bytes. Nonce: the first 12 bytes of
/// the segment id. Additional data: "dividend/segment-key/1", the epoch (4 bytes, little-endian)
/// and the segment id (32 bytes). So a wrapped key opens for its own segment and epoch only.
/// RFC 3394 has no additional data and would need a derived key per segment; plain GCM would need
/// a random nonce that must never repeat under a node key. SIV survives a repeated nonce, so the
/// wrapping is deterministic: doing it again after a crash gives the same bytes.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 4 | epoch of the node key, little-endian |
/// | 4 | 32 | the key, encrypted |
/// | 36 | 16 | authentication tag |
public struct WrappedKey: Hashable, Sendable {
    /// How many bytes a wrapped key has.
    public static let byteCount = 52

    /// The epoch of the node key that opens it.
    public let epoch: UInt32
    /// The encrypted key and its tag: 48 bytes.
    let sealed: [UInt8]

    init(epoch: UInt32, sealed: [UInt8]) {
        self.epoch = epoch
        self.sealed = sealed
    }

    /// The stored form: ``byteCount`` bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter(reserving: WrappedKey.byteCount)
        writer.write(epoch)
        writer.write(raw: sealed)
        return writer.bytes
    }

    /// Reads the stored form.
    ///
    /// - Throws: ``KeyError/wrappedLength(found:)``.
    public init(bytes: [UInt8]) throws(KeyError) {
        guard bytes.count == WrappedKey.byteCount else {
            throw .wrappedLength(found: bytes.count)
        }
        epoch = bytes[0..<4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        sealed = Array(bytes[4...])
    }
}
