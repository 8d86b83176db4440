// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Vault

/// From what rows add up to, to a table.
extension OwnQuestion {
    /// What an aggregate comes to over the rows of a group, in the units of its value.
    package enum Found: Sendable {
        /// There was no value.
        case none
        /// A count, a sum, or one of the values.
        case whole(Int128)
        /// A mean, or what is made of means.
        case fraction(Double)
    }

    /// A line of the answer before it is written: rows that belong together, or one row.
    package struct Group: Sendable {
        /// What tells it from others.
        package let keys: [Int64]
        /// What each aggregate comes to.
        package let found: [Found]

        /// Takes one value for each key and each aggregate.
        package init(keys: [Int64], found: [Found]) { (self.keys, self.found) = (keys, found) }
    }

    private struct Line {
        let labels: [CompiledQuery.Label]
        let values: [Value]
    }

    /// A number and how it is written.
    private struct Value {
        let text: String
        let result: PostResult
    }

    /// The answer. Counts, sums and values are exact; means and what is reckoned with others have nine digits behind the point.
    ///
    /// - Parameter texts: the texts of each column of the rows that were read.
    package func table(of groups: [Group], texts: [[String]]) -> ResultTable {
        var lines = groups.map { group in
            Line(
                labels: zip(dimensions, group.keys).map { label($0, $1, texts) },
                values: zip(group.found, aggregates.indices).map { value($0, of: $1) })
        }
        if !listsRows {
            let order = dimensions.indices.map {
                CompiledQuery.Order(value: .group($0), descending: false)
            }
            lines = CompiledQuery.sorted(lines, by: order, result)
        }
        if let having { lines = lines.filter { result(having, $0).truth == true } }
        lines = CompiledQuery.sorted(lines, by: orders, result)
        return ResultTable(
            columns: outputs.map(\.name),
            rows: lines.prefix(limit ?? lines.count).map { line in
                outputs.map { ResultTable.Cell(text: text($0.value, line), margin: nil) }
            })
    }

    private func label(
        _ dimension: GroupDimension, _ key: Int64, _ texts: [[String]]
    ) -> CompiledQuery.Label {
        guard case .text(let column) = dimension.value else { return dimension.label.named(key) }
        guard texts[column].indices.contains(Int(key)) else {
            return dimension.label.named(Schema.null)
        }
        return CompiledQuery.Label(
            text: texts[column][Int(key)], key: .text(texts[column][Int(key)]))
    }

    private func value(_ found: Found, of aggregate: Int) -> Value {
        let meaning = meanings[aggregate]
        let unit = Double(powerOfTen(meaning.scale))
        switch (found, meaning) {
        case (.none, _): return Value(text: "NULL", result: .null)
        case (.whole(let value), .number(let scale)):
            return Value(
                text: OwnQuestion.written(value, scale: scale),
                result: .number(Double(value) / unit))
        case (.whole(let value), .date), (.whole(let value), .timestamp):
            let label: GroupDimension.Label = meaning == .date ? .date : .timestamp
            let named = label.named(Int64(clamping: value))
            return Value(text: named.text, result: named.key)
        case (.fraction(let value), _):
            let isSquare = if case .variance = aggregates[aggregate] { true } else { false }
            let number = isSquare ? value / unit / unit : value / unit
            return Value(text: OwnQuestion.written(number), result: .number(number))
        }
    }

    private func result(_ value: PostValue, _ line: Line) -> PostResult {
        value.result(
            aggregate: { line.values[$0].result }, group: { line.labels[$0].key })
    }

    private func text(_ value: PostValue, _ line: Line) -> String {
        switch value {
        case .group(let place): line.labels[place].text
        case .aggregate(let place): line.values[place].text
        case .text(let text): text
        default:
            if case .number(let number) = result(value, line) {
                OwnQuestion.written(number)
            } else {
                "NULL"
            }
        }
    }

    /// A number of 10^-scale units, exactly, without zeros that end its fraction.
    private static func written(_ value: Int128, scale: Int) -> String {
        var digits = String(value.magnitude)
        digits = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        let text = scale == 0 ? digits : digits.dropLast(scale) + "." + digits.suffix(scale)
        return (value < 0 ? "-" : "") + trimmed(text)
    }

    /// A number with at most nine digits behind the point.
    private static func written(_ number: Double) -> String {
        let text = trimmed(String(format: "%.9f", number))
        return text == "-0" ? "0" : text
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
