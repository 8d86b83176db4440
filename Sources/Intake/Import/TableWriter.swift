// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Gathers rows of one table into batches, one person a batch, and leaves out repeated rows.
///
/// Set cells by place, then ``commit(of:)``; cells that were not set are NULL. Blocks of mapped rows
/// come by ``take(_:_:)``. Holds at most 65,536 rows, and about sixteen bytes for each row's
/// key to recognise repetitions, for four million rows.
final class TableWriter {
    static let batch = 4_096
    private static let held = 65_536
    private static let remembered = 4_000_000

    let schema: Schema
    private var counts: IntakeReport.Table
    private unowned let session: Session
    private var open: [String?: Batch] = [:]
    /// The batch of the person whose row came last: files keep a person's rows together.
    private var hand: Batch?
    private let textPlaces: [Int]
    private var waiting = 0
    private var values: [Int64]
    private var texts: [String?]
    private var seen: Set<UInt64> = []
    private let datePlace: Int?
    private let dateDivisor: Int64
    // Days or moments, as the column has them.
    private var first = Int64.max
    private var last = Int64.min
    private var forgets = false
    private var batches = 0

    private final class Batch {
        let person: String?
        /// Tells this batch from all others of the table.
        let serial: Int
        private(set) var rows: Rows
        private var places: [[String: Int64]]

        init(of person: String?, _ schema: Schema, serial: Int) {
            self.person = person
            self.serial = serial
            rows = Rows(schema: schema)
            let hasTexts = schema.columns.contains { $0.kind == .text }
            places = hasTexts ? Array(repeating: [:], count: schema.columns.count) : []
        }

        func append(_ values: [Int64]) {
            for place in values.indices { rows.columns[place].values.append(values[place]) }
            rows.count += 1
        }

        func append(_ values: UnsafeBufferPointer<Int64>, to column: Int) {
            rows.columns[column].values.append(contentsOf: values)
        }

        func count(_ more: Int) { rows.count += more }

        /// The place of a text in the dictionary of the column.
        func place(of text: String, in column: Int) -> Int64 {
            if let known = places[column][text] { return known }
            let place = Int64(rows.columns[column].dictionary.count)
            places[column][text] = place
            rows.columns[column].dictionary.append(text)
            return place
        }
    }

    init(_ schema: Schema, session: Session) {
        self.schema = schema
        self.session = session
        counts = .init(schema: schema)
        values = Array(repeating: Schema.null, count: schema.columns.count)
        texts = Array(repeating: nil, count: schema.columns.count)
        textPlaces = schema.columns.indices.filter { schema.columns[$0].kind == .text }
        datePlace = schema.dateColumn
        dateDivisor =
            datePlace.map { schema.columns[$0].kind == .timestamp } == true ? 86_400_000_000 : 1
    }

    /// What the table came to.
    var tally: IntakeReport.Table {
        var tally = counts
        if first <= last {
            let days = [first, last].map { CalendarDay(number: $0.flooredQuotient(dateDivisor)) }
            tally.dates = days[0]...days[1]
        }
        return tally
    }

    /// Counts a row or record read for this table.
    func countRead(_ count: Int = 1) { counts.read += count }

    /// Counts a row that was recognised as a repetition before it came here.
    func countDuplicate() { counts.duplicates += 1 }

    /// Sets a cell of the row in hand.
    func set(_ column: Int, _ value: Int64?) { values[column] = value ?? Schema.null }

    /// Sets a text cell of the row in hand; an empty text is NULL.
    func set(_ column: Int, text: String?) { texts[column] = text?.isEmpty == true ? nil : text }

    /// Forgets the row in hand.
    func discard() {
        for place in values.indices { values[place] = Schema.null }
        for place in textPlaces { texts[place] = nil }
    }

    /// Ends the row in hand; false when an earlier row of the person already said it.
    @discardableResult
    func commit(of person: String?) throws(IntakeError) -> Bool {
        defer { discard() }
        try session.meet(person)
        guard schema.key.isEmpty || isNew(keyHash(person)) else {
            counts.duplicates += 1
            return false
        }
        if let datePlace, values[datePlace] != Schema.null {
            first = min(first, values[datePlace])
            last = max(last, values[datePlace])
        }
        let batch = batch(of: person)
        for place in textPlaces {
            if let text = texts[place] { values[place] = batch.place(of: text, in: place) }
        }
        batch.append(values)
        try settle(batch, 1)
        return true
    }

    /// Takes the rows of a block; the same as setting and committing them one by one.
    func take(_ block: BlockTyper, _ plan: MappedPlan) throws(IntakeError) {
        var texts = plan.cells.indices.filter {
            plan.cells[$0].kind == .text && plan.cells[$0].target >= 0
        }.map { MovedTexts(of: plan.cells[$0].target, block.texts[$0].texts) }
        var start = 0
        for run in block.runs {
            let person = run.person < 0 ? nil : block.persons.texts[run.person]
            try session.meet(person)
            guard !schema.key.isEmpty else {
                try take(start..<run.end, of: person, block, &texts)
                start = run.end
                continue
            }
            var hash = KeyHash()
            hash.add(person ?? "")
            for row in start..<run.end {
                if isNew(key(of: row, block, texts, after: hash)) { continue }
                counts.duplicates += 1
                try take(start..<row, of: person, block, &texts)
                start = row + 1
            }
            try take(start..<run.end, of: person, block, &texts)
            start = run.end
        }
    }

    /// Texts of a block, and where they already stand in the batch in hand.
    private struct MovedTexts {
        let column: Int
        let texts: [String]
        private var places: [(serial: Int, place: Int64)]

        init(of column: Int, _ texts: [String]) {
            self.column = column
            self.texts = texts
            places = Array(repeating: (-1, 0), count: texts.count)
        }

        mutating func place(_ text: Int, in batch: Batch) -> Int64 {
            if places[text].serial != batch.serial {
                places[text] = (batch.serial, batch.place(of: texts[text], in: column))
            }
            return places[text].place
        }
    }

    private func take(
        _ rows: Range<Int>, of person: String?, _ block: BlockTyper, _ texts: inout [MovedTexts]
    ) throws(IntakeError) {
        if let datePlace {
            let dates = block.values(datePlace)
            for row in rows where dates[row] != Schema.null {
                first = min(first, dates[row])
                last = max(last, dates[row])
            }
        }
        var start = rows.lowerBound
        while start < rows.upperBound {
            let batch = batch(of: person)
            let room = min(TableWriter.batch - batch.rows.count, TableWriter.held - waiting)
            let part = start..<min(rows.upperBound, start + room)
            for column in schema.columns.indices {
                let values = block.values(column)
                guard let place = texts.firstIndex(where: { $0.column == column }) else {
                    batch.append(UnsafeBufferPointer(rebasing: values[part]), to: column)
                    continue
                }
                let moved = part.map { row in
                    values[row] == Schema.null
                        ? Schema.null : texts[place].place(Int(values[row]), in: batch)
                }
                moved.withUnsafeBufferPointer { batch.append($0, to: column) }
            }
            batch.count(part.count)
            try settle(batch, part.count)
            start = part.upperBound
        }
    }

    /// Counts rows that were added to a batch, and hands on what is full.
    private func settle(_ batch: Batch, _ added: Int) throws(IntakeError) {
        counts.kept += added
        waiting += added
        if batch.rows.count == TableWriter.batch {
            try close(batch.person)
        } else if waiting >= TableWriter.held {
            try flush()
        }
    }

    /// Hands on all rows in hand, people in order of their names.
    func flush() throws(IntakeError) {
        for person in open.keys.sorted(by: { ($0 ?? "") < ($1 ?? "") }) { try close(person) }
    }

    private func close(_ person: String?) throws(IntakeError) {
        guard let batch = open.removeValue(forKey: person) else { return }
        if hand === batch { hand = nil }
        waiting -= batch.rows.count
        try session.hand(batch.rows, of: person)
    }

    private func batch(of person: String?) -> Batch {
        if let hand, hand.person == person { return hand }
        if let batch = open[person] {
            hand = batch
            return batch
        }
        batches += 1
        let batch = Batch(of: person, schema, serial: batches)
        open[person] = batch
        hand = batch
        return batch
    }

    private func keyHash(_ person: String?) -> UInt64 {
        var hash = KeyHash()
        hash.add(person ?? "")
        for place in schema.key {
            if let text = texts[place] { hash.add(text) } else { hash.add(values[place]) }
        }
        return hash.value
    }

    private func key(
        of row: Int, _ block: BlockTyper, _ texts: [MovedTexts], after person: KeyHash
    ) -> UInt64 {
        var hash = person
        for place in schema.key {
            let value = block.values(place)[row]
            if value != Schema.null, let text = texts.first(where: { $0.column == place }) {
                hash.add(text.texts[Int(value)])
            } else {
                hash.add(value)
            }
        }
        return hash.value
    }

    private func isNew(_ key: UInt64) -> Bool {
        guard seen.count < TableWriter.remembered else {
            forgets = true
            return !seen.contains(key)
        }
        return seen.insert(key).inserted
    }

    /// Says so when there were more rows than can be told apart.
    func warnOfForgetting() {
        guard forgets else { return }
        session.warn(
            "\(schema.table): repetitions after \(TableWriter.remembered) rows are not counted")
    }
}
