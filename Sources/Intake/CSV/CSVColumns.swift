// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// A CSV file with a header, whole, column by column, for whoever looks at all of it before she says what is in it.
///
/// Each different text of a column is held once. Cost: one pass; memory: four bytes for each cell, and the different texts.
package struct CSVColumns: Sendable {
    /// One column.
    package struct Column: Sendable {
        /// The name in the first line; empty where there is none.
        package let source: String
        /// The name that a schema takes, each only once.
        package let name: String
        /// The different texts, without blanks at their ends.
        package fileprivate(set) var texts: [String] = []
        /// The line on which each of them stands first, from 1.
        package fileprivate(set) var lines: [Int] = []
        /// For each row the place of its text.
        package fileprivate(set) var places: [UInt32] = []
    }

    /// The columns.
    package let columns: [Column]
    /// How many rows there are; blank lines are none.
    package let count: Int

    /// The most cells of a file.
    package static let mostCells = 100_000_000

    /// Reads a file.
    ///
    /// - Parameter kept: by a column's name, the texts whose blanks at their ends are part of them.
    /// - Throws: ``IntakeError`` naming the file and the line: no file, no header, no row, a column that stands twice, another
    ///   number of values than the header has, text behind a closing quote, more than ``mostCells`` cells.
    package init(
        path: String, keeping kept: [String: [String]] = [:],
        mostCells: Int = CSVColumns.mostCells
    ) throws(IntakeError) {
        do throws(IntakeError) {
            let reader = try CSVReader(FileStream(path: path), limits: IntakeLimits())
            let names = try CSVTable.header(reader)
            try CSVColumns.check(names)
            var schemaNames = SchemaNames()
            var columns = names.map { Column(source: $0, name: schemaNames.next($0)) }
            var known = names.map { _ in [String: UInt32]() }
            let blank = columns.map { column in
                Set((kept[column.name] ?? []).filter { trimmed($0) != $0 })
            }
            var count = 0
            while try reader.next() {
                try CSVSheet.check(reader, of: names)
                count += 1
                guard count <= mostCells / max(names.count, 1) else {
                    throw IntakeError(
                        .limit, "the file has more than \(mostCells) values",
                        mend: "Take a part of the rows or columns", line: reader.line)
                }
                for place in names.indices {
                    let exact = try reader.text(place)
                    let text = blank[place].contains(exact) ? exact : trimmed(exact)
                    if let found = known[place][text] {
                        columns[place].places.append(found)
                        continue
                    }
                    let new = UInt32(columns[place].texts.count)
                    known[place][text] = new
                    columns[place].texts.append(text)
                    columns[place].lines.append(reader.line)
                    columns[place].places.append(new)
                }
            }
            guard count > 0 else {
                throw IntakeError(
                    .empty, "the file has a header line and no rows", mend: "Add rows below it")
            }
            (self.columns, self.count) = (columns, count)
        } catch {
            throw error.inside(path)
        }
    }

    /// Refuses a first line that hardly names columns.
    private static func check(_ names: [String]) throws(IntakeError) {
        for (place, name) in names.enumerated() where HeaderLine.looksLikeValues([name]) {
            throw IntakeError(
                .malformed,
                "'\(name.prefix(40))' stands where the name of column \(place + 1) is wanted",
                mend: "Begin the file with a line that names the columns", line: 1)
        }
        try CSVSheet.checkNames(names)
    }
}

/// What a text of a file is, as `dividend model predict` reads it too: plain numbers with a point, ISO days and times.
package enum CellText {
    /// Whether a text stands for no value.
    package static func isNull(_ text: String) -> Bool {
        text.isEmpty || ColumnGuess.nullWords.contains(text)
    }

    /// How many digits a number has behind the point; nil for what is none, and for digits with a leading 0 such as 01234, which
    /// name something.
    package static func decimals(_ text: String) -> Int? {
        let mark = text.firstIndex { $0 == "e" || $0 == "E" }
        let digits = mark.map { text[..<$0] } ?? text[...]
        var exponent = 0
        if let mark {
            guard let places = Int(text[text.index(after: mark)...]), abs(places) < 100 else {
                return nil
            }
            exponent = places
        }
        guard NumberStyle.plain.reads(String(digits)),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.".utf8.contains($0) })
        else { return nil }
        return max(NumberStyle.plain.decimals(String(digits)) - exponent, 0)
    }

    /// A number in units of 10^-scale, rounded half away from zero; nil beyond whole numbers of 64 bits.
    package static func units(_ text: String, scale: Int) -> Int64? {
        Number.scaled(text, scale: scale)
    }

    /// A day, or a time, written with the year first: days since 1970, and microseconds since then in UTC where there is a time.
    package static func moment(_ text: String) -> (day: Int64, microseconds: Int64?)? {
        guard text.utf8.prefix(4).allSatisfy({ (0x30...0x39).contains($0) }), text.utf8.count >= 8,
            let moment = MomentText.parse(text)
        else { return nil }
        return (moment.day, moment.microseconds.map { _ in moment.utc(fallback: 0) })
    }
}
