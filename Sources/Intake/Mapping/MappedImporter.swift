// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Any CSV or TSV, read by a ``Mapping``.
struct MappedImporter: Importer {
    private let session: Session
    private let mapping: Mapping

    init(_ session: Session) throws(IntakeError) {
        guard let mapping = session.options.mapping else {
            throw IntakeError(.mapping, "no mapping is given", mend: "See docs/formats/mapping.md")
        }
        self.session = session
        self.mapping = mapping
    }

    private struct Column {
        let source: Mapping.Source
        let place: Int
        let order: DateOrder
    }

    func read(_ entry: Parcel.Entry) throws(IntakeError) {
        let table = try CSVTable(entry, session: session, dialect: mapping.dialect)
        let columns = try columns(of: table, entry)
        let personName = session.options.personColumn ?? mapping.person
        let person = try personName.map { (name) throws(IntakeError) in
            try place(of: name, in: table)
        }
        table.sayUnread(except: Set(columns.map(\.place) + (person.map { [$0] } ?? [])))
        let writer = session.writer(mapping.schema)
        let categories = mapping.schema.columns.map(CategoryTable.init)
        let cells = columns.map { Cell($0, in: mapping.schema) }
        let nulls = Set(mapping.nulls.map { Array($0.utf8) })
        var masked = [Int](repeating: 0, count: columns.count)
        var name = PersonName()
        while try table.next() {
            writer.countRead()
            for (index, cell) in cells.enumerated() {
                let bytes = trimmed(table.reader.field(cell.place))
                if bytes.isEmpty || (!nulls.isEmpty && nulls.contains(Array(bytes))) { continue }
                guard cell.target >= 0 else {
                    masked[index] += 1
                    continue
                }
                if cell.kind == .text {
                    guard let text = String(validating: bytes, as: UTF8.self) else {
                        throw CSVDialect.notUTF8(line: table.reader.line)
                    }
                    writer.set(cell.target, text: session.shortened(text))
                } else if let value = value(bytes, cell, columns[index], categories) {
                    writer.set(cell.target, value)
                } else {
                    session.drop(
                        "unreadable_value",
                        "a value of \"\(columns[index].source.source)\" is no "
                            + "\(cell.kind.word); left empty", line: table.reader.line)
                }
            }
            try commit(writer, table, person, &name)
        }
        for (column, count) in zip(columns, masked) {
            if let secret = column.source.mask {
                session.mask(secret, column.source.source, count)
            }
        }
    }

    /// What the loop over the rows needs of a column; nothing in it is counted.
    private struct Cell {
        let place: Int
        /// The place in the schema; negative for a column that is left out.
        let target: Int
        let kind: Schema.Kind
        let order: DateOrder
        let format: Mapping.Source.DateFormat
        let point: UInt8
        let strips: Bool

        init(_ column: Column, in schema: Schema) {
            place = column.place
            target = column.source.mask == nil ? column.source.target ?? -1 : -1
            kind = target < 0 ? .text : schema.columns[target].kind
            order = column.order
            format = column.source.format
            point = column.source.point
            strips = !column.source.strip.isEmpty
        }
    }

    /// The name of the person in hand, kept while the rows stay hers.
    private struct PersonName {
        private var bytes: [UInt8] = []
        private(set) var text = ""

        /// Whether the field says the same name as the one before.
        func isStill(_ field: Bytes) -> Bool { !bytes.isEmpty && bytes.elementsEqual(field) }

        mutating func take(_ field: Bytes, _ name: String) {
            bytes = Array(field)
            text = name
        }
    }

    func finish() {}

    private func commit(
        _ writer: TableWriter, _ table: CSVTable, _ person: Int?, _ known: inout PersonName
    ) throws(IntakeError) {
        guard let person else {
            try writer.commit(of: nil)
            return
        }
        let field = table.reader.field(person)
        if known.isStill(field) {
            try writer.commit(of: known.text)
            return
        }
        let name = trimmed(try table.reader.text(person))
        guard !name.isEmpty else {
            session.drop("no_person", "the person is not said", line: table.reader.line)
            writer.discard()
            return
        }
        known.take(field, session.shortened(name))
        try writer.commit(of: known.text)
    }

    private func place(of name: String, in table: CSVTable) throws(IntakeError) -> Int {
        guard let place = table.names.firstIndex(of: name) else {
            let shown = table.names.prefix(12).joined(separator: ", ").prefix(300)
            throw IntakeError(
                .mapping, "the file has no column \"\(name)\"", mend: "It has \(shown)", line: 1)
        }
        return place
    }

    /// Finds the columns, and looks through the whole file where the order of dates is open.
    private func columns(
        of table: CSVTable, _ entry: Parcel.Entry
    ) throws(IntakeError) -> [Column] {
        var places: [(source: Mapping.Source, place: Int)] = []
        for source in mapping.sources {
            places.append((source, try place(of: source.source, in: table)))
        }
        let open = places.filter { isDate($0.source) && $0.source.format == .auto }
        var evidence = open.map { _ in OrderEvidence() }
        if !open.isEmpty {
            let reader = try CSVReader(
                try entry.open(), limits: session.limits, dialect: mapping.dialect)
            _ = try reader.next()
            while try reader.next() {
                guard reader.count == table.names.count, !reader.isBroken else { continue }
                for index in open.indices {
                    evidence[index].observe(
                        trimmed(reader.field(open[index].place)), line: reader.line)
                }
            }
        }
        var out: [Column] = []
        for (source, place) in places {
            var order: DateOrder = source.format == .dayFirst ? .dayFirst : .monthFirst
            if let index = open.firstIndex(where: { $0.place == place }) {
                order = try evidence[index].decide(
                    session.options.dateOrder, column: "\"\(source.source)\"")
            }
            out.append(Column(source: source, place: place, order: order))
        }
        return out
    }

    private func isDate(_ source: Mapping.Source) -> Bool {
        guard let target = source.target else { return false }
        let kind = mapping.schema.columns[target].kind
        return kind == .date || kind == .timestamp
    }

    private func value(
        _ bytes: Bytes, _ cell: Cell, _ column: @autoclosure () -> Column,
        _ categories: [CategoryTable]
    ) -> Int64? {
        switch cell.kind {
        case .integer, .decimal:
            guard cell.strips else {
                return Number.scaled(bytes, scale: cell.kind.scale, point: cell.point)
            }
            let strip = column().source.strip
            return Number.scaled(
                bytes.filter { !strip.contains($0) }, scale: cell.kind.scale, point: cell.point)
        case .category: return categories[cell.target].place(of: bytes)
        case .boolean: return MappedImporter.boolean(bytes)
        case .date: return moment(bytes, cell)?.day
        case .timestamp:
            return moment(bytes, cell)?.utc(fallback: session.options.offsetMinutes ?? 0)
        case .text: return nil
        }
    }

    private static func boolean(_ bytes: Bytes) -> Int64? {
        func says(_ word: StaticString) -> Bool {
            guard word.utf8CodeUnitCount == bytes.count else { return false }
            // Lower case by one bit; what is no letter never equals one.
            return bytes.indices.allSatisfy { bytes[$0] | 0x20 == word.utf8Start[$0] }
        }
        switch bytes.count {
        case 1:
            if says("t") || says("y") || bytes[0] == UInt8(ascii: "1") { return 1 }
            if says("f") || says("n") || bytes[0] == UInt8(ascii: "0") { return 0 }
            return nil
        case 2...5:
            if says("true") || says("yes") { return 1 }
            return says("false") || says("no") ? 0 : nil
        default: return nil
        }
    }

    private func moment(_ bytes: Bytes, _ cell: Cell) -> Moment? {
        let unit: Int64
        switch cell.format {
        case .auto, .monthFirst, .dayFirst: return MomentText.parse(bytes, order: cell.order)
        case .compact:
            guard bytes.count == 8, let number = Number.whole(bytes), number > 0,
                let day = CalendarDay(
                    year: Int(number / 10_000), month: Int(number / 100 % 100),
                    day: Int(number % 100))
            else { return nil }
            return Moment(day: day.number)
        case .unixSeconds: unit = 1_000_000
        case .unixMilliseconds: unit = 1_000
        case .unixMicroseconds: unit = 1
        }
        // Fractions of seconds are kept: 1690000000.5.
        let scale = unit == 1_000_000 ? 6 : unit == 1_000 ? 3 : 0
        guard let micros = Number.scaled(bytes, scale: scale),
            micros.magnitude < 100_000_000_000_000_000
        else { return nil }
        let day = micros.flooredQuotient(86_400_000_000)
        return Moment(
            day: day, microseconds: micros - day * 86_400_000_000, offsetMinutes: 0)
    }
}
