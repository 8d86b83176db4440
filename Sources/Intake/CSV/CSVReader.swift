// SPDX-License-Identifier: Apache-2.0

/// Records of a CSV or TSV stream, one at a time, as ``CSVScanner`` splits them.
///
/// Fields are slices of one buffer and become text only when asked; a byte order mark is passed
/// over. Cost: one pass; memory: one buffer that holds the longest record.
final class CSVReader {
    /// The line on which the record in hand starts, from 1.
    private(set) var line = 0
    /// How many fields the record in hand has.
    var count: Int { scanner.count }
    /// Whether text follows a closing quote, so that the record cannot be trusted.
    var isBroken: Bool { scanner.isBroken }

    let dialect: CSVDialect
    private let stream: any ByteStream
    private let limits: IntakeLimits
    private let buffer: CSVBuffer
    private var scanner: CSVScanner

    /// Reads the first bytes and settles delimiter and line end.
    ///
    /// - Throws: ``IntakeError/Code/empty``, ``IntakeError/Code/encoding`` (UTF-16, NUL).
    init(_ stream: any ByteStream, limits: IntakeLimits, dialect wanted: CSVDialect? = nil)
        throws(IntakeError)
    {
        self.stream = stream
        self.limits = limits
        buffer = CSVBuffer(capacity: 1 << 20)
        try buffer.fill(from: stream, upTo: 1 << 16)
        dialect = try CSVDialect.settle(wanted, by: buffer.head)
        buffer.newline = dialect.newline
        scanner = CSVScanner(dialect, columns: limits.columns)
        scanner.look(
            at: buffer.base, from: buffer.markLength, to: buffer.end, isExhausted: false)
    }

    /// The bytes of a field of the record in hand, without its quotes; valid until ``next()``.
    func field(_ index: Int) -> Bytes {
        let field = scanner.field(index)
        let start = buffer.base + field.offset
        guard field.isDoubled else { return Bytes(start: start, count: field.length) }
        // Doubled quotes become single ones in place, once.
        let length = Bytes(start: start, count: field.length).writeSingleQuoted(to: start)
        scanner.setSingle(index, length: length)
        return Bytes(start: start, count: length)
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
        while true {
            let outcome = try scanner.step()
            line = scanner.line
            switch outcome {
            case .record: return true
            case .blank: continue
            case .more: try refill()
            case .finished: return false
            }
        }
    }

    /// Makes room behind the record in hand and reads on.
    private func refill() throws(IntakeError) {
        buffer.drop(before: scanner.start)
        if buffer.end == buffer.capacity {
            guard buffer.capacity < limits.record else {
                throw CSVDialect.tooLong(limits.record, line: line)
            }
            buffer.grow(to: buffer.capacity * 2)
        }
        let got = try buffer.read(from: stream, atMost: buffer.capacity - buffer.end)
        scanner.look(at: buffer.base, from: 0, to: buffer.end, isExhausted: got == 0)
    }
}
