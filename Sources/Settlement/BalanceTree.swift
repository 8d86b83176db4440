// SPDX-License-Identifier: Apache-2.0
public import Fields

/// The accounts by a dense index, under one root: a binary tree of fixed depth, all of whose accounts are
/// there from the start, empty and without a salt.
///
/// So the root of a new tree is known to everybody, and nobody sees when an account is used first. A tree
/// that is full is grown by a level, to whose root everybody gets too: the old root is its left child, and
/// the right one is the root of a tree where nothing happened.
///
/// Memory: about 100 bytes for each account up to the last that was changed.
public struct BalanceTree: Sendable {
    /// How many levels there are below the root.
    public private(set) var depth: Int
    /// The hash of leaves and nodes.
    public let hash: StateHash
    /// The accounts by index, up to the last that was changed.
    private var leaves: [BalanceLeaf] = []
    /// The digests of each level, from the leaves to the root, as far as they were changed.
    private var levels: [[StateDigest]]
    /// The digest of a subtree of each height where nothing happened.
    private let empty: [StateDigest]

    /// The deepest tree.
    public static let mostDepth = 24

    /// A tree of 2 to the depth empty accounts.
    ///
    /// - Requires: a depth of 1 to 24.
    public init(depth: Int, hash: StateHash) {
        precondition(
            (1...BalanceTree.mostDepth).contains(depth), "a tree has 1 to 24 levels")
        (self.depth, self.hash) = (depth, hash)
        levels = Array(repeating: [], count: BalanceTree.mostDepth + 1)
        empty = BalanceTree.empty(hash)
    }

    /// The root of a tree where nothing happened.
    public static func root(depth: Int, hash: StateHash) -> StateDigest { empty(hash)[depth] }

    /// The root of a tree of that depth, grown by one level.
    public static func grown(
        _ root: StateDigest, depth: Int, hash: StateHash
    ) -> StateDigest { hash.node(root, empty(hash)[depth]) }

    private static func empty(_ hash: StateHash) -> [StateDigest] {
        var empty = [hash.leaf(BalanceLeaf.empty.elements)]
        while empty.count <= mostDepth { empty.append(hash.node(empty.last!, empty.last!)) }
        return empty
    }

    /// The root.
    public var root: StateDigest { digest(height: depth, 0) }

    /// The account at an index; an empty one where nothing happened.
    public subscript(index: Int) -> BalanceLeaf {
        leaves.indices.contains(index) ? leaves[index] : .empty
    }

    /// A node's digest, by its height above the leaves.
    func digest(height: Int, _ index: Int) -> StateDigest {
        index < levels[height].count ? levels[height][index] : empty[height]
    }

    /// Adds levels until there are so many.
    ///
    /// - Requires: at most 24.
    public mutating func grow(to depth: Int) {
        precondition(depth <= BalanceTree.mostDepth, "a tree has 1 to 24 levels")
        while self.depth < depth {
            self.depth += 1
            guard !levels[self.depth - 1].isEmpty else { continue }
            let below = self.depth - 1
            levels[self.depth] = [hash.node(digest(height: below, 0), digest(height: below, 1))]
        }
    }

    /// Puts other accounts in the place of some.
    ///
    /// - Parameter changes: by index, each once.
    /// - Requires: indices below 2 to the depth.
    /// - Cost: a hash for each, and for each node above one.
    public mutating func update(_ changes: [(index: Int, leaf: BalanceLeaf)]) {
        _ = replace(changes)
    }

    /// What stood where accounts were changed: the accounts, and of each height the digests, in the order of their
    /// indices.
    struct Replaced: Sendable {
        fileprivate var leaves: [(index: Int, leaf: BalanceLeaf)] = []
        fileprivate(set) var levels: [[(index: Int, digest: StateDigest)]] = []
    }

    /// Puts accounts and digests back, without working anything out.
    mutating func restore(_ replaced: Replaced) {
        for (index, leaf) in replaced.leaves { leaves[index] = leaf }
        for (height, level) in replaced.levels.enumerated() {
            for (index, digest) in level { levels[height][index] = digest }
        }
    }

    /// As ``update(_:)``, and gives what stood there: a tree that nobody else holds is changed where it is.
    mutating func replace(_ changes: [(index: Int, leaf: BalanceLeaf)]) -> Replaced {
        var replaced = Replaced()
        guard let last = changes.map(\.index).max() else { return replaced }
        precondition(last < 1 << depth, "there is no such account")
        if last >= leaves.count {
            leaves += Array(repeating: .empty, count: last + 1 - leaves.count)
        }
        for height in 0...depth {
            let missing = (last >> height) + 1 - levels[height].count
            guard missing > 0 else { continue }
            levels[height] += Array(repeating: empty[height], count: missing)
        }
        let digests = hash.leaves(changes.flatMap(\.leaf.elements))
        var touched = changes.map(\.index).sorted()
        replaced.leaves = changes.map { ($0.index, leaves[$0.index]) }
        replaced.levels.append(touched.map { ($0, levels[0][$0]) })
        for (change, digest) in zip(changes, digests) {
            leaves[change.index] = change.leaf
            levels[0][change.index] = digest
        }
        for height in 1...depth {
            // Each parent once: they rise as their children do.
            var parents: [Int] = []
            for child in touched where parents.last != child >> 1 { parents.append(child >> 1) }
            let pairs = parents.flatMap {
                [digest(height: height - 1, 2 * $0), digest(height: height - 1, 2 * $0 + 1)]
            }
            replaced.levels.append(parents.map { ($0, levels[height][$0]) })
            for (index, digest) in zip(parents, hash.parents(of: pairs)) {
                levels[height][index] = digest
            }
            touched = parents
        }
        return replaced
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
