// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation

/// The elements of one big JSON array, one at a time, in constant memory.
///
/// Splits the bytes at the commas between elements; each element is then parsed as JSON by itself.
final class JSONElements {
    /// The line on which the element in hand starts, from 1.
    private(set) var line = 1
    private let stream: any ByteStream
    private let limit: Int
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var offset: Int64 = 0
    private var lineHere = 1
    private var state = State.before

    private enum State {
        case before
        case first
        case inside
        case after
    }

    /// Reads elements of at most `limits.record` bytes.
    init(_ stream: any ByteStream, limits: IntakeLimits) {
        self.stream = stream
        limit = limits.record
        buffer = Array(repeating: 0, count: 1 << 18)
    }

    /// The elements of a file's array.
    convenience init(_ entry: Parcel.Entry, session: Session) throws(IntakeError) {
        let source = CountedStream(try entry.open(), session: session, left: session.bytesLeft)
        self.init(source, limits: session.limits)
    }

    /// The next element; nil behind the last.
    ///
    /// - Throws: ``IntakeError/Code/malformed``, ``IntakeError/Code/truncated``,
    ///   ``IntakeError/Code/limit``.
    func next() throws(IntakeError) -> JSON? {
        if state == .after { return nil }
        if state == .before {
            if try peek() == 0xef { try skipMark() }
            guard try peek() == UInt8(ascii: "[") else { throw malformed("'[' is missing") }
            start += 1
            state = .first
        }
        let byte = try peek()
        if byte == UInt8(ascii: "]"), state == .first {
            try finish()
            return nil
        }
        guard byte != nil else { throw truncated() }
        state = .inside
        line = lineHere
        let place = offset + Int64(start)
        let bytes = try element()
        let terminator = try peek()
        start += 1
        if terminator == UInt8(ascii: "]") {
            start -= 1
            try finish()
        } else if terminator != UInt8(ascii: ",") {
            start -= 1
            throw malformed("',' or ']' is missing")
        }
        do { return try JSON(parsing: bytes) } catch {
            throw IntakeError(
                .malformed, "the JSON is broken: \(error.reason)", mend: "Download it again",
                line: line, offset: place + Int64(error.offset))
        }
    }

    /// The bytes of one element: up to a comma or bracket that is not its own.
    private func element() throws(IntakeError) -> [UInt8] {
        var depth = 0
        var isText = false
        var index = start
        while true {
            if index == end {
                let held = index - start
                guard try fill() else { throw truncated() }
                index = start + held
            }
            let byte = buffer[index]
            if isText {
                if byte == UInt8(ascii: "\\") {
                    if index + 1 == end {
                        let held = index - start
                        guard try fill() else { throw truncated() }
                        index = start + held
                    }
                    index += 2
                    continue
                }
                if byte == UInt8(ascii: "\"") { isText = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isText = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"): depth -= 1
                case UInt8(ascii: "]") where depth == 0, UInt8(ascii: ",") where depth == 0:
                    let bytes = Array(buffer[start..<index])
                    start = index
                    return bytes
                case UInt8(ascii: "]"): depth -= 1
                default: break
                }
                guard depth >= 0 else { throw malformed("a bracket too many") }
            }
            if byte == 0x0a { lineHere += 1 }
            index += 1
        }
    }

    /// The next byte that is not white space, without taking it; nil at the end.
    private func peek() throws(IntakeError) -> UInt8? {
        while true {
            if start == end, try !fill() { return nil }
            let byte = buffer[start]
            guard byte.isSpace else { return byte }
            if byte == 0x0a { lineHere += 1 }
            start += 1
        }
    }

    private func skipMark() throws(IntakeError) {
        for expected: UInt8 in [0xef, 0xbb, 0xbf] {
            guard try peek() == expected else { throw malformed("this is no UTF-8 text") }
            start += 1
        }
    }

    private func finish() throws(IntakeError) {
        start += 1
        state = .after
        guard try peek() == nil else { throw malformed("something stands behind the last ']'") }
    }

    /// Reads on behind what is held; false at the end.
    private func fill() throws(IntakeError) -> Bool {
        if start > 0 {
            buffer.withUnsafeMutableBytes { raw in
                guard let base = raw.baseAddress else { return }
                memmove(base, base + start, end - start)
            }
            offset += Int64(start)
            end -= start
            start = 0
        }
        if end == buffer.count {
            guard buffer.count < limit else {
                throw IntakeError(
                    .limit, "an element is longer than \(limit) bytes",
                    mend: "Check that this is the right file", line: lineHere)
            }
            buffer.append(contentsOf: Array(repeating: 0, count: buffer.count))
        }
        var outcome: Result<Int, IntakeError> = .success(0)
        let filled = end
        buffer.withUnsafeMutableBytes { raw in
            let target = UnsafeMutableRawBufferPointer(rebasing: raw[filled...])
            do throws(IntakeError) { outcome = .success(try stream.read(into: target)) } catch {
                outcome = .failure(error)
            }
        }
        let got = try outcome.get()
        end += got
        return got > 0
    }

    private func malformed(_ reason: String) -> IntakeError {
        IntakeError(
            .malformed, "the JSON is broken: \(reason)", mend: "Download it again",
            line: lineHere, offset: offset + Int64(start))
    }

    private func truncated() -> IntakeError {
        IntakeError(
            .truncated, "the JSON ends too early",
            mend: "The file was cut off: download it again", line: lineHere,
            offset: offset + Int64(end))
    }
}

extension JSON {
    /// A number, or text that is one, in units of 10^-scale.
    ///
    /// A fraction passed the JSON parser as a Double; its shortest text is what the file said, for
    /// any number of up to 15 digits.
    func scaled(_ scale: Int) -> Int64? {
        switch self {
        case .integer(let value): Number.scaled(String(value), scale: scale)
        case .number(let value): Number.scaled("\(value)", scale: scale)
        case .string(let text): Number.scaled(text, scale: scale)
        default: nil
        }
    }

    /// Text that is not empty.
    var words: String? { string.flatMap { $0.isEmpty ? nil : $0 } }
}
