// SPDX-License-Identifier: Apache-2.0

/// A CSV file with a header: finds columns by name and passes over records that do not fit.
final class CSVTable {
    let reader: CSVReader
    /// The header's names, trimmed.
    let names: [String]
    private let session: Session

    init(_ entry: Parcel.Entry, session: Session, dialect: CSVDialect? = nil) throws(IntakeError) {
        self.session = session
        let left = session.bytesLeft
        let stream = CountedStream(try entry.open(), session: session, left: left)
        reader = try CSVReader(stream, limits: session.limits, dialect: dialect)
        names = try CSVTable.header(reader)
    }

    /// The trimmed names of the first record.
    static func header(_ reader: CSVReader) throws(IntakeError) -> [String] {
        guard try reader.next() else {
            throw IntakeError(.empty, "the file has no header line", mend: "Download it again")
        }
        var names: [String] = []
        for index in 0..<reader.count {
            names.append(trimmed(try reader.text(index)))
        }
        return names
    }

    /// The place of the first column of one of these names; upper and lower case are one.
    func place(_ wanted: String...) -> Int? {
        for name in wanted {
            if let place = names.firstIndex(where: { $0.lowercased() == name.lowercased() }) {
                return place
            }
        }
        return nil
    }

    /// The place of a column that must be there.
    func require(_ name: String) throws(IntakeError) -> Int {
        guard let place = place(name) else {
            throw IntakeError(
                .malformed, "the column \"\(name)\" is missing",
                mend: "Download the file again and do not edit it", line: 1)
        }
        return place
    }

    static let brokenQuotes = (
        code: "broken_quotes", sentence: "text stands behind a closing quote"
    )
    static let wrongFieldCount = (
        code: "wrong_field_count", sentence: "the line does not have as many fields as the header"
    )

    /// Moves to the next record with as many fields as the header; others are dropped and counted.
    func next() throws(IntakeError) -> Bool {
        while try reader.next() {
            if reader.isBroken {
                session.drop(
                    CSVTable.brokenQuotes.code, CSVTable.brokenQuotes.sentence, line: reader.line)
            } else if reader.count != names.count {
                session.drop(
                    CSVTable.wrongFieldCount.code, CSVTable.wrongFieldCount.sentence,
                    line: reader.line)
            } else {
                return true
            }
        }
        return false
    }

    /// Says which columns are not taken.
    func sayUnread(except taken: Set<Int>) {
        CSVTable.sayUnread(names, except: taken, to: session)
    }

    /// Says which of the columns are not taken.
    static func sayUnread(_ names: [String], except taken: Set<Int>, to session: Session) {
        for (place, name) in names.enumerated() where !taken.contains(place) {
            session.drop(
                "column_not_taken", "the column \"\(name.prefix(80))\" is not taken")
        }
    }
}

/// Without white space at both ends.
func trimmed(_ text: String) -> String {
    // Nearly all texts begin and end with a plain letter or digit.
    if let first = text.utf8.first, let last = text.utf8.last, (0x21..<0x7f).contains(first),
        (0x21..<0x7f).contains(last)
    {
        return text
    }
    var part = Substring(text)
    while let first = part.first, first.isWhitespace { part.removeFirst() }
    while let last = part.last, last.isWhitespace { part.removeLast() }
    return String(part)
}

/// Without spaces at both ends.
func trimmed(_ bytes: Bytes) -> Bytes {
    var low = 0
    var high = bytes.count
    while low < high, bytes[low] == 0x20 || bytes[low] == 0x09 { low += 1 }
    while high > low, bytes[high - 1] == 0x20 || bytes[high - 1] == 0x09 { high -= 1 }
    return Bytes(rebasing: bytes[low..<high])
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether the bytes are that ASCII text.
    func isText(_ text: StaticString) -> Bool {
        guard text.utf8CodeUnitCount == count else { return false }
        for index in 0..<count where self[index] != text.utf8Start[index] { return false }
        return true
    }
}
