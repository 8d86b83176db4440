// SPDX-License-Identifier: Apache-2.0
internal import Vault

extension Mapping {
    /// Proposes how to read an unknown CSV or TSV, by the first bytes of it.
    ///
    /// Names, kinds and formats are told by the header and the values. What looks as if it could
    /// tell who someone is (names, addresses, numbers of people and things, precise places, in
    /// English or German, by header or by value) is masked, and so is free text. Categories are
    /// proposed only where they are few and each stands at least twice. Bounds never come from the
    /// smallest or largest value seen, for bounds are published, and the extremes of a file are
    /// somebody's: a known quantity gets its plausible range, any other a power of a hundred far
    /// above the middle value. All of it is a guess that people decide about.
    ///
    /// - Parameters:
    ///   - bytes: the start of the file, 256 KiB are plenty; a record that is cut off at the end is
    ///     not looked at.
    ///   - table: the table's name; what is no name is made one.
    ///   - hasHeader: whether the first line names the columns. Where that is doubtful,
    ///     ``MappingDraft/isHeaderDoubtful`` says so.
    /// - Throws: ``IntakeError/Code/empty``, ``IntakeError/Code/encoding``,
    ///   ``IntakeError/Code/unknownFormat`` where the first line cannot name two columns, and
    ///   ``IntakeError/Code/malformed`` where no line has as many fields.
    /// - Cost: one pass; memory: a few times the bytes.
    public static func draft(
        of bytes: [UInt8], table: String, hasHeader: Bool = true
    ) throws(IntakeError) -> MappingDraft {
        let whole = DraftSample.wholeRecords(bytes)
        let sample = try DraftSample(whole, hasHeader: hasHeader)
        var names = SchemaNames()
        var nulls: Set<String> = []
        var columns: [MappingDraft.Column] = []
        for values in sample.columns {
            let guess = ColumnGuess(values)
            nulls.formUnion(guess.nulls)
            columns.append(guess.column(named: names.next(values.name)))
        }
        let person = PersonGuess.column(of: sample.columns)
        for place in columns.indices {
            if columns[place].source == person { columns[place].decision = .leave }
            let isTaken = columns[..<place].count { $0.decision == .take } < Schema.most
            if columns[place].decision == .take, !isTaken { columns[place].decision = .leave }
        }
        for place in columns.indices { columns[place].categories.removeAll(where: nulls.contains) }
        return MappingDraft(
            table: SchemaNames.table(of: table), columns: columns,
            hasHeader: hasHeader, isHeaderDoubtful: sample.isDoubtful, person: person,
            delimiter: sample.delimiter, nulls: nulls.sorted(), key: [])
    }
}

extension Schema {
    /// How many columns a table may have.
    fileprivate static let most = 256
}
