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
        /// The texts, by the names of their columns.
        package let cells: [String: String]
    }

    /// The rows, in order; blank lines are none.
    package let rows: [Row]

    /// Reads a file.
    ///
    /// - Throws: ``IntakeError`` naming the line: no file, no header, a column that stands twice, another number of
    ///   values than the header has, text behind a closing quote.
    package init(path: String) throws(IntakeError) {
        let reader = try CSVReader(FileStream(path: path), limits: IntakeLimits())
        let names = try CSVTable.header(reader)
        guard Set(names).count == names.count else {
            throw IntakeError(
                .malformed, "a column stands twice", mend: "Name each column once", line: 1)
        }
        var rows: [Row] = []
        while try reader.next() {
            guard !reader.isBroken else {
                throw IntakeError(
                    .malformed, CSVTable.brokenQuotes.sentence,
                    mend: "Put quotes around the whole value",
                    line: reader.line)
            }
            guard reader.count == names.count else {
                throw IntakeError(
                    .malformed, "\(names.count) values wanted, there are \(reader.count)",
                    mend: "Give as many values as the first line has names", line: reader.line)
            }
            var cells: [String: String] = [:]
            for (place, name) in names.enumerated() { cells[name] = try reader.text(place) }
            rows.append(Row(line: reader.line, cells: cells))
        }
        self.rows = rows
    }
}
