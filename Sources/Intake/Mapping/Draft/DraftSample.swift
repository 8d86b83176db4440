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

    init(_ bytes: [UInt8]) throws(IntakeError) {
        let limits = IntakeLimits()
        let reader = try CSVReader(MemoryStream(bytes), limits: limits)
        let names = try CSVTable.header(reader)
        guard names.count > 1, !names.contains(where: { $0.utf8.contains { $0 < 0x20 } }) else {
            throw IntakeError(
                .unknownFormat, "this is no table with a header line",
                mend: "Give a CSV or TSV whose first line names the columns")
        }
        delimiter = reader.dialect.delimiter
        var places: [Int] = []
        var columns: [Values] = []
        for (place, name) in names.enumerated() where !name.isEmpty {
            if columns.contains(where: { $0.name == name }) { continue }
            places.append(place)
            columns.append(Values(name: name))
        }
        do throws(IntakeError) {
            while try reader.next() {
                guard reader.count == names.count, !reader.isBroken else { continue }
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
