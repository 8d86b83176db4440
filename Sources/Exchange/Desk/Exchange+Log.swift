// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Ledger
internal import Identity
internal import Storage

/// The public log, entry by entry and tile by tile, as the network reads it.
extension Exchange {
    /// How many entries the journal has, and how many of them the last checkpoint signs.
    package var sizes: (entries: Int, signed: Int) { (log.size, head.sealedSize) }

    /// The key that checkpoints are signed with, in its C2SP form.
    package var verifierKey: String {
        VerifierKey(name: origin, party: node.id)?.description ?? ""
    }

    /// The bytes of one entry; nil beyond the end.
    package func leaf(at index: Int) throws -> [UInt8]? {
        guard index >= 0, index < log.size else { return nil }
        return try store.leaf(at: UInt64(index))
    }

    /// Some entries, the newest first.
    ///
    /// - Parameters:
    ///   - end: one past the newest; nil for the journal's end.
    ///   - count: how many, at most ``entriesAtOnce``.
    package func entries(
        before end: Int?, count: Int
    ) throws -> [(index: Int, entry: Entry)] {
        let end = min(max(0, end ?? log.size), log.size)
        let start = max(0, end - min(max(0, count), Exchange.entriesAtOnce))
        return try (start..<end).reversed().map { index in
            guard let leaf = try store.leaf(at: UInt64(index)) else {
                throw StorageError.damaged(line: UInt64(index), reason: "it is missing")
            }
            return (index, try Entry(leaf: leaf))
        }
    }

    /// The most entries that one look gives.
    package static let entriesAtOnce = 200

    /// The proof that an entry is in the log that the last checkpoint signs (C2SP tlog-proof).
    ///
    /// - Throws: when no checkpoint signs that entry yet.
    package func proof(of index: Int) throws -> TlogProof {
        guard index >= 0, index < head.sealedSize,
            let note = try store.mark(Exchange.checkpointMark)
        else {
            throw ExchangeError.unknown(
                what: "signed entry", name: "\(index)",
                hint: "the last checkpoint signs \(head.sealedSize) entries")
        }
        let path = try log.inclusionProof(of: index, size: head.sealedSize).path
        return try TlogProof(index: index, path: path, note: SignedNote(parsing: note))
    }

    /// The bytes of a tile of the signed log (C2SP tlog-tiles); nil for a tile that it does not have.
    package func tile(_ layout: TileLayout) throws -> [UInt8]? {
        guard layout.fits(size: head.sealedSize) else { return nil }
        let store = store
        return try TileWriter.file(layout, of: log) { index throws in
            try store.leaf(at: UInt64(index)) ?? []
        }.bytes
    }
}
