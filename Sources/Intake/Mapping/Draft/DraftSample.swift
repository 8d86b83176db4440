// SPDX-License-Identifier: Apache-2.0

/// The first records of an unknown table, column by column.
struct DraftSample {
    /// What a column holds.
    struct Values {
        let name: String
        /// The values that are not empty, trimmed, in the file's order.
        var texts: [String] = []
    }

    let delimiter: UInt8
    /// The columns that can be named: not nameless, and of two that are called the same the first.
    let columns: [Values]
    /// Whether the first line holds what is hardly a name.
    let isDoubtful: Bool

    init(_ bytes: [UInt8], hasHeader: Bool) throws(IntakeError) {
        let limits = IntakeLimits()
        let reader = try CSVReader(MemoryStream(bytes), limits: limits)
        let first = try CSVTable.header(reader)
        isDoubtful = HeaderLine.looksLikeValues(first)
        let names = hasHeader ? first : HeaderLine.names(first.count)
        let top = reader.line
        try HeaderLine.check(names, reader)
        guard names.count > 1 else {
            throw IntakeError(
                .unknownFormat, "this is no table with a header line",
                mend: "Give a CSV or TSV whose first line names the columns")
        }
        guard names.contains(where: { !$0.isEmpty }) else {
            throw IntakeError(
                .malformed, "the first line names no column", mend: "Name the columns there",
                line: top)
        }
        delimiter = reader.dialect.delimiter
        var places: [Int] = []
        var columns: [Values] = []
        for (place, name) in names.enumerated() where !name.isEmpty {
            if columns.contains(where: { $0.name == name }) { continue }
            places.append(place)
            columns.append(Values(name: name))
        }
        if !hasHeader {
            for (column, text) in first.enumerated() where !text.isEmpty {
                columns[column].texts.append(text)
            }
        }
        var fitting = hasHeader ? 0 : 1
        var ragged: (line: Int, count: Int)?
        do throws(IntakeError) {
            while try reader.next() {
                guard reader.count == names.count, !reader.isBroken else {
                    if ragged == nil { ragged = (reader.line, reader.count) }
                    continue
                }
                fitting += 1
                for (column, place) in places.enumerated() {
                    let field = trimmed(reader.field(place))
                    guard !field.isEmpty else { continue }
                    guard let text = String(validating: field, as: UTF8.self) else {
                        throw CSVDialect.notUTF8(line: reader.line)
                    }
                    columns[column].texts.append(text)
                }
            }
        } catch {
            // The start of a file may well end inside quotes.
            guard error.code == .truncated else { throw error }
        }
        if let ragged, fitting == 0 {
            throw IntakeError(
                .malformed,
                "it has \(ragged.count) fields, the header in line \(top) has \(names.count), and no "
                    + "line fits the header",
                mend: "Give every line as many fields as the header, and put quotes around a field "
                    + "that holds the delimiter", line: ragged.line)
        }
        self.columns = columns
    }

    /// Without the last record where it may be cut off.
    static func wholeRecords(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 1 << 12, let last = bytes.last, last != 0x0a, last != 0x0d,
            let end = bytes.lastIndex(where: { $0 == 0x0a || $0 == 0x0d })
        else { return bytes }
        return Array(bytes[...end])
    }
}
