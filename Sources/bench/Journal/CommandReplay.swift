// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Ledger
internal import Storage

/// Rebuilds the books from a journal of ledger commands on disk: read, decode, hash, apply, and the
/// same roots at the end.
enum CommandReplay {
    static func measure(in folder: String, batches: Int) throws -> [String: Double] {
        var bank = try Bank(in: folder)
        for batch in try Batches.commands(batches: batches, debtor: .anybody) {
            try bank.commit(batch)
        }
        let (expected, root) = (bank.journal.root, bank.books.root())
        let store = bank.journal.store
        var rates: [Double] = []
        for _ in 0..<3 {
            var books = Books()
            var log = MerkleLog()
            let timing = try Timing.of {
                try store.read(from: 0) { first, lines in
                    for line in lines {
                        let index = UInt64(log.size)
                        log.append(MerkleLog.leafHash(line.leaf))
                        // Blocks are JSON; they start with a brace.
                        guard line.leaf.first != UInt8(ascii: "{") else {
                            _ = try Block(entry: Entry(leaf: line.leaf))
                            continue
                        }
                        try books.apply(
                            try LedgerCommand(decoding: line.leaf), at: Timestamp(milliseconds: 0),
                            index: index)
                    }
                }
            }
            guard log.root == expected, books.root() == root else { throw ReplayDiffers() }
            rates.append(Double(log.size) / timing.wall)
        }
        return ["per_second": rates.median]
    }
}

/// A replay gave other roots.
struct ReplayDiffers: Error {}
