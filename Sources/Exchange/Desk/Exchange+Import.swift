// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity
package import Intake
internal import Market
internal import Storage
internal import Vault

/// Whose rows a file holds.
package enum ImportOwner: Sendable {
    /// One person's, whose key this is.
    case party(SigningKey)
    /// Many people's who have no keys of their own; the file tells them apart, and their labels
    /// start with this.
    case custody(prefix: String)
}

/// What an import stored.
package struct ImportOutcome: Sendable {
    /// What was read, masked and dropped.
    package let report: IntakeReport
    /// What the file calls its people; never stored but sealed to the node.
    package let labels: [String]
    /// How many people's rows were stored.
    package let people: Int
    /// How many rows were stored.
    package let stored: Int
    /// How many rows were known already.
    package let known: Int
    /// How many rows contradict a stored one with the same key; the stored one stays.
    package let conflicting: Int

    /// The machine-readable form.
    package var json: JSON {
        [
            "report": report.json, "people": .integer(Int64(people)),
            "stored": .integer(Int64(stored)), "known": .integer(Int64(known)),
            "conflicting": .integer(Int64(conflicting)),
        ]
    }
}

/// The rows of a file that was read.
package struct GatheredFile: Sendable {
    /// What was read, masked and dropped.
    package let report: IntakeReport
    let sink: GatheringSink
}

/// From a file to sealed segments.
extension Exchange {
    /// Reads a file and stores its rows: one segment for each person and table, rows that are
    /// stored already left out. All or nothing.
    package func importFile(
        _ path: String, owner: ImportOwner, options: IntakeOptions,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> ImportOutcome {
        try store(try Exchange.gather(path, options), owner: owner, progress: progress)
    }

    /// Reads a file, wherever that is done: nothing of the exchange is needed for it.
    ///
    /// - Parameter mostBytes: how many bytes its rows may take in memory, about.
    /// - Throws: ``ExchangeError/tooMuch(_:)`` for more, besides what is wrong with the file.
    package static func gather(
        _ path: String, _ options: IntakeOptions, mostBytes: Int = .max
    ) throws -> GatheredFile {
        var sink = GatheringSink(mostBytes: mostBytes)
        do {
            let report = try Intake.read(path, options: options, into: &sink)
            return GatheredFile(report: report, sink: sink)
        } catch {
            throw error.underlying as? ExchangeError ?? error
        }
    }

    /// Stores the rows of a file that was read, as ``importFile(_:owner:options:progress:)`` does.
    package func store(
        _ file: GatheredFile, owner: ImportOwner,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> ImportOutcome {
        let (report, sink) = (file.report, file.sink)
        var seals = Seals()
        // One profile of a household's may be all that has rows, and still be somebody else's.
        let isHousehold = report.format == .netflixActivity && sink.labels.contains { $0 != nil }
        if case .party = owner, sink.labels.count > 1 || isHousehold {
            throw ExchangeError.refused(
                "the file holds \(isHousehold ? "several" : "\(sink.labels.count)") people: import it with --custody PREFIX, or "
                    + "give one with that person's rows alone (of a household's profiles, --profile takes one)"
            )
        }
        let owners = try parallelMap(sink.labels) { label in
            Result {
                let key = try self.ownerKey(label: label, owner: owner)
                return (id: key.id, pseudonym: key.pseudonym(for: Exchange.vaultContext).id)
            }
        }.map { try $0.get() }
        for schema in sink.schemas.values {
            try check(schema)
        }
        let known = try existingSegments(in: Set(sink.schemas.keys))
        var unsealed: [Unsealed] = []
        for (place, label) in sink.labels.enumerated() {
            for (table, parts) in sink.gathered[label] ?? [:] {
                guard let schema = sink.schemas[table] else { continue }
                unsealed.append(
                    try prepare(
                        Rows(schema: schema, joining: parts), of: owners[place],
                        among: known[table]?[owners[place].id] ?? []))
            }
        }
        let wrapping = vaultKeys.last!
        let writers = sink.schemas.mapValues { SegmentWriter(schema: $0) }
        for start in stride(from: 0, to: unsealed.count, by: Unsealed.batch) {
            let part = Array(unsealed[start..<min(start + Unsealed.batch, unsealed.count)])
            let sealed = parallelMap(part) { item in
                Result { try item.sealed(by: writers[item.rows.schema.table]!, under: wrapping) }
            }
            for result in sealed { seals.add(try result.get()) }
            progress?(start + part.count, unsealed.count)
        }
        // In no order: the places of segments in the journal must not tell who is who.
        var random = surroundings.generator
        seals.pending.shuffle(using: &random)
        try store(seals, schemas: sink.schemas, labels: try labelNotes(owner, sink.labels))
        return ImportOutcome(
            report: report, labels: sink.labels.map { $0 ?? "1" },
            people: Set(seals.pending.map(\.owner)).count, stored: seals.stored,
            known: seals.known, conflicting: seals.conflicting)
    }

    /// Refuses rows that are not as everybody else's of that table: as open pools offer it, else as the
    /// standard table is, else as it is stored.
    private func check(_ schema: Schema) throws {
        let offers = state.pools.values.flatMap(\.offer.tables).filter {
            $0.table == schema.table
        }
        let isUsual =
            try offers.isEmpty
            ? (StandardTables.named(schema.table) ?? self.schema(of: schema.table) ?? schema)
                == schema
            : offers.contains(schema)
        guard isUsual else {
            throw ExchangeError.refused(
                "\(schema.table) is known with other columns; give the table another name")
        }
    }

    private nonisolated func ownerKey(label: String?, owner: ImportOwner) throws -> SigningKey {
        switch (owner, label) {
        // What the file calls its one person does not matter: whose rows they are was said.
        case (.party(let key), _): key
        case (.custody(let prefix), let label): try labelled(prefix, label ?? "1")
        }
    }

    private nonisolated func labelled(_ prefix: String, _ label: String) throws -> SigningKey {
        guard !label.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else {
            throw ExchangeError.refused(
                "a person's name in the file holds a control character; mend the file")
        }
        return custodyKey(of: prefix + "/" + label)
    }

    /// The labels of people in custody, sealed to the node, so that the operator can act for them.
    private func labelNotes(_ owner: ImportOwner, _ labels: [String?]) throws -> [Note] {
        guard case .custody(let prefix) = owner else { return [] }
        let all = Set(try custodyLabels(prefix: prefix)).union(labels.map { $0 ?? "1" })
        let list = try JSON.array(all.sorted().map { .string($0) }).signable()
        let envelope = try Envelope.seal(
            list, to: custody.agreement.publicKey, context: Exchange.custodyMark(prefix))
        return [.mark(Exchange.custodyMark(prefix), envelope)]
    }

    /// What the people in custody under a prefix are called.
    package func custodyLabels(prefix: String) throws -> [String] {
        guard let envelope = try store.mark(Exchange.custodyMark(prefix)) else { return [] }
        let list = try Envelope.open(
            envelope, with: custody.agreement, context: Exchange.custodyMark(prefix))
        return try JSON(parsing: list).array?.compactMap(\.string) ?? []
    }

    private static func custodyMark(_ prefix: String) -> String { "custody/" + prefix }

    private func existingSegments(
        in tables: Set<String>
    ) throws -> [String: [PartyID: [SegmentNote]]] {
        var known: [String: [PartyID: [SegmentNote]]] = [:]
        for table in tables { known[table] = try store.segments(table: table) }
        return known
    }

    /// Rows with what they are compared with and the key they are to have.
    private func prepare(
        _ rows: Rows, of owner: (id: PartyID, pseudonym: PartyID), among notes: [SegmentNote]
    ) throws -> Unsealed {
        var existing = Rows(schema: rows.schema)
        let digest = rows.schema.digest
        for note in notes where note.schema == digest {
            existing.append(try open(note, with: SegmentReader(schema: rows.schema), by: vaultKeys))
        }
        var random = surroundings.generator
        let keys = (0...rows.count / Unsealed.rowsASegment).map { _ in SegmentKey(using: &random) }
        return Unsealed(
            owner: owner.id, pseudonym: owner.pseudonym, rows: rows, existing: existing, keys: keys)
    }

    /// All columns of a stored segment.
    nonisolated func open(
        _ note: SegmentNote, with reader: SegmentReader, by keys: [NodeKey]
    ) throws -> Rows {
        guard let wrapping = keys.first(where: { $0.epoch == note.key.epoch }) else {
            throw ExchangeError.refused("vault-\(note.key.epoch).key is missing")
        }
        let key = try wrapping.unwrap(note.key, segment: note.id)
        let sealed = try vault.read(note.location, id: note.id)
        return try reader.rows(
            of: sealed.bytes, key: key, columns: Array(reader.schema.columns.indices))
    }

    private func store(
        _ seals: Seals, schemas: [String: Schema], labels: [Note]
    ) throws {
        guard !seals.pending.isEmpty else { return }
        let locations = try vault.append(seals.pending.map(\.segment))
        let end = try vault.sync()
        var changes: [Change] = []
        var notes: [Note] = labels + [.mark(Exchange.packMark, end.mark)]
        var digests: [String: Digest] = [:]
        for (table, schema) in schemas {
            let (bytes, digest) = (try schema.json.signable(), schema.digest)
            digests[table] = digest
            notes.append(.mark(Exchange.schemaMark(table), bytes))
            notes.append(.mark(Exchange.schemaMark(digest), bytes))
        }
        for (pending, location) in zip(seals.pending, locations) {
            changes.append(
                .dataAdded(
                    party: pending.pseudonym, table: pending.table, segment: pending.segment.id))
            notes.append(
                .segment(
                    SegmentNote(
                        id: pending.segment.id, owner: pending.owner, table: pending.table,
                        schema: digests[pending.table]!, location: location, key: pending.key)))
        }
        try record(changes, notes: notes)
    }
}

/// Segments that are about to be stored.
private struct Seals {
    struct Pending: Sendable {
        let owner: PartyID
        let pseudonym: PartyID
        let table: String
        let segment: SealedSegment
        let key: WrappedKey
    }
    var pending: [Pending] = []
    var stored = 0
    var known = 0
    var conflicting = 0

    mutating func add(_ result: (kept: RowFingerprints.Kept, pending: [Pending])) {
        known += result.kept.dropped
        conflicting += result.kept.conflicting
        stored += result.kept.rows.count
        pending += result.pending
    }
}

/// One contributor's rows of one table on their way into a segment.
private struct Unsealed: Sendable {
    let owner: PartyID
    let pseudonym: PartyID
    let rows: Rows
    let existing: Rows
    /// One for each segment that the rows may fill.
    let keys: [SegmentKey]

    /// How many are sealed between two steps of the progress bar.
    static let batch = 4_096

    /// How many rows a segment takes; more than nearly anybody has.
    static let rowsASegment = 1_000_000

    /// Leaves out what is stored already and seals the rest; nothing for no rows.
    func sealed(
        by writer: SegmentWriter, under wrapping: NodeKey
    ) throws -> (kept: RowFingerprints.Kept, pending: [Seals.Pending]) {
        let kept = RowFingerprints.keep(new: rows, existing: existing)
        guard kept.rows.count > 0 else { return (kept, []) }
        let parts = kept.rows.parts(of: Unsealed.rowsASegment)
        return (
            kept,
            try zip(parts, keys).map { part, key in
                let segment = try writer.seal(part, key: key)
                return Seals.Pending(
                    owner: owner, pseudonym: pseudonym, table: rows.schema.table, segment: segment,
                    key: wrapping.wrap(key, segment: segment.id))
            }
        )
    }
}
