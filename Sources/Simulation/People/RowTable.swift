// SPDX-License-Identifier: Apache-2.0
package import Vault

/// Rows to deal out to people: numbers, categories, and at last one of two things that is to be predicted.
package struct RowTable: Sendable, Hashable {
    /// What the columns are; the last one is predicted.
    package let schema: Schema
    /// The rows, in the order of the columns.
    package let rows: [[Int64]]
    /// Columns of the source that were left out, and why.
    package let leftOut: [String]

    /// Takes rows that fit the schema.
    ///
    /// - Requires: a value for each column in each row; a last column of two categories.
    init(schema: Schema, rows: [[Int64]], leftOut: [String] = []) {
        self.schema = schema
        self.rows = rows
        self.leftOut = leftOut
    }

    /// The place of the column that is predicted.
    var target: Int { schema.columns.count - 1 }

    /// What is predicted.
    package var targetName: String { schema.columns[target].name }

    /// A row as numbers between which distances say how alike two rows are: a number of the bounds' width is 1, two
    /// categories are 1 apart. What is predicted is not among them.
    func features(of row: [Int64]) -> [Double] {
        var features: [Double] = []
        for (place, column) in schema.columns.dropLast().enumerated() {
            guard let bounds = column.bounds else {
                let half = 0.5.squareRoot()
                for category in 0...column.categories.count {
                    let code = Int64(category)
                    let isMissing = row[place] < 0 && category == column.categories.count
                    features.append(row[place] == code || isMissing ? half : 0)
                }
                continue
            }
            let width = Double(bounds.upperBound - bounds.lowerBound)
            let middle = (bounds.lowerBound + bounds.upperBound) / 2
            let value = row[place] == Schema.null ? middle : row[place]
            features.append(Double(value - bounds.lowerBound) / width)
        }
        return features
    }

    /// Rows as one person's table.
    func table(_ rows: [[Int64]]) -> Rows {
        Rows(
            schema: schema,
            columns: schema.columns.indices.map { column in
                Rows.Column(values: rows.map { $0[column] })
            }, count: rows.count)
    }
}
