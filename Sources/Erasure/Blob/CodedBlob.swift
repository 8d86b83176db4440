// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// A blob in 2 k chunks under one Merkle root, any k of which restore it.
///
/// The data that is coded is the length of the blob in 8 little-endian bytes, the blob, and zeros up
/// to k whole chunks. The tree is that of RFC 6962 with each chunk as an entry.
///
/// - Memory: twice the blob, and 64 bytes for each chunk.
public struct CodedBlob: Sendable {
    /// What is published of it.
    public let commitment: Commitment
    /// All chunks, one after the other.
    let word: [UInt8]
    private let tree: MerkleLog

    /// Codes a blob of 0 bytes to 1 GiB. An empty one is a blob like any other.
    ///
    /// - Throws: ``ErasureError/unsuitableCount(_:)`` unless k is a power of two in 1 ... 1,024, and
    ///   ``ErasureError/unsuitableLength(_:)`` for a longer blob.
    /// - Cost: ``ErasureCode/codeword(of:)`` and SHA-256 over three times the blob: 200 MB/s for
    ///   k = 128 on the machine named there.
    public init(_ blob: [UInt8], dataChunks: Int) throws(ErasureError) {
        let code = try ErasureCode(dataChunks: dataChunks)
        let size = try code.chunkBytes(forBlobOf: blob.count)
        var word: [UInt8] = []
        word.reserveCapacity(code.chunks * size)
        withUnsafeBytes(of: UInt64(blob.count).littleEndian) { word.append(contentsOf: $0) }
        word.append(contentsOf: blob)
        word.append(contentsOf: repeatElement(0, count: code.chunks * size - word.count))
        code.fillParity(of: &word)
        try self.init(word: word, of: code, length: blob.count)
    }

    /// Commits to a word as it is, which a blob of the length has room in.
    init(word: [UInt8], of code: ErasureCode, length: Int) throws(ErasureError) {
        let size = word.count / code.chunks
        let start = ErasureCode.headerBytes
        let (tree, digest) = word.withUnsafeBytes { raw in
            let tree = MerkleLog(
                leafHashes: stride(from: 0, to: raw.count, by: size).lazy.map {
                    MerkleLog.leafHash(UnsafeRawBufferPointer(rebasing: raw[$0..<$0 + size]))
                })
            let blob = UnsafeRawBufferPointer(rebasing: raw[start..<start + length])
            return (tree, Digest(hashing: blob))
        }
        commitment = try Commitment(
            length: length, dataChunks: code.dataChunks, root: tree.root, blobDigest: digest)
        self.tree = tree
        self.word = word
    }

    /// How many chunks there are: 2 k.
    public var chunkCount: Int { commitment.code.chunks }

    /// The blob. Cost: a copy.
    public var blob: [UInt8] {
        Array(word[ErasureCode.headerBytes..<ErasureCode.headerBytes + commitment.length])
    }

    /// One chunk and the proof of its place.
    ///
    /// - Throws: ``ChunkError/outOfRange(index:chunks:)`` when there is no such chunk.
    /// - Cost: a copy of the chunk, and O(log k) hashes.
    public func chunk(_ index: Int) throws(ChunkError) -> Chunk {
        guard (0..<chunkCount).contains(index) else {
            throw .outOfRange(index: index, chunks: chunkCount)
        }
        let size = commitment.chunkBytes
        do {
            return Chunk(
                unchecked: index, content: Array(word[index * size..<(index + 1) * size]),
                path: try tree.inclusionProof(of: index).path)
        } catch {
            throw .notCommitted(error)
        }
    }
}
