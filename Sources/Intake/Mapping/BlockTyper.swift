// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Vault

/// Types the records of one block of a mapped file, and keeps what is to be said about them.
///
/// It touches nothing outside itself, so several work at once, each on its own block; line numbers
/// count from 0 at the block's start. Memory: at most sixteen bytes for each byte of the block, and
/// its texts.
final class BlockTyper {
    /// Why the work ended.
    enum Stop {
        /// Behind the block, or before a record that its memory does not hold whole.
        case end
        /// A date of this cell may be read in two ways, and the order is not known yet.
        case open(cell: Int)
        /// The file cannot be read on from here.
        case failed(IntakeError)
    }

    /// What was dropped for one reason.
    struct Drop {
        let reason: Int
        var count = 0
        var lines: [Int] = []
    }

    /// Rows one after another that are one person's.
    struct Run {
        let person: Int
        var end: Int
    }

    // Reasons; from `unreadable` on, one for each cell.
    static let brokenQuotes = 0
    static let wrongFieldCount = 1
    static let noPerson = 2
    static let unreadable = 3

    /// Where the work started and ended, as places in the memory.
    private(set) var from = 0
    private(set) var end = 0
    /// How many lines lie between them.
    private(set) var lines = 0
    private(set) var stop = Stop.end
    /// Records that were read.
    private(set) var read = 0
    /// Rows that were made of them.
    private(set) var rows = 0
    private(set) var runs: [Run] = []
    /// The names of the runs' people.
    private(set) var persons = TextTable()
    /// Each cell's texts, to which its values point.
    private(set) var texts: [TextTable]
    /// How many values of each cell were left out.
    private(set) var masked: [Int]
    private(set) var drops: [Drop] = []
    /// What each cell's dates tell about the order of day and month.
    private(set) var evidence: [OrderEvidence]
    /// Whether a text was longer than what is kept of one.
    private(set) var isShortened = false

    private let plan: MappedPlan
    private let dialect: CSVDialect
    private var room = 0
    private var columns: UnsafeMutablePointer<UnsafeMutablePointer<Int64>>
    private var scratch: UnsafeMutablePointer<UInt8>
    private var scratchSize = 4_096

    init(_ plan: MappedPlan, _ dialect: CSVDialect) {
        self.plan = plan
        self.dialect = dialect
        let width = plan.schema.columns.count
        texts = plan.cells.map { _ in TextTable() }
        masked = plan.cells.map { _ in 0 }
        evidence = plan.cells.map { _ in OrderEvidence() }
        columns = .allocate(capacity: width)
        for place in 0..<width { (columns + place).initialize(to: .allocate(capacity: 0)) }
        scratch = .allocate(capacity: scratchSize)
    }

    deinit {
        for place in plan.schema.columns.indices { columns[place].deallocate() }
        columns.deallocate()
        scratch.deallocate()
    }

    /// The typed values of a column of the schema; of texts, places in ``texts``.
    func values(_ column: Int) -> UnsafeBufferPointer<Int64> {
        UnsafeBufferPointer(start: columns[column], count: rows)
    }

    /// Types the records that start from `part.from` up to `part.limit` in memory of `end` bytes.
    ///
    /// - Parameter orders: the order of each cell's dates, where it is known.
    func type(
        _ base: UnsafePointer<UInt8>, _ part: CSVBlocks.Part, end: Int, isExhausted: Bool,
        orders: [DateOrder?]
    ) {
        forget()
        from = part.from
        var scanner = CSVScanner(dialect, columns: plan.limits.columns, firstLine: 0)
        scanner.look(at: base, from: part.from, to: end, isExhausted: isExhausted)
        do throws(IntakeError) {
            stop = try type(base, &scanner, part.limit, orders)
        } catch { stop = .failed(error) }
        self.end = scanner.start
        lines = scanner.nextLine
    }

    private func forget() {
        read = 0
        rows = 0
        runs.removeAll(keepingCapacity: true)
        persons.removeAll()
        for cell in plan.cells.indices {
            texts[cell].removeAll()
            masked[cell] = 0
            evidence[cell] = OrderEvidence()
        }
        drops.removeAll(keepingCapacity: true)
        isShortened = false
    }

    private func type(
        _ base: UnsafePointer<UInt8>, _ scanner: inout CSVScanner, _ limit: Int,
        _ orders: [DateOrder?]
    ) throws(IntakeError) -> Stop {
        let cells = plan.cells
        let hasNulls = !plan.nulls.isEmpty
        var columns = self.columns
        var room = self.room
        var row = 0
        var seen = 0
        var known = Known()
        // What changes with every row is kept out of the object until the end.
        var masked = self.masked
        var runs: [Run] = []
        swap(&runs, &self.runs)
        defer {
            rows = row
            read = seen
            self.masked = masked
            self.runs = runs
        }
        while scanner.start < limit {
            let start = scanner.start
            switch try scanner.step() {
            case .record where scanner.start - start > plan.limits.record:
                throw CSVDialect.tooLong(plan.limits.record, line: scanner.line)
            case .record: break
            case .blank: continue
            case .more, .finished: return .end
            }
            if scanner.isBroken || scanner.count != plan.fields {
                drop(
                    scanner.isBroken ? BlockTyper.brokenQuotes : BlockTyper.wrongFieldCount,
                    scanner.line)
                continue
            }
            seen += 1
            if row == room {
                grow(used: row)
                columns = self.columns
                room = self.room
            }
            for index in cells.indices {
                let cell = cells[index]
                let bytes = trimmed(bytes(of: scanner.field(cell.place), base))
                let isNull = hasNulls ? plan.isNull(bytes) : bytes.isEmpty
                if cell.isOpen, MomentText.mayBeEither(bytes) {
                    evidence[index].observe(bytes, line: scanner.line)
                    if orders[index] == nil, MomentText.leading(bytes) != nil {
                        return .open(cell: index)
                    }
                }
                guard cell.target >= 0 else {
                    if !isNull { masked[index] += 1 }
                    continue
                }
                guard !isNull else {
                    columns[cell.target][row] = Schema.null
                    continue
                }
                let value: Int64?
                if cell.kind == .text {
                    value = try text(bytes, index, scanner.line)
                } else {
                    value = self.value(bytes, index, cell, orders[index] ?? .monthFirst)
                }
                columns[cell.target][row] = value ?? Schema.null
                if value == nil { drop(BlockTyper.unreadable + index, scanner.line) }
            }
            if try take(scanner, base, &known, &runs, row) { row += 1 }
        }
        return .end
    }

    /// The name that the row before had: most rows have it too.
    private struct Known {
        var offset = 0
        var length = -1
        var person = -1
    }

    /// Ends the row: finds whose it is; false where no person is said.
    @inline(__always)
    private func take(
        _ scanner: borrowing CSVScanner, _ base: UnsafePointer<UInt8>, _ known: inout Known,
        _ runs: inout [Run], _ row: Int
    ) throws(IntakeError) -> Bool {
        guard let place = plan.person else {
            if runs.isEmpty { runs.append(Run(person: -1, end: 0)) }
            runs[runs.count - 1].end = row + 1
            return true
        }
        let field = scanner.field(place)
        let isSame =
            !field.isDoubled && field.length == known.length
            && memcmp(base + field.offset, base + known.offset, field.length) == 0
        if !isSame {
            known.person = try person(bytes(of: field, base), scanner.line)
            known.offset = field.offset
            known.length = field.isDoubled ? -1 : field.length
        }
        guard known.person >= 0 else {
            drop(BlockTyper.noPerson, scanner.line)
            return false
        }
        if isSame, !runs.isEmpty {
            runs[runs.count - 1].end = row + 1
        } else if let last = runs.last, last.person == known.person {
            runs[runs.count - 1].end = row + 1
        } else {
            runs.append(Run(person: known.person, end: row + 1))
        }
        return true
    }

    /// The place of the person's name; negative where there is none.
    private func person(_ bytes: Bytes, _ line: Int) throws(IntakeError) -> Int {
        if let known = persons.place(of: bytes) { return persons.texts[known].isEmpty ? -1 : known }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CSVDialect.notUTF8(line: line)
        }
        let place = persons.add(bytes, shortened(trimmed(text)))
        return persons.texts[place].isEmpty ? -1 : place
    }

    private func text(_ bytes: Bytes, _ cell: Int, _ line: Int) throws(IntakeError) -> Int64 {
        if let known = texts[cell].place(of: bytes) { return Int64(known) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CSVDialect.notUTF8(line: line)
        }
        return Int64(texts[cell].add(bytes, shortened(text)))
    }

    private func shortened(_ text: String) -> String {
        guard let short = plan.limits.shortened(text) else { return text }
        isShortened = true
        return short
    }

    @inline(__always)
    private func value(
        _ bytes: Bytes, _ index: Int, _ cell: MappedPlan.Cell, _ order: DateOrder
    ) -> Int64? {
        switch cell.kind {
        case .integer, .decimal:
            return Number.units(
                cell.strips ? stripped(bytes, index) : bytes, scale: cell.kind.scale,
                point: cell.point)
        case .category: return plan.categories[cell.target].place(of: bytes)
        case .boolean: return MappedValue.boolean(bytes)
        case .date: return MappedValue.moment(bytes, cell.format, order)?.day
        case .timestamp:
            return MappedValue.moment(bytes, cell.format, order)?.utc(fallback: plan.offsetMinutes)
        case .text: return nil
        }
    }

    /// The bytes without the characters that are taken out of numbers.
    private func stripped(_ bytes: Bytes, _ index: Int) -> Bytes {
        let strip = plan.sources[index].strip
        reserve(bytes.count)
        var count = 0
        for byte in bytes where !strip.contains(byte) {
            scratch[count] = byte
            count += 1
        }
        return Bytes(start: scratch, count: count)
    }

    /// A field's bytes; those with doubled quotes are copied, and stay until the next such.
    @inline(__always)
    private func bytes(of field: CSVScanner.Field, _ base: UnsafePointer<UInt8>) -> Bytes {
        let plain = Bytes(start: base + field.offset, count: field.length)
        guard field.isDoubled else { return plain }
        reserve(field.length)
        return Bytes(start: scratch, count: plain.writeSingleQuoted(to: scratch))
    }

    /// Makes room; what lies in it already is never longer than the room.
    private func reserve(_ size: Int) {
        guard size > scratchSize else { return }
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
        scratch.deallocate()
        scratch = larger
        scratchSize = size
    }

    private func grow(used: Int) {
        let more = max(4_096, room * 2)
        for place in plan.schema.columns.indices {
            let larger = UnsafeMutablePointer<Int64>.allocate(capacity: more)
            larger.initialize(repeating: Schema.null, count: more)
            larger.update(from: columns[place], count: used)
            columns[place].deallocate()
            columns[place] = larger
        }
        room = more
    }

    private func drop(_ reason: Int, _ line: Int) {
        let place: Int
        if let known = drops.firstIndex(where: { $0.reason == reason }) {
            place = known
        } else {
            place = drops.count
            drops.append(Drop(reason: reason))
        }
        drops[place].count += 1
        if drops[place].lines.count < 10 { drops[place].lines.append(line) }
    }
}
