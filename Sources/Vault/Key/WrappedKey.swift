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
    private let sealed: Sealed

    /// The encrypted key and its tag, in place: a study goes through as many as it has people, and
    /// looks nowhere else for them.
    private struct Sealed: Hashable {
        var key = SIMD4<UInt64>()
        var tag = SIMD2<UInt64>()
    }

    /// - Requires: 48 bytes, the encrypted key and its tag.
    init(epoch: UInt32, sealed bytes: some Collection<UInt8>) {
        precondition(bytes.count == MemoryLayout<Sealed>.size, "a wrapped key is of one size")
        self.epoch = epoch
        var sealed = Sealed()
        withUnsafeMutableBytes(of: &sealed) { $0.copyBytes(from: bytes) }
        self.sealed = sealed
    }

    /// Lends the encrypted key and its tag: 48 bytes.
    @inline(__always)
    func withSealed<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: sealed, body)
    }

    /// The stored form: ``byteCount`` bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter(reserving: WrappedKey.byteCount)
        writer.write(epoch)
        writer.write(raw: withSealed { Array($0) })
        return writer.bytes
    }

    /// Reads the stored form.
    ///
    /// - Throws: ``KeyError/wrappedLength(found:)``.
    public init(bytes: [UInt8]) throws(KeyError) {
        guard bytes.count == WrappedKey.byteCount else {
            throw .wrappedLength(found: bytes.count)
        }
        let epoch = bytes[0..<4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        self.init(epoch: epoch, sealed: bytes[4...])
    }
}
