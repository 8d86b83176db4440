// SPDX-License-Identifier: Apache-2.0
package import Canon

/// The answer to a query, as people and receipts hold it: texts, so that it can be signed.
package struct ResultTable: Hashable, Sendable {
    /// One value with its 95 % interval.
    package struct Cell: Hashable, Sendable {
        /// The value.
        package let text: String
        /// Half the width of the interval; nil for a group's name.
        package let margin: String?

        /// A value, with half of its interval where it has one.
        package init(text: String, margin: String?) { (self.text, self.margin) = (text, margin) }
    }

    /// The names of the columns.
    package let columns: [String]
    /// The lines.
    package let rows: [[Cell]]

    /// Takes names and lines of as many cells.
    package init(columns: [String], rows: [[Cell]]) { (self.columns, self.rows) = (columns, rows) }

    /// The canonical form: columns, and rows of values and margins.
    package var json: JSON {
        [
            "columns": .array(columns.map { .string($0) }),
            "rows": .array(
                rows.map { row in
                    .array(
                        row.map { cell in
                            guard let margin = cell.margin else { return .string(cell.text) }
                            return ["value": .string(cell.text), "margin": .string(margin)]
                        })
                }),
        ]
    }
}

extension ResultTable {
    /// Reads the canonical form.
    package init?(json: JSON) {
        guard let columns = json["columns"]?.array?.compactMap(\.string),
            let lines = json["rows"]?.array
        else { return nil }
        var rows: [[Cell]] = []
        for line in lines {
            guard let values = line.array, values.count == columns.count else { return nil }
            var cells: [Cell] = []
            for value in values {
                guard let text = value.string ?? value["value"]?.string else { return nil }
                cells.append(Cell(text: text, margin: value["margin"]?.string))
            }
            rows.append(cells)
        }
        self.init(columns: columns, rows: rows)
    }
}
