// SPDX-License-Identifier: Apache-2.0

/// The root of a log as it grows, without its past: one hash for each bit of the size.
///
/// Gives the same roots as ``MerkleLog``, for those who read a log once from end to end.
public struct MerkleFrontier: Hashable, Sendable {
    /// How many entries were added.
    public private(set) var size: Int
    /// The roots of the complete subtrees, from the left and largest to the smallest.
    public private(set) var peaks: [Digest]

    /// Starts empty.
    public init() {
        size = 0
        peaks = []
    }

    /// Takes a frontier that was kept elsewhere.
    ///
    /// - Throws: ``ProofError/wrongLength(expected:got:)`` unless there is one peak for each bit of
    ///   the size, and ``ProofError/outOfRange(index:size:)`` for a negative size.
    public init(size: Int, peaks: [Digest]) throws(ProofError) {
        guard size >= 0 else { throw .outOfRange(index: size, size: .max) }
        guard peaks.count == size.nonzeroBitCount else {
            throw .wrongLength(expected: size.nonzeroBitCount, got: peaks.count)
        }
        self.size = size
        self.peaks = peaks
    }

    /// Adds the leaf hash of one entry. Cost: amortised one node hash.
    public mutating func append(_ leafHash: Digest) {
        var digest = leafHash
        for _ in 0..<(~size).trailingZeroBitCount {
            digest = MerkleLog.nodeHash(peaks.removeLast(), digest)
        }
        peaks.append(digest)
        size += 1
    }

    /// The root of all entries so far. Cost: one hash for each bit of the size.
    public var root: Digest {
        guard var digest = peaks.last else { return MerkleLog.emptyRoot }
        for peak in peaks.dropLast().reversed() { digest = MerkleLog.nodeHash(peak, digest) }
        return digest
    }
}
