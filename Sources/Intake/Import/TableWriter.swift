// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Gathers rows of one table into batches, one person a batch, and leaves out repeated rows.
///
/// Set cells by place, then ``commit(of:)``; cells that were not set are NULL. Holds at most 65,536
/// rows, and eight bytes for each row's key to recognise repetitions.
final class TableWriter {
    static let batch = 4_096
    private static let held = 65_536
    private static let remembered = 4_000_000

    let schema: Schema
    private(set) var tally: IntakeReport.Table
    private unowned let session: Session
    private var open: [String?: Batch] = [:]
    /// The batch of the person whose row came last: files keep a person's rows together.
    private var hand: Batch?
    private let isText: [Bool]
    private var waiting = 0
    private var values: [Int64]
    private var texts: [String?]
    private var seen: Set<UInt64> = []
    private let datePlace: Int?
    private let dateDivisor: Int64
    private var firstDay = Int64.max
    private var lastDay = Int64.min

    private final class Batch {
        let person: String?
        private(set) var rows: Rows
        private var places: [[String: Int64]]

        init(of person: String?, _ schema: Schema) {
            self.person = person
            rows = Rows(schema: schema)
            places = Array(repeating: [:], count: schema.columns.count)
        }

        func append(_ values: [Int64], _ texts: [String?], _ isText: [Bool]) {
            for place in values.indices {
                var value = values[place]
                if isText[place], let text = texts[place] {
                    if let known = places[place][text] {
                        value = known
                    } else {
                        value = Int64(rows.columns[place].dictionary.count)
                        places[place][text] = value
                        rows.columns[place].dictionary.append(text)
                    }
                }
                rows.columns[place].values.append(value)
            }
            rows.count += 1
        }
    }

    init(_ schema: Schema, session: Session) {
        self.schema = schema
        self.session = session
        tally = .init(schema: schema)
        values = Array(repeating: Schema.null, count: schema.columns.count)
        texts = Array(repeating: nil, count: schema.columns.count)
        isText = schema.columns.map { $0.kind == .text }
        datePlace = schema.columns.firstIndex { $0.kind == .date || $0.kind == .timestamp }
        dateDivisor =
            datePlace.map { schema.columns[$0].kind == .timestamp } == true ? 86_400_000_000 : 1
    }

    /// Counts a row or record read for this table.
    func countRead(_ count: Int = 1) { tally.read += count }

    /// Counts a row that was recognised as a repetition before it came here.
    func countDuplicate() { tally.duplicates += 1 }

    /// Sets a cell of the row in hand.
    func set(_ column: Int, _ value: Int64?) { values[column] = value ?? Schema.null }

    /// Sets a text cell of the row in hand; an empty text is NULL.
    func set(_ column: Int, text: String?) { texts[column] = text?.isEmpty == true ? nil : text }

    /// Forgets the row in hand.
    func discard() {
        for place in values.indices { values[place] = Schema.null }
        for place in texts.indices { texts[place] = nil }
    }

    /// Ends the row in hand; false when an earlier row of the person already said it.
    @discardableResult
    func commit(of person: String?) throws(IntakeError) -> Bool {
        defer { discard() }
        try session.meet(person)
        guard isNew(person) else {
            tally.duplicates += 1
            return false
        }
        tally.kept += 1
        if let datePlace, values[datePlace] != Schema.null {
            let day = values[datePlace].flooredQuotient(dateDivisor)
            firstDay = min(firstDay, day)
            lastDay = max(lastDay, day)
            tally.dates = CalendarDay(number: firstDay)...CalendarDay(number: lastDay)
        }
        let batch = batch(of: person)
        batch.append(values, texts, isText)
        waiting += 1
        if batch.rows.count == TableWriter.batch {
            try close(person)
        } else if waiting >= TableWriter.held {
            try flush()
        }
        return true
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
        let batch = open[person] ?? Batch(of: person, schema)
        open[person] = batch
        hand = batch
        return batch
    }

    private func isNew(_ person: String?) -> Bool {
        guard !schema.key.isEmpty else { return true }
        var hash = KeyHash()
        hash.add(person ?? "")
        for place in schema.key {
            if let text = texts[place] { hash.add(text) } else { hash.add(values[place]) }
        }
        guard seen.count < TableWriter.remembered else {
            session.warn(
                "\(schema.table): repetitions after \(TableWriter.remembered) rows are not counted"
            )
            return !seen.contains(hash.value)
        }
        return seen.insert(hash.value).inserted
    }
}

/// 64 bits that tell rows of one file apart: FNV-1a over words, then a multiply-xorshift finish.
///
/// Two different rows of ten million share a value with a chance under one in 300,000; a person who
/// forces one only loses a row of her own.
struct KeyHash {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ value: Int64) { mix(UInt64(bitPattern: value)) }

    mutating func add(_ text: String) {
        var word: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            word = word << 8 | UInt64(byte)
            count += 1
            if count & 7 == 0 {
                mix(word)
                word = 0
            }
        }
        mix(word)
        mix(UInt64(count))
    }

    private mutating func mix(_ word: UInt64) {
        state = (state ^ word) &* 0x9e37_79b9_7f4a_7c15
        state ^= state >> 29
    }

    var value: UInt64 {
        var out = state
        out = (out ^ (out >> 30)) &* 0xbf58_476d_1ce4_e5b9
        out = (out ^ (out >> 27)) &* 0x94d0_49bb_1331_11eb
        return out ^ (out >> 31)
    }
}
