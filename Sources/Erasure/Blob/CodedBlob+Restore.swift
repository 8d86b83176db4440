// SPDX-License-Identifier: Apache-2.0

/// A blob that was restored, and what was not used for it.
public struct Restoration: Sendable {
    /// The blob with all of its chunks, lost ones too.
    public let coded: CodedBlob
    /// The given chunks that are not those that were committed to, in their order.
    public let refused: [Refusal]

    /// The blob. Cost: a copy.
    public var blob: [UInt8] { coded.blob }
}

extension CodedBlob {
    /// Restores a blob from any k different chunks that were committed to, in any order.
    ///
    /// Chunks that were not are left out and named; the same chunk twice counts once. All readers
    /// of a commitment come to the same result, whichever k right chunks they have: the blob, or the
    /// same one of the errors that say that whoever committed cheated. For that, the restored data
    /// is coded again and has to give the committed root.
    ///
    /// - Throws: ``ErasureError/tooFewChunks(needed:good:refused:)`` with the chunks that are bad;
    ///   ``ErasureError/notACodeword(committed:restored:)``, then
    ///   ``ErasureError/wrongLength(committed:restored:)``, ``ErasureError/wrongPadding`` and
    ///   ``ErasureError/wrongDigest(committed:restored:)`` for commitments that are not of a blob.
    /// - Cost: a hash of each chunk, ``ErasureCode/data(from:)``, and as much as to code the blob: for
    ///   k = 128 about 95 MB/s, or 170 MB/s when all data chunks are there. Memory for twice the blob
    ///   besides the chunks.
    public static func restore(
        from chunks: [Chunk], against commitment: Commitment
    ) throws(ErasureError) -> Restoration {
        var pieces: [Int: [UInt8]] = [:]
        var refused: [Refusal] = []
        for (place, chunk) in chunks.enumerated() {
            do throws(ChunkError) {
                try chunk.verify(against: commitment)
                pieces[chunk.index] = chunk.content
            } catch {
                refused.append(Refusal(place: place, index: chunk.index, reason: error))
            }
        }
        let code = commitment.code
        guard pieces.count >= code.dataChunks else {
            throw .tooFewChunks(needed: code.dataChunks, good: pieces.count, refused: refused)
        }
        let size = commitment.chunkBytes
        var word = [UInt8](repeating: 0, count: code.chunks * size)
        code.fillData(of: &word, from: pieces, size: size)
        code.fillParity(of: &word)
        let coded = try CodedBlob(word: word, of: code, length: commitment.length)
        try coded.check(against: commitment)
        return Restoration(coded: coded, refused: refused)
    }

    /// Checks that a codeword is that of a blob, and of the committed one.
    private func check(against other: Commitment) throws(ErasureError) {
        guard commitment.root == other.root else {
            throw .notACodeword(committed: other.root, restored: commitment.root)
        }
        let length = word[..<ErasureCode.headerBytes].reversed().reduce(UInt64(0)) {
            $0 << 8 | UInt64($1)
        }
        guard length == UInt64(other.length) else {
            throw .wrongLength(committed: other.length, restored: length)
        }
        let end = ErasureCode.headerBytes + other.length
        guard word[end..<word.count / 2].allSatisfy({ $0 == 0 }) else { throw .wrongPadding }
        guard commitment.blobDigest == other.blobDigest else {
            throw .wrongDigest(committed: other.blobDigest, restored: commitment.blobDigest)
        }
    }
}
