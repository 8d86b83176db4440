// SPDX-License-Identifier: Apache-2.0

/// The proof that a log only grew between two sizes (RFC 9162 section 2.1.4).
public struct ConsistencyProof: Hashable, Sendable {
    /// The size of the earlier tree.
    public let old: Int
    /// The size of the later tree.
    public let new: Int
    /// The hashes in the order of the standard.
    public let path: [Digest]

    /// Takes a proof from elsewhere; ``verify(oldRoot:newRoot:)`` judges it.
    public init(old: Int, new: Int, path: [Digest]) {
        self.old = old
        self.new = new
        self.path = path
    }

    /// Checks that the tree with the new root begins with all of the tree with the old root.
    ///
    /// Every tree extends the empty one: for an `old` of zero the path is empty and the old root is
    /// ``MerkleLog/emptyRoot``, and nothing is said about the new root.
    ///
    /// - Throws: ``ProofError`` with what was expected and what was found.
    /// - Cost: two hashes for each digest of the path, which has at most 64.
    public func verify(oldRoot: Digest, newRoot: Digest) throws(ProofError) {
        guard old >= 0, old <= new else { throw .wrongSizes(old: old, new: new) }
        guard old > 0, old < new else {
            guard path.isEmpty else { throw .wrongLength(expected: 0, got: path.count) }
            let expected = old == 0 ? MerkleLog.emptyRoot : newRoot
            guard oldRoot == expected else {
                throw .wrongOldRoot(expected: oldRoot, got: expected)
            }
            return
        }
        let length = ConsistencyProof.length(old: old, new: new)
        guard path.count == length else { throw .wrongLength(expected: length, got: path.count) }
        // A complete old tree is its own first node, and left out of the path.
        let nodes = old.nonzeroBitCount == 1 ? [oldRoot] + path : path
        let shift = old.trailingZeroBitCount
        var place = (old - 1) >> shift
        var last = (new - 1) >> shift
        var first = nodes[0]
        var second = nodes[0]
        for node in nodes.dropFirst() {
            if place & 1 == 1 || place == last {
                first = MerkleLog.nodeHash(node, first)
                second = MerkleLog.nodeHash(node, second)
                while place & 1 == 0, place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                second = MerkleLog.nodeHash(second, node)
            }
            place >>= 1
            last >>= 1
        }
        guard first == oldRoot else { throw .wrongOldRoot(expected: oldRoot, got: first) }
        guard second == newRoot else { throw .wrongRoot(expected: newRoot, got: second) }
    }

    /// As many hashes as an inclusion proof of the last old entry in the new tree has above the
    /// greatest complete subtree that ends there, and that subtree unless it is the old tree.
    private static func length(old: Int, new: Int) -> Int {
        let inner = Int.bitWidth - ((old - 1) ^ (new - 1)).leadingZeroBitCount
        let start = old.nonzeroBitCount == 1 ? 0 : 1
        return inner - old.trailingZeroBitCount + start + ((old - 1) >> inner).nonzeroBitCount
    }
}
