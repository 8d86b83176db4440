// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// The place of the column that dates the rows, the first one of dates or moments; nil when
    /// none does.
    public var dateColumn: Int? {
        columns.firstIndex { $0.kind == .date || $0.kind == .timestamp }
    }
}

extension Schema.Column {
    /// The published bounds or the first categories, as people read them; empty where there are none.
    public var published: String {
        if let bounds {
            return
                "\(kind.writtenShort(bounds.lowerBound)) … \(kind.writtenShort(bounds.upperBound))"
        }
        let first = categories.prefix(6).joined(separator: ", ")
        return first + (categories.count > 6 ? ", … (\(categories.count))" : "")
    }
}

extension Schema.Kind {
    /// A number in stored units as people write it, exactly: 1250 at scale 2 is 12.50.
    public func written(_ value: Int64) -> String {
        guard scale > 0 else { return String(value) }
        var digits = String(value.magnitude)
        digits = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale))
        return value < 0 ? "-" + digits : digits
    }

    /// The same without zeros that end its fraction: 12.5.
    public func writtenShort(_ value: Int64) -> String {
        var text = written(value)
        guard scale > 0 else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
