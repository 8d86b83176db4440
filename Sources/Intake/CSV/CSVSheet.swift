// SPDX-License-Identifier: Apache-2.0

/// A small CSV file with a header, whole: its rows by the names of their columns.
///
/// An import counts and drops what does not fit. Here somebody waits for a word about each row, so the first
/// that does not fit is an error.
package struct CSVSheet: Sendable {
    /// A row and the line on which it stands, from 1.
    package struct Row: Sendable {
        /// The line.
        package let line: Int
        /// The texts as they came, blanks at their ends included, by the names of their columns.
        package let cells: [String: String]
    }

    /// The rows, in order; blank lines are none.
    package let rows: [Row]

    /// Reads a file.
    ///
    /// - Throws: ``IntakeError`` naming the line: no file, no header, no row, a column that stands twice, another number of
    ///   values than the header has, text behind a closing quote.
    package init(path: String) throws(IntakeError) {
        do throws(IntakeError) {
            let reader = try CSVReader(FileStream(path: path), limits: IntakeLimits())
            let names = try CSVTable.header(reader)
            try CSVSheet.checkNames(names)
            // A model of a file's own rows calls its columns by names that a schema takes.
            var schemaNames = SchemaNames()
            let others = names.map { schemaNames.next($0) }.map { names.contains($0) ? nil : $0 }
            var rows: [Row] = []
            while try reader.next() {
                try CSVSheet.check(reader, of: names)
                var cells: [String: String] = [:]
                for (place, name) in names.enumerated() {
                    let text = try reader.text(place)
                    cells[name] = text
                    if let other = others[place] { cells[other] = text }
                }
                rows.append(Row(line: reader.line, cells: cells))
            }
            guard !rows.isEmpty else {
                throw IntakeError(
                    .malformed, "there is a header, and no row below it",
                    mend: "Write a row below it for each that is meant")
            }
            self.rows = rows
        } catch {
            throw error.inside(path)
        }
    }

    /// Refuses a name that stands twice; columns without a name are no column's.
    static func checkNames(_ names: [String]) throws(IntakeError) {
        var seen: [String: Int] = [:]
        for (place, name) in names.enumerated() {
            if !name.isEmpty, let first = seen[name] {
                throw IntakeError(
                    .malformed,
                    "a column stands twice: \(name.prefix(80)), as the columns \(first + 1) and \(place + 1)",
                    mend: "Name each column once", line: 1)
            }
            seen[name] = place
        }
    }

    /// Refuses a record that does not fit the header.
    static func check(_ reader: CSVReader, of names: [String]) throws(IntakeError) {
        guard !reader.isBroken else {
            throw IntakeError(
                .malformed, CSVTable.brokenQuotes.sentence,
                mend: "Put quotes around the whole value", line: reader.line)
        }
        guard reader.count == names.count else {
            throw IntakeError(
                .malformed, "\(names.count) values wanted, there are \(reader.count)",
                mend: "Give as many values as the first line has names", line: reader.line)
        }
    }
}
