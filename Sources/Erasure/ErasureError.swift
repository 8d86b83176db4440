// SPDX-License-Identifier: Apache-2.0
public import Canon

/// Why something is not coded or not restored.
public enum ErasureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No such number of data chunks is used.
    case unsuitableCount(Int)
    /// No blob of so many bytes is coded.
    case unsuitableLength(Int)
    /// Data is not so many chunks of one even number of bytes.
    case unevenData(bytes: Int, dataChunks: Int)
    /// Chunks to be decoded do not have one even number of bytes.
    case unevenChunks
    /// A chunk to be decoded has an index that the code does not have.
    case outOfRange(index: Int, chunks: Int)
    /// Fewer different chunks than needed are right; the others that were given, and why not.
    case tooFewChunks(needed: Int, good: Int, refused: [Refusal])
    /// The chunks under the committed root are not those of any blob: whoever committed cheated.
    case notACodeword(committed: Digest, restored: Digest)
    /// The length inside of the coded data is not the committed one: whoever committed cheated.
    case wrongLength(committed: Int, restored: UInt64)
    /// Bytes behind the blob are not zero: whoever committed cheated.
    case wrongPadding
    /// The blob does not have the committed digest: whoever committed cheated.
    case wrongDigest(committed: Digest, restored: Digest)
    /// Not a number of chunks that can be needed out of so many.
    case unsuitableSampling(needed: Int, chunks: Int)

    /// What is wrong, and how to mend it.
    public var description: String {
        switch self {
        case .unsuitableCount(let count):
            """
            \(count) data chunks are not possible; choose a power of two from 1 to \
            \(ErasureCode.greatestCount)
            """
        case .unsuitableLength(let length):
            """
            a blob of \(length) bytes is not coded; cut it into blobs of 0 to \
            \(ErasureCode.longestBlob) bytes
            """
        case .unevenData(let bytes, let count):
            """
            \(bytes) bytes are not \(count) chunks of one even size; pad them to a multiple of \
            \(2 * count), and at least that
            """
        case .unevenChunks:
            "the chunks do not all have the same even number of bytes, at least 2; leave others out"
        case .outOfRange(let index, let chunks):
            "there is no chunk \(index) of \(chunks); leave it out"
        case .tooFewChunks(let needed, let good, let refused):
            """
            \(good) good chunks are not enough, \(needed) different ones are needed; fetch \
            \(needed - good) more\(refused.prefix(8).map { "; " + $0.description }.joined())\
            \(refused.count > 8 ? "; and \(refused.count - 8) others" : "")
            """
        case .notACodeword(let committed, let restored):
            """
            the committed root \(committed) is not that of a coded blob, which would have \
            \(restored); keep the chunks as evidence and refuse the commitment
            """
        case .wrongLength(let committed, let restored):
            """
            the commitment says \(committed) bytes and the data inside \(restored); refuse the \
            commitment
            """
        case .wrongPadding:
            "the bytes behind the blob are not all zero; refuse the commitment"
        case .wrongDigest(let committed, let restored):
            """
            the commitment says the digest \(committed) and the blob has \(restored); refuse the \
            commitment
            """
        case .unsuitableSampling(let needed, let chunks):
            """
            \(needed) chunks cannot be needed out of \(chunks); choose 1 to \
            \(2 * ErasureCode.greatestCount) chunks and a need of 1 to all of them
            """
        }
    }
}

/// Why a chunk is not one of those that were committed to.
public enum ChunkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The commitment has no chunk with this index.
    case outOfRange(index: Int, chunks: Int)
    /// The chunk does not have the committed size in bytes.
    case wrongSize(expected: Int, got: Int)
    /// The chunk and its path do not lead to the committed root.
    case notCommitted(ProofError)

    /// What was expected and what was found.
    public var description: String {
        switch self {
        case .outOfRange(let index, let chunks):
            "there is no chunk \(index) of \(chunks); ask for one from 0 to \(chunks - 1)"
        case .wrongSize(let expected, let got):
            "it has \(got) bytes instead of \(expected); fetch it again"
        case .notCommitted(let error):
            "it is not the one that was committed to (\(error)); fetch it again from elsewhere"
        }
    }
}

/// A chunk that was given for restoring a blob and is not used.
public struct Refusal: Hashable, Sendable, CustomStringConvertible {
    /// Which of the given chunks, from 0 in their order.
    public let place: Int
    /// The index that it claims.
    public let index: Int
    /// What is wrong with it.
    public let reason: ChunkError

    /// Which one, and what is wrong with it.
    public var description: String { "number \(place) as chunk \(index): \(reason)" }
}
