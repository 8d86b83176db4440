// SPDX-License-Identifier: Apache-2.0
internal import Market
package import Canon
package import Identity
internal import Ledger

/// Checks an exchange from its public part alone, trusting nobody.
///
/// In order: the checkpoint's signature; every file of the log against the entries; every entry
/// against every rule, by the same replay that the node uses; every block's roots; the sums of the
/// books; and that the log continues the one that was seen before. The first thing that does not
/// hold is named with its place.
package struct Auditor: Sendable {
    let folder: String
    private let expected: PartyID?
    private let since: String?

    /// Looks at a public copy.
    ///
    /// - Parameters:
    ///   - expected: the node's key as the auditor knows it; without it the key in the copy is
    ///     taken at its word.
    ///   - since: a checkpoint that was kept from an earlier copy, or that copy's folder: the log
    ///     must continue it, so that nothing before it was changed.
    package init(folder: String, expecting expected: PartyID? = nil, since: String? = nil) {
        self.folder = folder
        self.expected = expected
        self.since = since
    }

    /// Checks everything.
    ///
    /// - Throws: ``AuditFinding`` for the first thing that does not hold.
    package func verify(
        progress: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(AuditFinding) -> AuditReport {
        let (key, checkpoint) = try signedCheckpoint()
        var replay = Replay()
        while replay.head.log.size < checkpoint.size {
            let end = min(checkpoint.size, replay.head.log.size + ReadLeaf.batch)
            try check(bundles(from: replay.head.log.size, to: end), with: &replay)
            progress?(replay.head.log.size, checkpoint.size)
        }
        guard replay.head.log.root == checkpoint.root else {
            throw AuditFinding(
                "the entries give the root \(replay.head.log.root.short)…, the checkpoint signs "
                    + "\(checkpoint.root.short)…", at: TileLayout.checkpoint)
        }
        try checkUpperTiles(of: replay.head.log)
        guard replay.head.state.node == key else {
            throw AuditFinding(
                "the exchange began under another key than signs the checkpoint", at: "entry 0")
        }
        guard replay.head.sealedSize == checkpoint.size else {
            throw AuditFinding("the last entry is not a block", at: "entry \(checkpoint.size - 1)")
        }
        if let problem = replay.head.state.imbalance {
            throw AuditFinding(problem, at: "the books")
        }
        try checkContinuation(of: replay.head.log, signedBy: key)
        try checkProofs(of: replay.head.state)
        return AuditReport(
            checkpoint: checkpoint, replay: replay, keyWasKnown: expected != nil,
            continues: since != nil)
    }

    /// A file of entries and the file of their hashes.
    private struct Bundle {
        let file: TileLayout
        let hashFile: TileLayout
        let entries: [[UInt8]]
        let hashes: [Digest]
    }

    private func bundles(from start: Int, to end: Int) throws(AuditFinding) -> [Bundle] {
        var bundles: [Bundle] = []
        for first in stride(from: start, to: end, by: TileLayout.width) {
            let index = first / TileLayout.width
            let width = min(TileLayout.width, end - first)
            guard let file = TileLayout(.entries, index: index, width: width),
                let hashFile = TileLayout(.hashes(level: 0), index: index, width: width)
            else { throw AuditFinding("no file can hold it", at: "entry \(first)") }
            let entries = try read(file) { try TileReader.entries($0, count: width) }
            let hashes = try read(hashFile) { try TileReader.hashes($0, count: width) }
            bundles.append(
                Bundle(file: file, hashFile: hashFile, entries: entries, hashes: hashes))
        }
        return bundles
    }

    /// Entries are read on all threads, then taken one by one.
    private func check(
        _ bundles: [Bundle], with replay: inout Replay
    ) throws(AuditFinding) {
        let leaves = ReadLeaf.all(bundles.flatMap(\.entries), checkingGrants: true)
        for (place, leaf) in leaves.enumerated() {
            let bundle = bundles[place / TileLayout.width]
            let index = replay.head.log.size
            guard leaf.hash == bundle.hashes[place % TileLayout.width] else {
                throw AuditFinding(
                    "entry \(index) is not the one whose hash stands in \(bundle.hashFile.path)",
                    at: "\(bundle.file.path), entry \(index)")
            }
            do { try replay.take(leaf, at: UInt64(index)) } catch {
                throw AuditFinding("\(error)", at: "entry \(index)")
            }
        }
    }

    private func checkContinuation(
        of log: MerkleLog, signedBy key: PartyID
    ) throws(AuditFinding) {
        guard let since else { return }
        let earlier = try Auditor.checkpoint(at: since, of: key)
        guard earlier.size <= log.size else {
            throw AuditFinding(
                "it signs \(earlier.size) entries, this copy has \(log.size): it is an older one, "
                    + "or entries were taken away", at: since)
        }
        guard (try? log.root(at: earlier.size)) == earlier.root else {
            throw AuditFinding(
                "what it signs is not how this log begins: the past was changed", at: since)
        }
    }

    /// A checkpoint that a node signed, from a file or from the folder of a public copy.
    static func checkpoint(
        at path: String, of node: PartyID
    ) throws(AuditFinding) -> Checkpoint {
        guard
            let note = PublicFolder.read(path + "/" + TileLayout.checkpoint)
                ?? PublicFolder.read(path)
        else { throw AuditFinding("there is no checkpoint and no public copy", at: "'\(path)'") }
        guard let key = VerifierKey(name: Exchange.origin(of: node), party: node) else {
            throw AuditFinding("the node's key signs no checkpoints", at: path)
        }
        do { return try Checkpoint(verifying: note, by: key) } catch {
            throw AuditFinding("it is no checkpoint that this node signed (\(error))", at: path)
        }
    }

    private func signedCheckpoint() throws(AuditFinding) -> (PartyID, Checkpoint) {
        guard let text = PublicFolder.read(folder + "/" + Exchange.verifierKeyFile),
            let note = PublicFolder.read(folder + "/" + TileLayout.checkpoint)
        else {
            throw AuditFinding(
                "there is no public copy here; make one with `dividend journal export`",
                at: folder)
        }
        let key: VerifierKey
        let line = String(decoding: text, as: UTF8.self)
        do {
            guard line.last == "\n" else { throw FormatError("the line does not end", at: 0) }
            key = try VerifierKey(String(line.dropLast()))
        } catch {
            throw AuditFinding("\(error)", at: Exchange.verifierKeyFile)
        }
        guard let party = key.party else {
            throw AuditFinding("the key is no Ed25519 key", at: Exchange.verifierKeyFile)
        }
        if let expected, expected != party {
            throw AuditFinding(
                "the key is \(party.did), not the expected \(expected.did)",
                at: Exchange.verifierKeyFile)
        }
        do {
            return (party, try Checkpoint(verifying: note, by: key))
        } catch {
            throw AuditFinding("\(error)", at: TileLayout.checkpoint)
        }
    }

    private func read<Value>(
        _ file: TileLayout, _ body: ([UInt8]) throws -> Value
    ) throws(AuditFinding) -> Value {
        guard let bytes = PublicFolder.read(folder + "/" + file.path) else {
            throw AuditFinding("the file is missing", at: file.path)
        }
        do { return try body(bytes) } catch { throw AuditFinding("\(error)", at: file.path) }
    }

    private func checkUpperTiles(of log: MerkleLog) throws(AuditFinding) {
        for file in TileLayout.added(from: 0, to: log.size) {
            guard case .hashes(let level) = file.kind, level > 0 else { continue }
            let hashes = try read(file) { try TileReader.hashes($0, count: file.width) }
            for (offset, hash) in hashes.enumerated() {
                let place = file.index * TileLayout.width + offset
                guard log.subtree(level: 8 * level, index: place) == hash else {
                    throw AuditFinding(
                        "hash \(offset) is not that of its subtree", at: file.path)
                }
            }
        }
    }
}

/// Something that does not hold, and where.
package struct AuditFinding: Error, Hashable, Sendable, CustomStringConvertible {
    /// What does not hold.
    package let problem: String
    /// Where: a file, or an entry.
    package let place: String

    init(_ problem: String, at place: String) {
        self.problem = problem
        self.place = place
    }

    /// The place and the problem.
    package var description: String { "\(place): \(problem)" }
}

/// What holds, what it adds up to, and what could not be checked.
package struct AuditReport: Sendable {
    /// The checkpoint that was checked.
    package let checkpoint: Checkpoint
    /// The state that the entries give, and how many there are of each kind.
    package let replay: Replay
    /// Whether the node's key was known beforehand.
    package let keyWasKnown: Bool
    /// Whether the log was shown to continue an earlier checkpoint.
    package let continues: Bool

    /// What the public part cannot show, in plain words, with the reason.
    package var unchecked: [String] {
        var lines = [
            "answers that are not published: they are sealed to their buyers; a buyer checks hers with its "
                + "receipt",
            "that noise was added and rows were read as planned: that happens in the node's memory",
            "that a question costs the privacy that its quote says: only its salted digest is "
                + "public; its buyer knows the text",
            "the rows themselves: they are encrypted and never leave the vault",
            "when things were sent in: times are the node's, and what it never recorded is "
                + "missed by whoever sent it",
            "that shares by days or value follow the rows, that suspensions are right, and that all were charged "
                + "whose rows a valuation read: the node alone reads rows; each checks her own worth by the public model",
            "deposits and cash-outs beyond the books: money outside is outside",
        ]
        if !keyWasKnown {
            lines.append(
                "that this is the node you mean: its key was taken from the copy; give --node DID")
        }
        if !continues {
            lines.append(
                "that the past is the one shown to you or others before: give --since with a "
                    + "checkpoint that was kept")
        }
        let pending = replay.head.state.pendingBatches
        if let oldest = pending.first {
            let sum = pending.map(\.amount).total().map { "\($0)" } ?? "too much to add up"
            lines.append(
                "\(pending.count) batches that are not proven yet, of \(sum) in all, the oldest since entry "
                    + "\(oldest.index)")
        }
        if replay.head.state.settledBatches > 0 {
            lines.append(
                "that what is sealed to those who were paid can be had: `dividend sample` draws chunks of it"
            )
        }
        if replay.head.state.hiddenCount > 0 {
            lines.append(
                "that pseudonyms are linked to the accounts of the people behind them, and that these "
                    + "asked for what was drawn: the node keeps the accounts' keys; each checks her own"
            )
        }
        let toProve = replay.head.state.orders.all.filter { $0.record.proof != nil }
        if !toProve.isEmpty {
            let proven = toProve.count { $0.record.proof?.claim != nil }
            lines.append(
                "\(proven) proofs of answers: they show the answers, so their buyers have them, and check them with "
                    + "`dividend verify RECEIPT --copy` and this copy")
            let ended = toProve.count { $0.record.stage == .done } - proven
            if ended > 0 {
                lines.append(
                    "why \(ended) answers that were to be proven are not: their buyers know it")
            }
        }
        let open = replay.head.state.orders.all.count {
            $0.record.stage == .placed || $0.record.stage == .running
        }
        if open > 0 {
            lines.append("\(open) orders that are not answered or refunded yet")
        }
        return lines
    }
}

extension AuditReport {
    /// The machine-readable form.
    package var json: JSON {
        [
            "verified": true, "entries": .integer(Int64(checkpoint.size)),
            "blocks": .integer(Int64(replay.head.blocks)), "continues": .bool(continues),
            "proofs": .integer(Int64(replay.head.state.settledBatches)),
            "pending": .integer(Int64(replay.head.state.pendingBatches.count)),
            "confirmed": .integer(Int64(replay.confirmed)),
            "root": .string(checkpoint.root.hex),
            "kinds": .object(replay.kinds.mapValues { .integer(Int64($0)) }),
            "unchecked": .array(unchecked.map { .string($0) }),
        ]
    }
}
