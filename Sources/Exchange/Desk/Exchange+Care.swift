// SPDX-License-Identifier: Apache-2.0
internal import Consent
package import Canon
internal import Foundation
internal import Identity
internal import Ledger
internal import Market
internal import Storage
internal import Vault

/// Something that was looked at.
package struct Finding: Sendable {
    /// Whether it is as it should be.
    package let isWell: Bool
    /// What was found, and what to do when it is not well.
    package let sentence: String

    /// The machine-readable form.
    package var json: JSON { ["ok": .bool(isWell), "what": .string(sentence)] }
}

/// Examination, backup, restore.
extension Exchange {
    /// Looks at everything that can break.
    package func examine() throws -> [Finding] {
        var replayed = try replayed()
        let isSame = replayed.log.root == log.root && replayed.state.root() == head.state.root()
        var findings = [
            Finding(
                isWell: isSame,
                sentence: isSame
                    ? "the journal replays: \(log.size) entries, \(head.blocks) blocks"
                    : "the journal gives another state than \(home.state.path); delete that file")
        ]
        let notes = try store.segments()
        var readers: [Digest: SegmentReader] = [:]
        for digest in Set(notes.map(\.schema)) {
            readers[digest] = try schema(digest: digest).map { SegmentReader(schema: $0) }
        }
        let (known, keys) = (readers, vaultKeys)
        let unreadable = parallelMap(notes) { note in
            (try? known[note.schema].map { try self.open(note, with: $0, by: keys) }) == nil
        }.count { $0 }
        findings.append(
            Finding(
                isWell: unreadable == 0,
                sentence: unreadable == 0
                    ? "all \(notes.count) segments can be read"
                    : "\(unreadable) of \(notes.count) segments cannot be read; restore a backup"))
        if unreadable == 0 {
            try store.write(
                [], after: UInt64(log.size), notes: [.unmark(Exchange.unreadableMark)])
        }
        let recorded = Set(state.segments.all.filter { !$0.record.erased }.map(\.key))
        let missing = recorded.subtracting(notes.map(\.id)).count
        findings.append(
            Finding(
                isWell: missing == 0,
                sentence: missing == 0
                    ? "every segment of the journal is there"
                    : "\(missing) segments of the journal are not there; restore a backup"))
        let open = state.orders.all.count {
            $0.record.stage == .placed || $0.record.stage == .running
        }
        findings.append(
            Finding(isWell: open == 0, sentence: "\(open) orders are neither answered nor refunded")
        )
        findings.append(try hiddenFinding())
        findings += keyFindings() + clockFindings() + (try checkpointFindings() + proofFindings())
        return findings
    }

    /// Looks at the hidden accounts: whether what is kept gives the journal's root, and every proof is there.
    private func hiddenFinding() throws -> Finding {
        do { _ = try hiddenBook() } catch {
            return Finding(isWell: false, sentence: ErrorWords(error).message)
        }
        for (_, batch) in state.batches.all.prefix(state.settledBatches) {
            guard let settled = batch.settled,
                let proof = try settlementFile(of: batch.number),
                Digest(of: proof) == settled.proof,
                let data = try data(of: batch.number, part: "commitment"),
                Digest(of: data) == settled.data
            else {
                return Finding(
                    isWell: false,
                    sentence:
                        "the proof of batch \(batch.number), or what is sealed to those it pays, is "
                        + "damaged; bring it back from a public copy or a backup")
            }
        }
        return Finding(
            isWell: true,
            sentence:
                "hidden accounts agree with the journal: \(state.settledBatches) batches proven, "
                + "\(state.pendingBatches.count) pending")
    }

    /// Looks at every key file: whether it can be read, and by nobody else. A sealed one stays
    /// sealed.
    private func keyFindings() -> [Finding] {
        let own = ["node.key", "custody.key"] + vaultKeys.map { "vault-\($0.epoch).key" }
        return (own + partyNames().map { "keys/\($0).key" }).map { file in
            do throws(KeyFileError) {
                _ = try KeyFile.read(home.path + "/" + file)
            } catch .passphraseWanted {
                return Finding(isWell: true, sentence: "\(file) is sealed and closed to others")
            } catch {
                let words = "\(error)"
                return Finding(
                    isWell: false,
                    sentence: words.contains(file)
                        ? words : "\(file): \(words); bring it back from a copy")
            }
            return Finding(isWell: true, sentence: "\(file) is there and closed to others")
        }
    }

    /// Looks at the clock: the journal never goes back in time, so a clock that was ahead once
    /// dates everything until the true time has caught up.
    private func clockFindings() -> [Finding] {
        let now = surroundings.clock()
        guard head.time > now.adding(milliseconds: Exchange.clockTolerance) else { return [] }
        return [
            Finding(
                isWell: false,
                sentence: "the last entry is dated \(head.time), now is \(now): the clock was "
                    + "ahead. Set it right; until that moment entries keep that date, and grants "
                    + "and quotes run out by it")
        ]
    }

    /// Looks at the word of the folder on how far the journal got.
    private func checkpointFindings() throws -> [Finding] {
        let note = try store.mark(Exchange.checkpointMark)
        guard let note,
            note != FileManager.default.contents(atPath: home.checkpoint.path).map(Array.init)
        else { return [] }
        return [
            Finding(
                isWell: false,
                sentence: "\(home.checkpoint.path) is not the newest checkpoint: it could not be "
                    + "written. Make room and look at its owner and mode; until then an older "
                    + "database put back may go unseen")
        ]
    }

    /// Looks at the proofs of answers: only that they are there, since they are sealed to their buyers.
    private func proofFindings() throws -> [Finding] {
        try state.orders.all.compactMap { id, record in
            guard record.proof?.claim != nil, try store.mark(Exchange.answerProofMark(id)) == nil
            else { return nil }
            return Finding(
                isWell: false,
                sentence:
                    "the proof of order \(id.short)… is gone; bring the database back from a copy")
        }
    }

    /// How far apart two clocks may be without a word, in milliseconds.
    private static let clockTolerance: Int64 = 60_000

    /// Copies the exchange as it is now to a new folder, which cannot be used by itself.
    package func backUp(to target: HomeFolder) throws {
        try seal()
        try copy(to: target) { try Data().write(to: URL(fileURLWithPath: target.backupMark)) }
    }

    /// Copies everything; the node's key is last, because it says that the folder is complete.
    private func copy(to target: HomeFolder, first mark: () throws -> Void) throws {
        let files = FileManager.default
        guard !files.fileExists(atPath: target.path) else {
            throw ExchangeError.folder(target.path, "it is there already; name a new folder")
        }
        try HomeFolder.checkOutside(target.path)
        try files.createDirectory(
            atPath: target.path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try mark()
        try target.checkpoint.write(try store.mark(Exchange.checkpointMark) ?? [])
        try store.copy(to: target.database)
        try files.copyItem(atPath: home.vault, toPath: target.vault)
        try files.copyItem(atPath: home.keys, toPath: target.keys)
        let keys = try files.contentsOfDirectory(atPath: home.path).filter { $0.hasSuffix(".key") }
        for name in keys.sorted(by: { one, _ in one != "node.key" }) {
            try files.copyItem(atPath: home.path + "/" + name, toPath: target.path + "/" + name)
        }
        sync()
    }

    /// Brings a backup back to a folder.
    ///
    /// A backup that lies behind what is known to have happened is refused: it would give money and
    /// privacy back. What is known says a checkpoint that the node signed, in a public copy or in a
    /// file; the newest that anybody has should be given.
    ///
    /// - Returns: how many entries were restored.
    package static func restore(
        from backup: HomeFolder, to target: HomeFolder, notBehind copy: String?
    ) async throws -> Int {
        guard backup.exists else {
            throw ExchangeError.refused(
                "'\(backup.path)' is no backup; name a folder that `dividend backup` made")
        }
        guard !target.exists else {
            throw ExchangeError.folder(
                target.path,
                "it holds an exchange; a restore would undo what it recorded. Move it away first")
        }
        guard let copy else {
            throw ExchangeError.refused(
                "say with --not-behind which public copy or checkpoint is the newest that anybody "
                    + "has: an older backup would give back money and privacy that were spent. "
                    + "\(backup.checkpoint.path) is the one that the backup ends with")
        }
        // What the backup may not lie behind is asked just below.
        let source = try Exchange(backup, surroundings: .system, newest: .word)
        let (log, node) = await (source.log, source.node.id)
        let known = try Auditor.checkpoint(at: copy, of: node)
        guard known.size <= log.size, try log.root(at: known.size) == known.root else {
            throw ExchangeError.refused(
                "the backup has \(log.size) entries, the checkpoint \(known.size), or they differ: "
                    + "restoring it would give back money and privacy that were spent")
        }
        try await source.copy(to: target) {}
        return log.size
    }
}
