// SPDX-License-Identifier: Apache-2.0
public import Canon

/// The seal on all entries since the block before: what the journal and the state were then.
///
/// A block is itself an entry (kind ``kind``), so the next checkpoint signs it with the rest.
public struct Block: Hashable, Sendable {
    /// The kind of a block's entry.
    public static let kind = "block"

    /// Counts from 0.
    public let number: UInt64
    /// How many entries the journal held before this one, blocks included: this block's own index.
    public let size: UInt64
    /// The Merkle root of those entries (RFC 6962).
    public let root: Digest
    /// The root of the state after those entries.
    public let state: Digest
    /// The leaf hash of the block before; zero for the first.
    public let previous: Digest

    /// Seals a journal of that size.
    public init(number: UInt64, size: UInt64, root: Digest, state: Digest, previous: Digest) {
        self.number = number
        self.size = size
        self.root = root
        self.state = state
        self.previous = previous
    }

    /// The block as an entry.
    public func entry(at time: Timestamp) -> Entry {
        Entry(
            kind: Block.kind, time: time,
            body: [
                "number": .integer(Int64(number)), "size": .integer(Int64(size)),
                "root": .string(root.hex), "state": .string(state.hex),
                "previous": .string(previous.hex),
            ])
    }

    /// Reads a block's entry.
    public init(entry: Entry) throws(JournalError) {
        guard entry.kind == Block.kind, let number = entry.body["number"]?.integer, number >= 0,
            let size = entry.body["size"]?.integer, size >= 0,
            let root = entry.body["root"]?.string.flatMap(Digest.init(hex:)),
            let state = entry.body["state"]?.string.flatMap(Digest.init(hex:)),
            let previous = entry.body["previous"]?.string.flatMap(Digest.init(hex:)),
            entry.body.object?.count == 5
        else { throw .malformed("a block has number, size, root, state and previous") }
        self.init(
            number: UInt64(number), size: UInt64(size), root: root, state: state,
            previous: previous)
    }
}
