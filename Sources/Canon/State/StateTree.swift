// SPDX-License-Identifier: Apache-2.0

/// A Merkle tree over records that are numbered from zero without gaps, kept up to date cheaply:
/// the root of a machine's state after each block.
///
/// Sixteen children a node, so a root after `k` changes costs about `k` hashes of 512 bytes:
///
///     node  = SHA-256(0x10, height: u8, the 1…16 children that exist, 32 bytes each)
///     root  = SHA-256(0x11, count: u64 little-endian, top)
///
/// `height` is 1 just above the leaves. The top is the only node of the highest level; with one
/// record it is its leaf, with none it is ``Digest/zero``. The root binds the count, and the count
/// fixes the shape, so no two lists of leaves share a root.
///
/// A leaf should be a digest of the whole record under a prefix of its own kind.
public struct StateTree: Sendable {
    /// Children of one node.
    static let fan = 16

    /// `levels[0]` are the leaves; each further level has one node for sixteen below.
    private var levels: [[Digest]] = [[]]
    /// Nodes that no longer fit their children, by level; at level 0, leaves that were left open.
    private var stale: [Bitmap] = [Bitmap()]
    private var sealed: Digest?

    /// Starts with no records.
    public init() {}

    /// Starts with these records. Cost: one node hash for fifteen records, at the first root.
    public init(leaves: [Digest]) {
        for leaf in leaves { append(leaf) }
    }

    /// How many records there are.
    public var count: Int { levels[0].count }

    /// The leaf of a record, as last set.
    ///
    /// - Requires: `0 <= index < count`.
    public subscript(index: Int) -> Digest { levels[0][index] }

    /// Adds a record after the last and returns its index. Cost: amortised O(1), no hashing.
    @discardableResult
    public mutating func append(_ leaf: Digest) -> Int {
        let index = levels[0].count
        levels[0].append(leaf)
        stale[0].grow(to: index + 1)
        touch(parentOf: index)
        return index
    }

    /// Adds a record whose leaf is asked for by the next ``root(leaf:)``.
    @discardableResult
    public mutating func appendOpen() -> Int {
        let index = append(.zero)
        stale[0].insert(index)
        return index
    }

    /// Replaces the leaf of a record. Cost: O(1), no hashing.
    ///
    /// - Requires: `0 <= index < count`.
    public mutating func update(_ index: Int, _ leaf: Digest) {
        levels[0][index] = leaf
        stale[0].remove(index)
        touch(parentOf: index)
    }

    /// Says that a record changed; its leaf is asked for by the next ``root(leaf:)``, so a record
    /// that changes a thousand times between two roots is hashed once.
    ///
    /// - Requires: `0 <= index < count`.
    public mutating func open(_ index: Int) {
        precondition(index >= 0 && index < count, "no such record")
        stale[0].insert(index)
        touch(parentOf: index)
    }

    /// The root of all records as they are now.
    ///
    /// - Requires: no leaf is open.
    /// - Cost: one hash for each node above a record that changed since the last root.
    public var root: Digest {
        mutating get {
            if let sealed { return sealed }
            precondition(stale[0].isEmpty, "a leaf is open; ask with root(leaf:)")
            return seal()
        }
    }

    /// The root, after asking for the leaf of every open record, in rising order.
    public mutating func root(leaf: (Int) -> Digest) -> Digest {
        if let sealed { return sealed }
        stale[0].drain { levels[0][$0] = leaf($0) }
        return seal()
    }

    /// Proves that one record is part of the present root.
    ///
    /// - Requires: `0 <= index < count`, and no leaf is open.
    /// - Cost: that of ``root``, and up to fifteen digests a level.
    public mutating func proof(of index: Int) -> StateProof {
        precondition(index >= 0 && index < count, "no such record")
        _ = root
        var path: [[Digest]] = []
        var place = index
        for level in levels.dropLast() {
            let first = place / StateTree.fan * StateTree.fan
            let group = first..<min(first + StateTree.fan, level.count)
            path.append(group.filter { $0 != place }.map { level[$0] })
            place /= StateTree.fan
        }
        return StateProof(index: index, count: count, path: path)
    }

    private mutating func touch(parentOf index: Int) {
        sealed = nil
        if stale.count == 1 { stale.append(Bitmap()) }
        let parent = index / StateTree.fan
        stale[1].grow(to: parent + 1)
        stale[1].insert(parent)
    }

    private mutating func seal() -> Digest {
        var height = 1
        while levels[height - 1].count > 1 {
            let width = (levels[height - 1].count + StateTree.fan - 1) / StateTree.fan
            if levels.count == height { levels.append([]) }
            if stale.count == height + 1 { stale.append(Bitmap()) }
            levels[height].grow(to: width)
            stale[height].grow(to: width)
            stale[height + 1].grow(to: (width + StateTree.fan - 1) / StateTree.fan)
            rehash(height)
            height += 1
        }
        let root = StateTree.root(count: count, top: levels[height - 1].first ?? .zero)
        sealed = root
        return root
    }

    /// Hashes the stale nodes of one level and marks the nodes above them.
    private mutating func rehash(_ height: Int) {
        let below = levels[height - 1]
        var nodes = levels[height]
        levels[height] = []
        var above = stale[height + 1]
        stale[height + 1] = Bitmap()
        below.withUnsafeBufferPointer { children in
            withUnsafeTemporaryAllocation(byteCount: 2 + 32 * StateTree.fan, alignment: 8) { room in
                room[0] = 0x10
                room[1] = UInt8(height)
                stale[height].drain { index in
                    let first = index * StateTree.fan
                    let last = min(first + StateTree.fan, children.count)
                    for (place, child) in (first..<last).enumerated() {
                        children[child].store(into: room, at: 2 + 32 * place)
                    }
                    nodes[index] = Digest(
                        hashing: UnsafeRawBufferPointer(
                            rebasing: room[..<(2 + 32 * (last - first))]))
                    above.insert(index / StateTree.fan)
                }
            }
        }
        levels[height] = nodes
        stale[height + 1] = above
    }

    static func node(height: Int, children: [Digest]) -> Digest {
        Digest(of: [0x10, UInt8(height)], children.flatMap(\.bytes))
    }

    static func root(count: Int, top: Digest) -> Digest {
        var out = ByteWriter()
        out.write(UInt8(0x11))
        out.write(UInt64(count))
        out.write(top)
        return Digest(of: out.bytes)
    }
}

extension Array<Digest> {
    fileprivate mutating func grow(to width: Int) {
        if count < width { append(contentsOf: repeatElement(.zero, count: width - count)) }
    }
}
