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
        let nulls = Set(mapping.nulls.map { Array($0.utf8) })
        while try table.next() {
            writer.countRead()
            for column in columns {
                let bytes = trimmed(table.reader.field(column.place))
                if bytes.isEmpty || (!nulls.isEmpty && nulls.contains(Array(bytes))) { continue }
                if let secret = column.source.mask {
                    session.mask(secret, column.source.source)
                    continue
                }
                guard let target = column.source.target else { continue }
                if mapping.schema.columns[target].kind == .text {
                    guard let text = String(validating: bytes, as: UTF8.self) else {
                        throw CSVDialect.notUTF8(line: table.reader.line)
                    }
                    writer.set(target, text: session.shortened(text))
                    continue
                }
                let value = value(bytes, column, mapping.schema.columns[target], categories[target])
                if value == nil {
                    session.drop(
                        "unreadable_value",
                        "a value of \"\(column.source.source)\" is no "
                            + "\(mapping.schema.columns[target].kind.word); left empty",
                        line: table.reader.line)
                }
                writer.set(target, value)
            }
            try commit(writer, table, person)
        }
    }

    func finish() {}

    private func commit(
        _ writer: TableWriter, _ table: CSVTable, _ person: Int?
    ) throws(IntakeError) {
        guard let person else {
            try writer.commit(of: nil)
            return
        }
        let name = trimmed(try table.reader.text(person))
        guard !name.isEmpty else {
            session.drop("no_person", "the person is not said", line: table.reader.line)
            writer.discard()
            return
        }
        try writer.commit(of: session.shortened(name))
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
        _ bytes: Bytes, _ column: Column, _ target: Schema.Column, _ categories: CategoryTable
    ) -> Int64? {
        switch target.kind {
        case .integer, .decimal:
            let strip = column.source.strip
            guard !strip.isEmpty else {
                return Number.scaled(bytes, scale: target.kind.scale, point: column.source.point)
            }
            return Number.scaled(
                bytes.filter { !strip.contains($0) }, scale: target.kind.scale,
                point: column.source.point)
        case .category: return categories.place(of: bytes)
        case .boolean: return MappedImporter.boolean(bytes)
        case .date: return moment(bytes, column)?.day
        case .timestamp:
            return moment(bytes, column)?.utc(fallback: session.options.offsetMinutes ?? 0)
        case .text: return nil
        }
    }

    private static func boolean(_ bytes: Bytes) -> Int64? {
        switch String(decoding: bytes.prefix(8), as: UTF8.self).lowercased() {
        case "true", "t", "yes", "y", "1": 1
        case "false", "f", "no", "n", "0": 0
        default: nil
        }
    }

    private func moment(_ bytes: Bytes, _ column: Column) -> Moment? {
        let unit: Int64
        switch column.source.format {
        case .auto, .monthFirst, .dayFirst: return MomentText.parse(bytes, order: column.order)
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
