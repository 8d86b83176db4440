// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A CSV stream, mostly with a header, held a stretch at a time and cut into parts, so that several threads
/// can read it at once.
///
/// Where a part's first record starts is a guess: behind the first line end. A line end inside
/// quotes deceives it, so a part counts only when the one before it ends exactly there; if not, it
/// is read again from the true place. So the records are always those of one pass. Memory: the
/// stretch, or twice the longest record.
final class CSVBlocks {
    /// Where a thread reads: records that start in it.
    struct Part {
        let from: Int
        let limit: Int
    }

    /// The header's names, trimmed.
    let names: [String]
    let dialect: CSVDialect
    /// Where the next record starts in ``base``.
    private(set) var start: Int
    /// Its line, from 1.
    private(set) var line: Int
    /// Whether nothing comes behind ``end``.
    private(set) var isExhausted = false

    private let stream: any ByteStream
    private let limits: IntakeLimits
    private let buffer: CSVBuffer
    private let stretch: Int
    private static let least = 1 << 16

    /// Reads the first line: the header, or, without one, how many columns there are.
    ///
    /// - Throws: as ``CSVReader``, and ``IntakeError/Code/empty`` without a header line.
    init(
        _ stream: any ByteStream, limits: IntakeLimits, dialect wanted: CSVDialect?,
        hasHeader: Bool = true, stretch: Int
    ) throws(IntakeError) {
        self.stream = stream
        self.limits = limits
        self.stretch = max(stretch, CSVBlocks.least)
        buffer = CSVBuffer(capacity: self.stretch)
        isExhausted = !(try buffer.fill(from: stream, upTo: self.stretch))
        dialect = try CSVDialect.settle(wanted, by: buffer.head)
        buffer.newline = dialect.newline
        var scanner = CSVScanner(dialect, columns: limits.columns)
        scanner.look(
            at: buffer.base, from: buffer.markLength, to: buffer.end, isExhausted: isExhausted)
        header: while true {
            switch try scanner.step() {
            case .record: break header
            case .blank: continue
            case .more:
                guard buffer.end - scanner.start <= limits.record else {
                    throw CSVDialect.tooLong(limits.record, line: scanner.line)
                }
                let start = scanner.start
                buffer.grow(to: buffer.capacity * 2)
                isExhausted = !(try buffer.fill(from: stream, upTo: buffer.capacity))
                scanner.look(
                    at: buffer.base, from: start, to: buffer.end, isExhausted: isExhausted)
            case .finished:
                throw IntakeError(
                    .empty, "the file has no header line", mend: "Download it again")
            }
        }
        guard hasHeader else {
            names = HeaderLine.names(scanner.count)
            start = buffer.markLength
            line = 1
            return
        }
        var names: [String] = []
        for index in 0..<scanner.count {
            let field = scanner.field(index)
            var bytes = Array(Bytes(start: buffer.base + field.offset, count: field.length))
            if field.isDoubled {
                let length = bytes.withUnsafeMutableBufferPointer { raw -> Int in
                    raw.baseAddress.map { Bytes(raw).writeSingleQuoted(to: $0) } ?? 0
                }
                bytes.removeLast(bytes.count - length)
            }
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw CSVDialect.notUTF8(line: scanner.line)
            }
            names.append(trimmed(name))
        }
        self.names = names
        start = scanner.start
        line = scanner.nextLine
    }

    var base: UnsafePointer<UInt8> { UnsafePointer(buffer.base) }
    var end: Int { buffer.end }

    /// Cuts what is in hand into parts; nothing at the end.
    func parts(_ count: Int) -> [Part] {
        let size = end - start
        guard size > 0 else { return [] }
        let count = max(1, min(count, size / CSVBlocks.least))
        return (0..<count).map { place in
            let nominal = start + size * place / count
            let limit = start + size * (place + 1) / count
            return Part(from: place == 0 ? start : behindLine(nominal), limit: limit)
        }
    }

    /// The first place from `nominal` on that has a line end before it.
    private func behindLine(_ nominal: Int) -> Int {
        guard let hit = memchr(base + nominal - 1, Int32(dialect.newline), end - nominal + 1) else {
            return end
        }
        return base.distance(to: hit.assumingMemoryBound(to: UInt8.self)) + 1
    }

    /// Goes on behind what was read, with the next stretch; false at the end of the stream.
    ///
    /// - Throws: ``IntakeError/Code/limit`` for a record that is too long, and the stream's errors.
    func advance(to place: Int, line: Int) throws(IntakeError) -> Bool {
        self.line = line
        guard !isExhausted else { return false }
        let rest = end - place
        guard rest <= limits.record else { throw CSVDialect.tooLong(limits.record, line: line) }
        buffer.drop(before: place)
        start = 0
        let wanted = max(stretch, rest * 2)
        buffer.grow(to: wanted)
        isExhausted = !(try buffer.fill(from: stream, upTo: wanted))
        return end > 0
    }
}
