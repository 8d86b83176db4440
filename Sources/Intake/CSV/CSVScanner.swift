// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Splits memory into records of a CSV or TSV, as RFC 4180 describes them, one at a time.
///
/// Fields are places in that memory, which is never written to. Beyond the RFC: any single-byte
/// delimiter, line ends LF, CRLF or CR, and quotes inside an unquoted field, which stand for
/// themselves. Cost: one pass, eight bytes a step.
struct CSVScanner: ~Copyable {
    /// What a step came to.
    enum Outcome {
        /// A record is in hand.
        case record
        /// A line without anything was passed.
        case blank
        /// The memory ends inside a record, and more is to come.
        case more
        /// There is nothing left.
        case finished
    }

    /// A field's place, without its quotes.
    struct Field {
        let offset: Int
        let length: Int
        /// Whether quotes inside it are written twice.
        let isDoubled: Bool
    }

    /// The line on which the record in hand starts.
    private(set) var line = 0
    /// The line behind the record in hand.
    private(set) var nextLine: Int
    /// How many fields the record in hand has.
    private(set) var count = 0
    /// Whether text follows a closing quote, so that the record cannot be trusted.
    private(set) var isBroken = false
    /// Where the next record starts.
    private(set) var start = 0

    private let dialect: CSVDialect
    private let columns: Int
    private var base: UnsafePointer<UInt8>
    private var end = 0
    private var isExhausted = false
    // Offset << 33 | length << 1 | has doubled quotes; offsets fit 31 bits by the record limit.
    private let spans: UnsafeMutablePointer<UInt64>
    private let delimiters: UInt64
    private let newlines: UInt64

    /// Has no memory yet.
    init(_ dialect: CSVDialect, columns: Int, firstLine: Int = 1) {
        self.dialect = dialect
        self.columns = columns
        nextLine = firstLine
        spans = .allocate(capacity: columns + 1)
        spans.initialize(repeating: 0, count: columns + 1)
        base = UnsafePointer(spans).withMemoryRebound(to: UInt8.self, capacity: 8) { $0 }
        delimiters = UInt64(dialect.delimiter) &* 0x0101_0101_0101_0101
        newlines = UInt64(dialect.newline) &* 0x0101_0101_0101_0101
    }

    deinit { spans.deallocate() }

    /// Points to memory, whose next record starts at `start`.
    ///
    /// - Requires: a line end stands at `end`, so that no search runs past it, and seven more bytes
    ///   may be read behind it.
    mutating func look(
        at base: UnsafePointer<UInt8>, from start: Int, to end: Int, isExhausted: Bool
    ) {
        self.base = base
        self.start = start
        self.end = end
        self.isExhausted = isExhausted
    }

    /// Counts lines from this one again.
    mutating func count(from line: Int) { nextLine = line }

    /// The place of a field of the record in hand.
    func field(_ index: Int) -> Field {
        let span = spans[index]
        return Field(
            offset: Int(span >> 33), length: Int(span >> 1 & 0xffff_ffff), isDoubled: span & 1 == 1)
    }

    /// Remembers that a field's doubled quotes were made single ones.
    mutating func setSingle(_ index: Int, length: Int) {
        spans[index] = (spans[index] >> 33) << 33 | UInt64(length) << 1
    }

    /// Moves to the next record; after ``Outcome/more`` the same record is tried again.
    ///
    /// - Throws: ``IntakeError/Code/truncated`` for a quote that is never closed,
    ///   ``IntakeError/Code/limit`` for too many columns, ``IntakeError/Code/encoding`` for NUL.
    mutating func step() throws(IntakeError) -> Outcome {
        line = nextLine
        let outcome = try scan()
        switch outcome {
        case .record: return count == 1 && spans[0] >> 1 & 0xffff_ffff == 0 ? .blank : .record
        case .more:
            nextLine = line
            return .more
        case .blank, .finished: return outcome
        }
    }

    /// Splits the record at `start`. The sentinel behind the last byte ends every search.
    private mutating func scan() throws(IntakeError) -> Outcome {
        if start == end { return isExhausted ? .finished : .more }
        let base = self.base
        let end = self.end
        let delimiter = dialect.delimiter
        var found = 0
        var fieldStart = start
        var index = start
        var nul: UInt64 = 0
        isBroken = false
        record: while true {
            if base[fieldStart] == CSVDialect.quote, index == fieldStart {
                guard let close = try quoted(fieldStart, field: found) else { return .more }
                found += 1
                try checkColumns(found)
                if base[close] == delimiter, close < end {
                    fieldStart = close + 1
                    index = fieldStart
                    continue record
                }
                if close == end, !isExhausted { return .more }
                finish(at: close, found)
                return .record
            }
            // Eight bytes a step: a high bit marks each delimiter and each line end.
            while true {
                let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
                nul |= (word &- CSVScanner.ones) & ~word & CSVScanner.highs
                var marks = CSVScanner.equal(word, delimiters) | CSVScanner.equal(word, newlines)
                while marks != 0 {
                    let place = index + marks.trailingZeroBitCount >> 3
                    spans[found] = UInt64(fieldStart) << 33 | UInt64(place - fieldStart) << 1
                    found += 1
                    if base[place] != delimiter || place >= end {
                        if place >= end, !isExhausted { return .more }
                        if nul != 0 { try refuseNul(upTo: min(place, end)) }
                        finish(at: min(place, end), found)
                        return .record
                    }
                    try checkColumns(found)
                    fieldStart = place + 1
                    if base[fieldStart] == CSVDialect.quote {
                        index = fieldStart
                        continue record
                    }
                    marks &= marks &- 1
                }
                index += 8
            }
        }
    }

    @inline(__always)
    private func checkColumns(_ found: Int) throws(IntakeError) {
        guard found < columns else {
            throw IntakeError(
                .limit, "a record has more than \(columns) columns", mend: "Check the delimiter",
                line: line)
        }
    }

    /// Ends the record before the line end at `place`.
    private mutating func finish(at place: Int, _ found: Int) {
        let last = spans[found - 1]
        let length = Int(last >> 1 & 0xffff_ffff)
        // The CR of a CRLF lies inside an unquoted last field; behind a quoted one it was passed.
        if dialect.newline == 0x0a, length > 0, Int(last >> 33) + length == place,
            base[place - 1] == 0x0d
        {
            spans[found - 1] = last - 2
        }
        count = found
        start = min(place + 1, end)
        nextLine += 1
    }

    /// Reads the quoted field whose opening quote is at `open`; gives the place behind it.
    private mutating func quoted(_ open: Int, field: Int) throws(IntakeError) -> Int? {
        var from = open + 1
        var doubled: UInt64 = 0
        while true {
            guard from < end,
                let hit = memchr(base + from, Int32(CSVDialect.quote), end - from)
            else {
                guard isExhausted else { return nil }
                throw IntakeError(
                    .truncated, "a quote is opened and never closed",
                    mend: "The file may have been cut off: download it again", line: line)
            }
            let close = base.distance(
                to: hit.assumingMemoryBound(to: UInt8.self))
            if close + 1 == end, !isExhausted { return nil }
            if close + 1 < end, base[close + 1] == CSVDialect.quote {
                doubled = 1
                from = close + 2
                continue
            }
            spans[field] = UInt64(open + 1) << 33 | UInt64(close - open - 1) << 1 | doubled
            countLines(open + 1, close)
            return behind(close + 1)
        }
    }

    /// Expects a delimiter or line end at `place`; otherwise marks the record and looks for one.
    private mutating func behind(_ place: Int) -> Int {
        var place = place
        if place < end, base[place] == 0x0d, base[place + 1] == dialect.newline { place += 1 }
        while place < end, base[place] != dialect.delimiter, base[place] != dialect.newline {
            if base[place] != UInt8(ascii: " ") { isBroken = true }
            place += 1
        }
        return place
    }

    private mutating func countLines(_ from: Int, _ to: Int) {
        var from = from
        while from < to, let hit = memchr(base + from, Int32(dialect.newline), to - from) {
            nextLine += 1
            from = base.distance(to: hit.assumingMemoryBound(to: UInt8.self)) + 1
        }
    }

    /// The cheap sign of a NUL may also come from bytes behind the record: look again.
    private func refuseNul(upTo place: Int) throws(IntakeError) {
        guard place > start, memchr(base + start, 0, place - start) != nil else { return }
        throw IntakeError(
            .encoding, "a NUL byte in the text",
            mend: "This is no text file, or it is UTF-16: convert it with iconv -f UTF-16 -t UTF-8",
            line: line)
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080
    private static let lows: UInt64 = 0x7f7f_7f7f_7f7f_7f7f

    /// A high bit in each byte that equals the pattern's; exact, unlike the subtracting trick.
    @inline(__always)
    private static func equal(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
        let difference = word ^ pattern
        return ~(((difference & lows) &+ lows) | difference | lows)
    }
}
