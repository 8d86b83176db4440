// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Ledger
package import Market

/// Reads a journal from the beginning: applies every entry and checks every block.
///
/// The node uses it on its own journal when it starts, an auditor on the public copy: the same
/// rules, so nothing that the node would take can look different to others.
package struct Replay: Sendable {
    /// The state after the entries read so far.
    package private(set) var state: MarketState
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

    /// Nothing was read.
    ///
    /// - Parameter knowsSignatures: whether the grants to come were checked before.
    package init(knowingSignatures knowsSignatures: Bool = false) {
        state = MarketState(knowingSignatures: knowsSignatures)
    }

    /// Takes the next entry.
    ///
    /// - Throws: whatever is wrong with it; the state is then no longer of use.
    package mutating func take(_ leaf: [UInt8], at index: UInt64) throws {
        let entry = try Entry(leaf: leaf)
        guard entry.time >= time else { throw JournalError.backwards(index: index) }
        time = entry.time
        if entry.kind == Block.kind {
            try check(try Block(entry: entry), at: index)
            previousBlock = MerkleLog.leafHash(leaf)
            blocks += 1
            log.append(previousBlock)
            sealedSize = log.size
        } else {
            let change = try Change(kind: entry.kind, body: entry.body)
            try state.apply(change, at: entry.time, index: index)
            if case .committed(_, let answer) = change { commits[answer] = index }
            log.append(MerkleLog.leafHash(leaf))
        }
        kinds[entry.kind, default: 0] += 1
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
