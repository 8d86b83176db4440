// SPDX-License-Identifier: Apache-2.0
public import Canon

/// What is published of a coded blob: enough to check each of its chunks, and the blob when it is
/// restored. 88 bytes, all numbers little-endian:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | `erasure` and 1, the version |
/// | 8 | 8 | length of the blob in bytes |
/// | 16 | 4 | k, the number of data chunks; there are 2 k chunks |
/// | 20 | 4 | size of a chunk in bytes, which follows from the other two |
/// | 24 | 32 | root of the RFC 6962 tree over the 2 k chunks |
/// | 56 | 32 | SHA-256 of the blob |
public struct Commitment: Hashable, Sendable {
    /// The length of the blob in bytes.
    public let length: Int
    /// How many chunks there are and how many are needed.
    public let code: ErasureCode
    /// The size of a chunk in bytes.
    public let chunkBytes: Int
    /// The root of the tree over all chunks.
    public let root: Digest
    /// The digest of the blob.
    public let blobDigest: Digest

    /// How many bytes ``bytes`` has.
    public static let byteCount = 88
    private static let magic = Array("erasure".utf8) + [1]

    /// States what a coded blob is. Nothing says that there is one: see ``CodedBlob``.
    ///
    /// - Throws: ``ErasureError/unsuitableCount(_:)`` and ``ErasureError/unsuitableLength(_:)``.
    public init(length: Int, dataChunks: Int, root: Digest, blobDigest: Digest)
        throws(ErasureError)
    {
        code = try ErasureCode(dataChunks: dataChunks)
        chunkBytes = try code.chunkBytes(forBlobOf: length)
        self.length = length
        self.root = root
        self.blobDigest = blobDigest
    }

    /// The 88 bytes; the same for the same commitment everywhere.
    public var bytes: [UInt8] {
        var writer = ByteWriter(reserving: Commitment.byteCount)
        writer.write(raw: Commitment.magic)
        writer.write(UInt64(length))
        writer.write(UInt32(code.dataChunks))
        writer.write(UInt32(chunkBytes))
        writer.write(root)
        writer.write(blobDigest)
        return writer.bytes
    }

    /// Reads the 88 bytes. Whatever is accepted is what ``bytes`` gives back.
    ///
    /// - Throws: `FormatError` with the byte of the field that is wrong.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        var reader = ByteReader(bytes)
        guard try reader.read(count: 8) == Commitment.magic else {
            throw FormatError("a commitment begins with \"erasure\" and the version 1", at: 0)
        }
        let length = Int(clamping: try reader.read(UInt64.self))
        let dataChunks = Int(try reader.read(UInt32.self))
        let chunkBytes = Int(try reader.read(UInt32.self))
        let root = try reader.readDigest()
        let blobDigest = try reader.readDigest()
        try reader.finish()
        do {
            try self.init(
                length: length, dataChunks: dataChunks, root: root, blobDigest: blobDigest)
        } catch {
            throw FormatError(error.description, at: 8)
        }
        guard self.chunkBytes == chunkBytes else {
            throw FormatError("the size of a chunk is \(self.chunkBytes) bytes here", at: 20)
        }
    }
}
