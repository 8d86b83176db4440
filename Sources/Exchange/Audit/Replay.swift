// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Ledger
package import Market

/// Reads a journal from the beginning: applies every entry and checks every block.
///
/// The node uses it on its own journal when it starts, an auditor on the public copy: the same
/// rules, so nothing that the node would take can look different to others.
package struct Replay: Sendable {
    /// The state after the entries read so far.
    package private(set) var state = MarketState()
    /// The Merkle log of the entries read so far.
    package private(set) var log = MerkleLog()
    /// How many blocks there were.
    package private(set) var blocks: UInt64 = 0
    /// The leaf hash of the last block.
    package private(set) var previousBlock = Digest.zero
    /// The size of the log just after the last block.
    package private(set) var sealedSize = 0
    /// How many entries of each kind there were.
    package private(set) var kinds: [String: Int] = [:]
    /// Where the entries that commit to answers stand.
    package private(set) var commits: [Digest: UInt64] = [:]
    /// The time of the last entry.
    package private(set) var time = Timestamp(milliseconds: .min)

    /// Whether the signatures of grants were checked before: so when a node replays its own
    /// journal, whose entries it checked as it took them.
    let knowsSignatures: Bool

    /// Nothing was read.
    ///
    /// - Parameter knowsSignatures: whether the grants to come were checked before.
    package init(knowingSignatures knowsSignatures: Bool = false) {
        self.knowsSignatures = knowsSignatures
    }

    /// Takes the next entry.
    ///
    /// - Throws: whatever is wrong with it; the state is then no longer of use.
    package mutating func take(_ leaf: [UInt8], at index: UInt64) throws {
        try take(ReadLeaf(leaf, checkingGrants: !knowsSignatures), at: index)
    }

    /// Takes the next entry, which was read before.
    ///
    /// - Throws: as ``take(_:at:)``, in the order of the entries.
    mutating func take(_ leaf: ReadLeaf, at index: UInt64) throws {
        let entry = try leaf.entry.get()
        guard entry.time >= time else { throw JournalError.backwards(index: index) }
        time = entry.time
        switch entry.content {
        case .block(let block):
            try check(block, at: index)
            previousBlock = leaf.hash
            blocks += 1
            log.append(leaf.hash)
            sealedSize = log.size
        case .change(let change):
            let isChecked = knowsSignatures || entry.hasGoodGrant
            try state.apply(change, at: entry.time, index: index, grantChecked: isChecked)
            if case .committed(_, let answer) = change { commits[answer] = index }
            log.append(leaf.hash)
        }
        kinds[entry.kind, default: 0] += 1
    }

    /// Takes all that a store keeps, reading some thousand entries at a time on two threads.
    ///
    /// - Throws: ``ExchangeError/replay(line:reason:)`` for the first entry that is wrong, and what
    ///   the store throws.
    package mutating func take(all store: some JournalStore) throws {
        var waiting: [[UInt8]] = []
        try store.read(from: 0) { _, lines in
            waiting.append(contentsOf: lines.map(\.leaf))
            if waiting.count >= ReadLeaf.batch { try take(&waiting) }
        }
        try take(&waiting)
    }

    private mutating func take(_ waiting: inout [[UInt8]]) throws {
        for leaf in ReadLeaf.all(waiting, checkingGrants: !knowsSignatures) {
            let index = UInt64(log.size)
            do { try take(leaf, at: index) } catch {
                throw ExchangeError.replay(line: index, reason: "\(error)")
            }
        }
        waiting = []
    }

    private mutating func check(_ block: Block, at index: UInt64) throws {
        guard block.number == blocks else {
            throw BlockError.number(expected: blocks, got: block.number)
        }
        guard block.size == index else { throw BlockError.size(expected: index, got: block.size) }
        guard block.previous == previousBlock else {
            throw BlockError.previous(expected: previousBlock, got: block.previous)
        }
        guard block.root == log.root else {
            throw BlockError.root(expected: log.root, got: block.root)
        }
        let root = state.root()
        guard block.state == root else { throw BlockError.state(expected: root, got: block.state) }
    }
}

/// What does not hold in a block.
package enum BlockError: Error, Hashable, Sendable, CustomStringConvertible {
    case number(expected: UInt64, got: UInt64)
    case size(expected: UInt64, got: UInt64)
    case previous(expected: Digest, got: Digest)
    case root(expected: Digest, got: Digest)
    case state(expected: Digest, got: Digest)

    /// What does not hold.
    package var description: String {
        switch self {
        case .number(let expected, let got): "the block is number \(got), not \(expected)"
        case .size(let expected, let got): "the block counts \(got) entries, there are \(expected)"
        case .previous(let expected, let got):
            "the block follows \(got.short)…, not \(expected.short)…"
        case .root(let expected, let got):
            "the block's log root is \(got.short)…, the entries give \(expected.short)…"
        case .state(let expected, let got):
            "the block's state root is \(got.short)…, the entries give \(expected.short)…"
        }
    }
}
