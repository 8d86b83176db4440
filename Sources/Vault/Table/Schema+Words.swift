// SPDX-License-Identifier: Apache-2.0

/// What of a schema's words may be published, when somebody who is not trusted chose them.
extension Schema {
    /// The most bytes of a unit.
    public static let longestUnit = 32
    /// The most categories of a column.
    public static let mostCategories = 1_000
    /// The most bytes of a category.
    public static let longestCategory = 100
    /// The most bytes of all units and categories together: an entry with the schema then fits a log tile.
    public static let mostWords = 16_384

    /// Refuses words that are too long or too many, that are empty or begin or end with a space, or that
    /// hold what does not show: control and format characters, those that turn the direction of
    /// writing, line breaks, unassigned and private ones.
    ///
    /// - Throws: ``SchemaError`` naming the column and the member.
    public func checkWords() throws(SchemaError) {
        guard Schema.isName(table) else {
            throw SchemaError("table: a name of a-z, 0-9 and _ wanted")
        }
        guard (1...256).contains(columns.count) else {
            throw SchemaError("columns: a list of 1 to 256 columns wanted")
        }
        var words = 0
        for column in columns {
            guard Schema.isName(column.name) else {
                throw SchemaError("columns: a name of a-z, 0-9 and _ wanted")
            }
            if let unit = column.unit {
                try Schema.check(unit, most: Schema.longestUnit, "\(column.name).unit")
                words += unit.utf8.count
            }
            guard column.categories.count <= Schema.mostCategories else {
                throw SchemaError(
                    "\(column.name).categories: at most \(Schema.mostCategories) wanted, there are "
                        + "\(column.categories.count)")
            }
            for (place, category) in column.categories.enumerated() {
                try Schema.check(
                    category, most: Schema.longestCategory,
                    "\(column.name).categories[\(place)]")
                words += category.utf8.count
            }
        }
        guard words <= Schema.mostWords else {
            throw SchemaError(
                "columns: units and categories of at most \(Schema.mostWords) bytes in all wanted, "
                    + "there are \(words)")
        }
    }

    private static func check(
        _ text: String, most: Int, _ member: String
    ) throws(SchemaError) {
        guard !text.isEmpty, text.utf8.count <= most else {
            throw SchemaError(
                "\(member): a text of 1 to \(most) bytes wanted, it has \(text.utf8.count)")
        }
        for scalar in text.unicodeScalars where !isShown(scalar) {
            let code = String(scalar.value, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
            throw SchemaError("\(member): the character U+\(padded) does not show; leave it out")
        }
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last,
            !first.properties.isWhitespace, !last.properties.isWhitespace
        else { throw SchemaError("\(member): a text without spaces at its ends wanted") }
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            false
        default: true
        }
    }
}
