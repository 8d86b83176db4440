// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Reading a CSV file's text.
extension RowTable {
    /// A category column with more than so many is left out: each would be a feature of every model.
    package static let mostCategories = 15
    /// Columns of these names say who a row is of, and are no features.
    private static let names: Set<Substring> = ["person_row", "row", "id", "person"]

    /// Reads rows whose first line names the columns and whose last column has two values.
    ///
    /// A column of whole numbers is a number between the least and the greatest in the file; any other is a
    /// category. Empty cells and "?" are no value. In a pool bounds and categories are published before; here the
    /// experimenter has the file.
    ///
    /// - Throws: ``SimulationError`` naming the line or the column.
    package init(csv text: String) throws(SimulationError) {
        var lines: [(number: Int, cells: [Substring])] = []
        for (place, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() where !line.allSatisfy(\.isWhitespace) {
            lines.append((place + 1, try RowTable.cells(of: line, number: place + 1)))
        }
        guard let header = lines.first?.cells, lines.count > 1 else {
            throw SimulationError(
                "there are no rows", remedy: "give a CSV file whose first line names its columns")
        }
        guard Set(header).count == header.count else {
            throw SimulationError(
                "line 1: a column stands twice", remedy: "name each column once")
        }
        lines.removeFirst()
        for line in lines where line.cells.count != header.count {
            throw SimulationError(
                "line \(line.number): \(header.count) values wanted, there are \(line.cells.count)",
                remedy: "give as many values as the first line has names")
        }
        var kept: [(column: Schema.Column, codes: [Int64])] = []
        var leftOut: [String] = []
        for (place, name) in header.enumerated() {
            let cells = lines.map { $0.cells[place] }
            if place == header.count - 1 {
                kept.append(try RowTable.target(String(name), cells))
            } else if RowTable.names.contains(name) {
                leftOut.append("\(name): says who a row is of")
            } else {
                switch RowTable.column(String(name), cells) {
                case .success(let column): kept.append(column)
                case .failure(let error): leftOut.append("\(name): \(error.problem)")
                }
            }
        }
        guard kept.count > 1 else {
            throw SimulationError(
                "there is nothing to predict from", remedy: "give a column beside the last one")
        }
        self.init(
            schema: Schema(table: "people", columns: kept.map(\.column)),
            rows: lines.indices.map { row in kept.map { $0.codes[row] } }, leftOut: leftOut)
    }

    /// A name as schemas write it: lower case, all else an underscore.
    private static func schemaName(_ name: String) -> String {
        let spelled = name.lowercased().map { character in
            character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
        }
        return spelled.first?.isNumber == false ? String(spelled.prefix(60)) : "c_" + spelled
    }

    private static func isMissing(_ cell: Substring) -> Bool { cell.isEmpty || cell == "?" }

    private static func target(
        _ name: String, _ cells: [Substring]
    ) throws(SimulationError) -> (column: Schema.Column, codes: [Int64]) {
        let values = Set(cells).sorted()
        guard values.count == 2, !cells.contains(where: isMissing) else {
            throw SimulationError(
                "the last column, \(name), has \(values.count) values",
                remedy: "let it have two, and a value in each row: it is what models predict")
        }
        return (
            Schema.Column(schemaName(name), .category, categories: values.map(String.init)),
            cells.map { $0 == values[0] ? 0 : 1 }
        )
    }

    private static func column(
        _ name: String, _ cells: [Substring]
    ) -> Result<(column: Schema.Column, codes: [Int64]), SimulationError> {
        let values = Set(cells.lazy.filter { !isMissing($0) })
        guard values.count > 1 else {
            return .failure(SimulationError("has one value", remedy: "leave it out"))
        }
        // Below 2^52, so that a width is exact as a double.
        let numbers = values.compactMap { Int64($0) }.filter { abs($0) < 1 << 52 }
        if numbers.count == values.count, let low = numbers.min(), let high = numbers.max() {
            return .success(
                (
                    Schema.Column(schemaName(name), .integer, bounds: low...high),
                    cells.map { Int64($0) ?? Schema.null }
                ))
        }
        guard values.count <= mostCategories else {
            return .failure(
                SimulationError("has \(values.count) categories", remedy: "leave it out"))
        }
        let sorted = values.sorted()
        let places = Dictionary(
            uniqueKeysWithValues: sorted.enumerated().map { ($1, Int64($0)) })
        return .success(
            (
                Schema.Column(
                    schemaName(name), .category, categories: sorted.map(String.init)),
                cells.map { places[$0] ?? Schema.null }
            ))
    }

    /// The values of a line: between commas, or between quotes, in which a doubled quote is one.
    private static func cells(
        of line: Substring, number: Int
    ) throws(SimulationError) -> [Substring] {
        guard line.contains("\"") else {
            return line.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
        }
        var cells: [Substring] = []
        var cell = ""
        var isQuoted = false
        var rest = line
        while let character = rest.popFirst() {
            if character == "\"", isQuoted, rest.first == "\"" {
                cell.append("\"")
                rest.removeFirst()
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                cells.append(trimmed(cell[...]))
                cell = ""
            } else {
                cell.append(character)
            }
        }
        guard !isQuoted else {
            throw SimulationError(
                "line \(number): a quote is not closed",
                remedy: "put quotes around the whole value, on one line")
        }
        return cells + [trimmed(cell[...])]
    }

    private static func trimmed(_ cell: Substring) -> Substring {
        var cell = cell.drop { $0 == " " }
        while cell.last == " " { cell.removeLast() }
        return cell
    }
}
