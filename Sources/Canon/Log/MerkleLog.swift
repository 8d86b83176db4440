// SPDX-License-Identifier: Apache-2.0

/// The Merkle tree of an append-only log (RFC 6962 section 2.1, RFC 9162 section 2.1), in memory.
///
/// Keeps the hash of every complete subtree: 64 bytes an entry. Where only the root is wanted,
/// ``MerkleFrontier`` does with a few hundred bytes.
public struct MerkleLog: Sendable {
    /// `levels[l][i]` is the hash of the entries `i << l ..< (i + 1) << l`.
    private var levels: [[Digest]] = [[]]

    /// Starts empty.
    public init() {}

    /// Starts with these leaf hashes.
    public init(leafHashes: some Sequence<Digest>) {
        append(contentsOf: leafHashes)
    }

    /// How many entries there are.
    public var size: Int { levels[0].count }

    /// The leaf hash of an entry.
    ///
    /// - Requires: `0 <= index < size`.
    public subscript(index: Int) -> Digest { levels[0][index] }

    /// Adds the leaf hash of one entry and returns its index. Cost: amortised one node hash.
    @discardableResult
    public mutating func append(_ leafHash: Digest) -> Int {
        let index = levels[0].count
        levels[0].append(leafHash)
        var level = 0
        while levels[level].count % 2 == 0 {
            if levels.count == level + 1 { levels.append([]) }
            let last = levels[level].count - 1
            levels[level + 1].append(
                MerkleLog.nodeHash(levels[level][last - 1], levels[level][last]))
            level += 1
        }
        return index
    }

    /// Adds the leaf hashes of many entries. Cost: amortised one node hash each.
    public mutating func append(contentsOf leafHashes: some Sequence<Digest>) {
        levels[0].append(contentsOf: leafHashes)
        var level = 0
        while levels[level].count >= 2 {
            if levels.count == level + 1 { levels.append([]) }
            let below = levels[level]
            for index in levels[level + 1].count..<below.count / 2 {
                levels[level + 1].append(
                    MerkleLog.nodeHash(below[2 * index], below[2 * index + 1]))
            }
            level += 1
        }
    }

    /// The root of all entries. Cost: O(log size).
    public var root: Digest { hash(of: 0..<size) }

    /// The root of the first `size` entries.
    ///
    /// - Throws: ``ProofError/outOfRange(index:size:)`` when there are fewer.
    /// - Cost: O(log size).
    public func root(at size: Int) throws(ProofError) -> Digest {
        guard size >= 0, size <= self.size else {
            throw .outOfRange(index: size, size: self.size)
        }
        return hash(of: 0..<size)
    }

    /// The hash of the entries of one subtree of 2^level entries that is complete.
    package func subtree(level: Int, index: Int) -> Digest { levels[level][index] }

    /// The hash of the entries in a range that starts where a subtree of at least its width does.
    func hash(of range: Range<Int>) -> Digest {
        guard !range.isEmpty else { return MerkleLog.emptyRoot }
        // The range is complete subtrees of falling width, one for each bit of its length.
        var end = range.upperBound
        var rest = range.count
        var digest: Digest?
        while rest > 0 {
            let level = rest.trailingZeroBitCount
            let part = levels[level][(end >> level) - 1]
            digest = digest.map { MerkleLog.nodeHash(part, $0) } ?? part
            end -= 1 << level
            rest &= rest - 1
        }
        return digest ?? MerkleLog.emptyRoot
    }
}

extension MerkleLog {
    /// The root of a log without entries: the digest of no bytes.
    public static let emptyRoot = Digest(of: [])

    /// The hash of an entry: SHA-256 of 0x00 and its bytes.
    public static func leafHash(_ entry: [UInt8]) -> Digest {
        entry.withUnsafeBytes { leafHash($0) }
    }

    /// The hash of an entry whose bytes are elsewhere: SHA-256 of 0x00 and the bytes.
    public static func leafHash(_ entry: UnsafeRawBufferPointer) -> Digest {
        guard entry.count <= 1023 else { return Digest(hashing: 0x00, entry) }
        // Small entries are put behind their prefix first: one call to the hash is cheaper than two.
        return withUnsafeTemporaryAllocation(byteCount: entry.count + 1, alignment: 8) { room in
            room[0] = 0x00
            UnsafeMutableRawBufferPointer(rebasing: room[1...]).copyMemory(from: entry)
            return Digest(hashing: UnsafeRawBufferPointer(room))
        }
    }

    /// The hash of a node: SHA-256 of 0x01 and its two children.
    public static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { room in
            room[0] = 0x01
            left.store(into: room, at: 1)
            right.store(into: room, at: 33)
            return Digest(hashing: UnsafeRawBufferPointer(room))
        }
    }

    /// The greatest power of two below a count of two or more (RFC 6962's k).
    static func split(_ count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}
