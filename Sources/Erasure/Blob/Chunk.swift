// SPDX-License-Identifier: Apache-2.0
public import Canon

/// One chunk of a coded blob with its place in the committed tree; checked on its own.
public struct Chunk: Hashable, Sendable {
    /// Which chunk, from 0; the first half are the data.
    public let index: Int
    /// What it holds: an even number of bytes.
    public let content: [UInt8]
    /// The sibling hashes from the chunk's leaf to the root.
    public let path: [Digest]

    /// How long a path may be: that of 2,048 chunks.
    static let longestPath = (2 * ErasureCode.greatestCount).trailingZeroBitCount

    /// Takes a chunk from elsewhere; ``verify(against:)`` judges it.
    ///
    /// - Throws: `FormatError`, with the place in ``bytes``, unless it could be one of some
    ///   commitment: a path of 1 to 11 digests, an index within as many chunks as such a path is for,
    ///   and an even number of bytes from 2 to 8 more than ``ErasureCode/longestBlob``.
    public init(index: Int, content: [UInt8], path: [Digest]) throws(FormatError) {
        try Chunk.check(index: index, size: content.count, pathCount: path.count)
        self.init(unchecked: index, content: content, path: path)
    }

    /// Takes what is known to be a chunk.
    init(unchecked index: Int, content: [UInt8], path: [Digest]) {
        self.index = index
        self.content = content
        self.path = path
    }

    /// Checks that the chunk is the one of its index that was committed to.
    ///
    /// - Throws: ``ChunkError`` with what was expected and what was found.
    /// - Cost: one hash of the chunk, and one for each digest of the path.
    public func verify(against commitment: Commitment) throws(ChunkError) {
        let count = commitment.code.chunks
        guard index < count else { throw .outOfRange(index: index, chunks: count) }
        guard content.count == commitment.chunkBytes else {
            throw .wrongSize(expected: commitment.chunkBytes, got: content.count)
        }
        let leaf = MerkleLog.leafHash(content)
        do {
            try InclusionProof(index: index, size: count, path: path)
                .verify(leafHash: leaf, root: commitment.root)
        } catch {
            throw .notCommitted(error)
        }
    }
}

/// The bytes of a chunk, all numbers little-endian:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | `erchunk` and 1, the version |
/// | 8 | 4 | index |
/// | 12 | 4 | p, the number of digests in the path |
/// | 16 | 4 | s, the size of the chunk in bytes |
/// | 20 | 32 p | the path from the leaf to the root |
/// | 20 + 32 p | s | the chunk |
extension Chunk {
    private static let magic = Array("erchunk".utf8) + [1]

    /// The bytes for a file or a message; the same for the same chunk everywhere.
    public var bytes: [UInt8] {
        var writer = ByteWriter(reserving: 20 + 32 * path.count + content.count)
        writer.write(raw: Chunk.magic)
        writer.write(UInt32(index))
        writer.write(UInt32(path.count))
        writer.write(UInt32(content.count))
        for digest in path { writer.write(digest) }
        writer.write(raw: content)
        return writer.bytes
    }

    /// Reads the bytes of a chunk. Whatever is accepted is what ``bytes`` gives back.
    ///
    /// - Throws: `FormatError` with the byte of the field that is wrong.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        var reader = ByteReader(bytes)
        guard try reader.read(count: 8) == Chunk.magic else {
            throw FormatError("a chunk begins with \"erchunk\" and the version 1", at: 0)
        }
        let index = Int(try reader.read(UInt32.self))
        let pathCount = Int(try reader.read(UInt32.self))
        let size = Int(try reader.read(UInt32.self))
        try Chunk.check(index: index, size: size, pathCount: pathCount)
        var path: [Digest] = []
        for _ in 0..<pathCount { path.append(try reader.readDigest()) }
        let content = try reader.read(count: size)
        try reader.finish()
        self.init(unchecked: index, content: content, path: path)
    }

    private static func check(index: Int, size: Int, pathCount: Int) throws(FormatError) {
        guard (1...longestPath).contains(pathCount) else {
            throw FormatError("a path has 1 to \(longestPath) digests, not \(pathCount)", at: 12)
        }
        guard (0..<1 << pathCount).contains(index) else {
            throw FormatError("no tree of \(1 << pathCount) chunks has a chunk \(index)", at: 8)
        }
        let longest = ErasureCode.longestBlob + ErasureCode.headerBytes
        guard (2...longest).contains(size), size % 2 == 0 else {
            throw FormatError("a chunk has an even number of bytes, 2 to \(longest)", at: 16)
        }
    }
}
