// SPDX-License-Identifier: Apache-2.0

/// How a CSV file separates fields and lines.
struct CSVDialect: Hashable {
    static let quote = UInt8(ascii: "\"")

    let delimiter: UInt8
    let newline: UInt8

    init(delimiter: UInt8 = UInt8(ascii: ","), newline: UInt8 = 0x0a) {
        self.delimiter = delimiter
        self.newline = newline
    }

    /// Judges by the first bytes of a file: of comma, tab, semicolon and bar, the one that the first
    /// line has most of, outside quotes; CR ends lines only where there is no LF.
    ///
    /// - Throws: ``IntakeError/Code/empty``, ``IntakeError/Code/encoding``.
    init(of head: Bytes) throws(IntakeError) {
        guard !head.isEmpty else {
            throw IntakeError(.empty, "the file is empty", mend: "Download it again")
        }
        if head.count >= 2,
            (head[0] == 0xff && head[1] == 0xfe) || (head[0] == 0xfe && head[1] == 0xff)
        {
            throw IntakeError(
                .encoding, "the text is UTF-16",
                mend: "Convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW", offset: 0)
        }
        if let place = head.firstIndex(of: 0) {
            throw IntakeError(
                .encoding, "a NUL byte in the text",
                mend:
                    "This is no text file, or it is UTF-16: convert it with iconv -f UTF-16 -t UTF-8",
                offset: Int64(place))
        }
        let newline: UInt8 = head.contains(0x0a) || !head.contains(0x0d) ? 0x0a : 0x0d
        var counts: [UInt8: Int] = [:]
        var inside = false
        for byte in head {
            if byte == CSVDialect.quote { inside.toggle() }
            if inside { continue }
            if byte == newline, !counts.isEmpty { break }
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|"):
                counts[byte, default: 0] += 1
            default: continue
            }
        }
        let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
        self.init(delimiter: best?.key ?? UInt8(ascii: ","), newline: newline)
    }

    /// The dialect that is wanted, or else the one that the first bytes show.
    static func settle(
        _ wanted: CSVDialect?, by head: Bytes
    ) throws(IntakeError) -> CSVDialect {
        if let wanted { return wanted }
        return try CSVDialect(of: head)
    }

    static func tooLong(_ most: Int, line: Int) -> IntakeError {
        IntakeError(
            .limit, "a record is longer than \(most) bytes",
            mend: "If it starts with a quote that is never closed, close it", line: line)
    }

    static func notUTF8(line: Int) -> IntakeError {
        IntakeError(
            .encoding, "text that is not UTF-8, perhaps Latin-1",
            mend: "Convert it: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW", line: line)
    }
}
