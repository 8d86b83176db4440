// SPDX-License-Identifier: Apache-2.0
public import Fields

/// The accounts by a dense index, under one root: a binary tree of fixed depth, empty places being zero digests.
///
/// Memory: 32 bytes for each node that is not empty, and the leaves.
public struct BalanceTree: Sendable {
    /// How many levels there are below the root.
    public let depth: Int
    /// The hash of leaves and nodes.
    public let hash: StateHash
    /// The accounts, by index.
    public private(set) var leaves: [BalanceLeaf] = []
    /// The digests of each level, from the leaves to the root, as far as they are not empty.
    private var levels: [[StateDigest]]
    /// The digest of an empty subtree of each height.
    private let empty: [StateDigest]

    /// An empty tree for 2 to the depth accounts.
    ///
    /// - Requires: a depth of 1 to 24.
    public init(depth: Int, hash: StateHash) {
        precondition((1...24).contains(depth), "a tree has 1 to 24 levels")
        (self.depth, self.hash) = (depth, hash)
        levels = Array(repeating: [], count: depth + 1)
        var empty = [StateDigest.zero]
        for _ in 0..<depth {
            let last = empty[empty.count - 1].elements
            empty.append(hash.leaf(last + last))
        }
        self.empty = empty
    }

    /// The root.
    public var root: StateDigest { digest(height: depth, 0) }

    /// A node's digest, by its height above the leaves.
    func digest(height: Int, _ index: Int) -> StateDigest {
        index < levels[height].count ? levels[height][index] : empty[height]
    }

    /// Adds accounts behind those that are there.
    ///
    /// - Cost: a hash for each, and for each node above them.
    public mutating func append(_ some: [BalanceLeaf]) {
        precondition(leaves.count + some.count <= 1 << depth, "the tree is full")
        let first = leaves.count
        leaves += some
        levels[0] += hash.leaves(some.flatMap(\.elements))
        for height in 1...depth {
            let start = first >> height
            let end = (leaves.count - 1) >> height
            guard start <= end else { break }
            let inputs = (start...end).flatMap {
                digest(height: height - 1, 2 * $0).elements
                    + digest(height: height - 1, 2 * $0 + 1).elements
            }
            levels[height].removeSubrange(start..<levels[height].count)
            levels[height] += hash.leaves(inputs)
        }
    }

    /// Puts other accounts in the place of some.
    ///
    /// - Parameter changes: by index; every one must be there.
    public mutating func update(_ changes: [(index: Int, leaf: BalanceLeaf)]) {
        let digests = hash.leaves(changes.flatMap(\.leaf.elements))
        for (change, digest) in zip(changes, digests) {
            leaves[change.index] = change.leaf
            levels[0][change.index] = digest
        }
        var touched = Set(changes.map { $0.index >> 1 }).sorted()
        for height in 1...depth {
            let inputs = touched.flatMap {
                digest(height: height - 1, 2 * $0).elements
                    + digest(height: height - 1, 2 * $0 + 1).elements
            }
            for (index, digest) in zip(touched, hash.leaves(inputs)) {
                levels[height][index] = digest
            }
            touched = Set(touched.map { $0 >> 1 }).sorted()
        }
    }

    /// The siblings of an account's path, from the leaf to below the root.
    public func path(of index: Int) -> [StateDigest] {
        (0..<depth).map { digest(height: $0, index >> $0 ^ 1) }
    }

    /// The root that an account and its path give.
    public static func root(
        of leaf: BalanceLeaf, at index: Int, path: [StateDigest], hash: StateHash
    ) -> StateDigest {
        var digest = hash.leaf(leaf.elements)
        for (height, sibling) in path.enumerated() {
            let isRight = index >> height & 1 == 1
            let pair = isRight ? (sibling, digest) : (digest, sibling)
            digest = hash.node(pair.0, pair.1)
        }
        return digest
    }
}
