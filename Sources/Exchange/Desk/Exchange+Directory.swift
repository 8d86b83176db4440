// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Ledger
internal import Consent
internal import Market
internal import Storage

/// The public journal read in order and by name, for whoever makes a directory of it.
extension Exchange {
    /// Ends a reading before the journal does.
    private struct Enough: Error {}

    /// Some entries in their order, from one on; at least `count` of them unless the journal ends.
    package func entries(from index: Int, count: Int) throws -> [(index: Int, entry: Entry)] {
        var found: [(index: Int, entry: Entry)] = []
        guard index >= 0, index < log.size else { return [] }
        do {
            try store.read(from: UInt64(index)) { first, lines in
                for (offset, line) in lines.enumerated() {
                    found.append((Int(first) + offset, try Entry(leaf: line.leaf)))
                }
                if found.count >= count { throw Enough() }
            }
        } catch is Enough {}
        return found
    }

    /// The entries at some places; places beyond the end have none.
    package func entries(at places: [Int]) throws -> [(index: Int, entry: Entry)] {
        try places.compactMap { index in
            try leaf(at: index).map { (index, try Entry(leaf: $0)) }
        }
    }

    /// The hash of an entry's leaf in the log; nil beyond the end.
    package func leafHash(at index: Int) -> Digest? {
        index >= 0 && index < log.size ? log.subtree(level: 0, index: index) : nil
    }

    /// The entry that a digest names: by its own hash, as a grant, or as an answer that it commits to.
    ///
    /// - Cost: constant, but for what the journal grew by since the last time.
    package func place(of digest: Digest) -> Int? {
        if let place = state.consent.index(of: digest) {
            return Int(state.consent.journalIndex(at: place))
        }
        if let index = head.commits[digest] { return Int(index) }
        return leaves.place(of: digest, in: log)
    }
}
