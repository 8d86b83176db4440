// SPDX-License-Identifier: Apache-2.0

/// The proof that one record is part of a ``StateTree``'s root.
public struct StateProof: Hashable, Sendable {
    /// The record's index.
    public let index: Int
    /// How many records the tree has.
    public let count: Int
    /// For each level from the leaves up, the other children of the node on the way, in order.
    public let path: [[Digest]]

    /// Takes a proof from elsewhere; ``verify(leaf:root:)`` judges it.
    public init(index: Int, count: Int, path: [[Digest]]) {
        self.index = index
        self.count = count
        self.path = path
    }

    /// Checks that the record with this leaf is part of the root.
    ///
    /// - Throws: ``ProofError`` with what was expected and what was found.
    /// - Cost: one hash a level.
    public func verify(leaf: Digest, root: Digest) throws(ProofError) {
        guard index >= 0, index < count else {
            throw .outOfRange(index: index, size: count)
        }
        var digest = leaf
        var place = index
        var width = count
        var height = 0
        while width > 1 {
            guard height < path.count else { throw .wrongLength(expected: height + 1, got: height) }
            let first = place / StateTree.fan * StateTree.fan
            let children = min(StateTree.fan, width - first)
            guard path[height].count == children - 1 else {
                throw .wrongLength(expected: children - 1, got: path[height].count)
            }
            var group = path[height]
            group.insert(digest, at: place - first)
            height += 1
            digest = StateTree.node(height: height, children: group)
            place /= StateTree.fan
            width = (width + StateTree.fan - 1) / StateTree.fan
        }
        guard path.count == height else { throw .wrongLength(expected: height, got: path.count) }
        let found = StateTree.root(count: count, top: digest)
        guard found == root else { throw .wrongRoot(expected: root, got: found) }
    }
}
