// SPDX-License-Identifier: Apache-2.0

/// The proof that an entry is in a log (RFC 9162 section 2.1.3).
public struct InclusionProof: Hashable, Sendable {
    /// The entry's index, from zero.
    public let index: Int
    /// How many entries the tree has.
    public let size: Int
    /// The sibling hashes from the leaf to the root.
    public let path: [Digest]

    /// Takes a proof from elsewhere; ``verify(leafHash:root:)`` judges it.
    public init(index: Int, size: Int, path: [Digest]) {
        self.index = index
        self.size = size
        self.path = path
    }

    /// Checks that the entry with this leaf hash is in the tree with this root.
    ///
    /// - Throws: ``ProofError`` with what was expected and what was found.
    /// - Cost: one hash for each digest of the path, at most 63.
    public func verify(leafHash: Digest, root: Digest) throws(ProofError) {
        let found = try self.root(leafHash: leafHash)
        guard found == root else { throw .wrongRoot(expected: root, got: found) }
    }

    /// The root that the proof leads to from this leaf hash.
    ///
    /// - Throws: ``ProofError`` when the place or the length of the path is impossible.
    public func root(leafHash: Digest) throws(ProofError) -> Digest {
        guard index >= 0, index < size else { throw .outOfRange(index: index, size: size) }
        let length = InclusionProof.length(index: index, size: size)
        guard path.count == length else { throw .wrongLength(expected: length, got: path.count) }
        var place = index
        var last = size - 1
        var digest = leafHash
        for sibling in path {
            if place & 1 == 1 || place == last {
                digest = MerkleLog.nodeHash(sibling, digest)
                while place & 1 == 0, place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                digest = MerkleLog.nodeHash(digest, sibling)
            }
            place >>= 1
            last >>= 1
        }
        return digest
    }

    /// How many siblings an entry has: below where its way leaves the last entry's, one for each
    /// level; above, one for each turn to the right.
    private static func length(index: Int, size: Int) -> Int {
        let inner = Int.bitWidth - (index ^ (size - 1)).leadingZeroBitCount
        return inner + (index >> inner).nonzeroBitCount
    }
}
