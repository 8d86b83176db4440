// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity
internal import Ledger
internal import Storage
internal import Synchronization

/// The journal of a bank: encodes, hashes, seals and stores groups in the order in which they come.
final class Journal: Sendable {
    let store: ExchangeStore
    private let node: SigningKey
    private let state = Mutex(State())

    private struct State {
        var log = MerkleLog()
        var blocks: UInt64 = 0
        var previousBlock = Digest.zero
    }

    init(path: String) throws {
        store = try ExchangeStore(path: path)
        var dice = Dice(1)
        node = SigningKey(using: &dice)
    }

    /// The root of all that was recorded.
    var root: Digest { state.withLock { $0.log.root } }

    /// Writes a group as one row and flushes it; a block and its checkpoint go with it.
    func record(_ group: Bank.Group) throws {
        try state.withLock { state in
            let before = UInt64(state.log.size)
            var lines: [JournalLine] = []
            lines.reserveCapacity(group.commands.count + 1)
            for command in group.commands {
                let leaf = command.encoded
                state.log.append(MerkleLog.leafHash(leaf))
                lines.append(JournalLine(leaf: leaf))
            }
            var notes: [Note] = []
            if let root = group.state {
                let block = Block(
                    number: state.blocks, size: UInt64(state.log.size), root: state.log.root,
                    state: root, previous: state.previousBlock)
                let leaf = try block.entry(at: group.time).leaf()
                state.previousBlock = MerkleLog.leafHash(leaf)
                state.blocks += 1
                state.log.append(state.previousBlock)
                lines.append(JournalLine(leaf: leaf))
                let checkpoint = try Checkpoint(
                    origin: "bench.example/bank", size: state.log.size, root: state.log.root)
                notes = [.mark("checkpoint", try checkpoint.signed(by: node).bytes)]
            }
            try store.write(lines, after: before, notes: notes)
        }
    }
}
