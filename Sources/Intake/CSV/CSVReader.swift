// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Records of a CSV or TSV stream, as RFC 4180 describes them, one at a time.
///
/// Fields are slices of one buffer and become text only when asked. Beyond the RFC: any single-byte
/// delimiter, line ends LF, CRLF or CR, a byte order mark, and quotes inside an unquoted field,
/// which stand for themselves. Cost: one pass, eight bytes a step; memory: one buffer that holds
/// the longest record.
final class CSVReader {
    /// The line on which the record in hand starts, from 1.
    private(set) var line = 0
    /// How many fields the record in hand has.
    private(set) var count = 0
    /// Whether text follows a closing quote, so that the record cannot be trusted.
    private(set) var isBroken = false

    let dialect: CSVDialect
    private let stream: any ByteStream
    private let limits: IntakeLimits
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var start = 0
    private var end = 0
    private var isExhausted = false
    private var nextLine = 1
    // Offset << 33 | length << 1 | has doubled quotes; offsets fit 31 bits by the record limit.
    private var spans: UnsafeMutablePointer<UInt64>
    private let delimiters: UInt64
    private let newlines: UInt64

    /// Reads the first bytes and settles delimiter and line end.
    ///
    /// - Throws: ``IntakeError/Code/empty``, ``IntakeError/Code/encoding`` (UTF-16, NUL).
    init(_ stream: any ByteStream, limits: IntakeLimits, dialect wanted: CSVDialect? = nil)
        throws(IntakeError)
    {
        capacity = 1 << 20
        base = .allocate(capacity: capacity + 16)
        base.initialize(repeating: 0, count: capacity + 16)
        spans = .allocate(capacity: limits.columns + 1)
        spans.initialize(repeating: 0, count: limits.columns + 1)
        self.stream = stream
        self.limits = limits
        var filled = 0
        do throws(IntakeError) {
            while filled < 1 << 16 {
                let got = try stream.read(
                    into: .init(start: base + filled, count: capacity - filled))
                if got == 0 { break }
                filled += got
            }
            if let wanted {
                dialect = wanted
            } else {
                dialect = try CSVDialect(
                    of: Bytes(start: base, count: min(filled, 1 << 16)))
            }
        } catch {
            base.deallocate()
            spans.deallocate()
            throw error
        }
        end = filled
        start = filled >= 3 && base[0] == 0xef && base[1] == 0xbb && base[2] == 0xbf ? 3 : 0
        base[end] = dialect.newline
        delimiters = UInt64(dialect.delimiter) &* 0x0101_0101_0101_0101
        newlines = UInt64(dialect.newline) &* 0x0101_0101_0101_0101
    }

    deinit {
        base.deallocate()
        spans.deallocate()
    }

    /// The bytes of a field of the record in hand, without its quotes; valid until ``next()``.
    func field(_ index: Int) -> Bytes {
        let span = spans[index]
        let offset = Int(span >> 33)
        let length = Int(span >> 1 & 0xffff_ffff)
        guard span & 1 == 1 else { return Bytes(start: base + offset, count: length) }
        // Doubled quotes become single ones in place, once.
        var write = offset
        var read = offset
        while read < offset + length {
            base[write] = base[read]
            write += 1
            read += base[read] == CSVDialect.quote ? 2 : 1
        }
        spans[index] = UInt64(offset) << 33 | UInt64(write - offset) << 1
        return Bytes(start: base + offset, count: write - offset)
    }

    /// The text of a field.
    ///
    /// - Throws: ``IntakeError/Code/encoding`` when it is not UTF-8.
    func text(_ index: Int) throws(IntakeError) -> String {
        guard let text = String(validating: field(index), as: UTF8.self) else {
            throw CSVDialect.notUTF8(line: line)
        }
        return text
    }

    /// Moves to the next record that is not a blank line; false at the end.
    ///
    /// - Throws: ``IntakeError/Code/truncated`` for a quote that is never closed,
    ///   ``IntakeError/Code/limit`` for a record or a number of columns beyond the limits,
    ///   ``IntakeError/Code/encoding`` for NUL bytes.
    func next() throws(IntakeError) -> Bool {
        line = nextLine
        while true {
            switch try scan() {
            case .record:
                guard count == 1, spans[0] >> 1 & 0xffff_ffff == 0 else { return true }
                line = nextLine
            case .more: try refill()
            case .finished: return false
            }
        }
    }

    private enum Outcome {
        case record
        case more
        case finished
    }

    /// Makes room behind the record in hand and reads on.
    private func refill() throws(IntakeError) {
        if start > 0 {
            base.update(from: base + start, count: end - start)
            end -= start
            start = 0
        } else if end == capacity {
            guard capacity < limits.record else {
                throw IntakeError(
                    .limit, "a record is longer than \(limits.record) bytes",
                    mend: "If it starts with a quote that is never closed, close it", line: line)
            }
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + 16)
            larger.initialize(repeating: 0, count: capacity * 2 + 16)
            larger.update(from: base, count: end)
            base.deallocate()
            base = larger
            capacity *= 2
        }
        let got = try stream.read(into: .init(start: base + end, count: capacity - end))
        isExhausted = got == 0
        end += got
        base[end] = dialect.newline  // a sentinel: scanning never runs past the end
    }

    /// Splits the record at `start`. The sentinel behind the last byte ends every search.
    private func scan() throws(IntakeError) -> Outcome {
        if start == end { return isExhausted ? .finished : .more }
        let base = self.base
        let delimiter = dialect.delimiter
        var found = 0
        var fieldStart = start
        var index = start
        var nul: UInt64 = 0
        isBroken = false
        nextLine = line
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
                nul |= (word &- CSVReader.ones) & ~word & CSVReader.highs
                var marks = CSVReader.equal(word, delimiters) | CSVReader.equal(word, newlines)
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
        guard found < limits.columns else {
            throw IntakeError(
                .limit, "a record has more than \(limits.columns) columns",
                mend: "Check the delimiter", line: line)
        }
    }

    /// Ends the record before the line end at `place`.
    private func finish(at place: Int, _ found: Int) {
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
    private func quoted(_ open: Int, field: Int) throws(IntakeError) -> Int? {
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
            return try behind(close + 1)
        }
    }

    /// Expects a delimiter or line end at `place`; otherwise marks the record and looks for one.
    private func behind(_ place: Int) throws(IntakeError) -> Int? {
        var place = place
        if place < end, base[place] == 0x0d, base[place + 1] == dialect.newline { place += 1 }
        while place < end, base[place] != dialect.delimiter, base[place] != dialect.newline {
            if base[place] != UInt8(ascii: " ") { isBroken = true }
            place += 1
        }
        return place
    }

    private func countLines(_ from: Int, _ to: Int) {
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
