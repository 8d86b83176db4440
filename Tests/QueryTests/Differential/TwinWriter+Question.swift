// SPDX-License-Identifier: Apache-2.0
import TestSupport

/// Whole questions.
extension TwinWriter {
    /// A question, and which of its columns name groups.
    struct Question {
        var text: Twin
        /// How many of the first columns name groups.
        var groups: Int
    }

    mutating func question() -> Question {
        let (source, names) = self.source()
        let dimensions = self.dimensions(names)
        var items = dimensions.map(\.shown)
        for _ in 0...below(2) { items.append(aggregate(names)) }
        // What tells which groups there are.
        items.append("COUNT(*) AS every")
        var text: Twin = "SELECT \(items.joined(", ")) FROM \(source)"
        if below(2) == 0 { text = "\(text) WHERE \(truth(1 + below(2), names))" }
        if !dimensions.isEmpty {
            text = "\(text) GROUP BY \(dimensions.map(\.grouped).joined(", "))"
        }
        return Question(text: text, groups: dimensions.count)
    }

    // MARK: FROM

    private mutating func source() -> (Twin, Names) {
        switch below(8) {
        case 0: return ("demo.nights", Self.nights)
        case 1: return joined()
        case 2, 3: return summary()
        default: return (Twin(one(["demo.days", "demo.days AS d"])), Self.days)
        }
    }

    /// Names that both tables have stand with the table before them, unless they are equal.
    private mutating func joined() -> (Twin, Names) {
        let shared = one([[], ["day"], ["city"], ["day", "city"]])
        let using = (["contributor"] + shared).joined(separator: ", ")
        var names = Self.days
        names.numbers += Self.nights.numbers
        names.categories += Self.nights.categories
        names.listed += Self.nights.listed
        if !shared.contains("day") { names.dates = ["d.day", "n.day"] }
        if !shared.contains("city") { names.texts = ["n.city"] }
        return (Twin("demo.days AS d JOIN demo.nights AS n USING (\(using))"), names)
    }

    private mutating func summary() -> (Twin, Names) {
        var names = Names(numbers: [])
        var items: [Twin] = ["contributor"]
        var keys = ["contributor"]
        if below(2) == 0 {
            let key = one(Self.days.categories)
            keys.append(key.name)
            items.append(Twin(key.name))
            names.categories.append(key)
            names.listed.append(key.name)
        }
        for place in 0...below(3) {
            let name = "v\(place)"
            let value = number(below(2), Self.days)
            let kind = below(6)
            let (text, scale): (Twin, Int)
            switch kind {
            case 0: (text, scale) = ("COUNT(*)", 0)
            case 1: (text, scale) = ("COUNT(\(value.text))", 0)
            case 2:
                (text, scale) = (
                    Twin(
                        "SUM(\(value.text.ours))",
                        "CAST(SUM(\(value.text.duck)) AS DECIMAL(18, \(value.scale)))"), value.scale
                )
            case 3:
                let column = one(Self.days.numbers)
                (text, scale) = (Twin("AVG(\(column.name))", "mean(\(column.name))"), 6)
            default:
                (text, scale) = ("\(one(["MIN", "MAX"]))(\(value.text))", value.scale)
            }
            items.append("\(text) AS \(name)")
            names.numbers.append((name, scale))
        }
        if below(3) == 0 {
            items.append(Twin("\(one(["MIN", "MAX"]))(day) AS edge"))
            names.dates.append("edge")
        }
        var text: Twin = "SELECT \(items.joined(", ")) FROM demo.days"
        if below(2) == 0 { text = "\(text) WHERE \(truth(1, Self.days))" }
        return ("(\(text) GROUP BY \(keys.joined(separator: ", "))) AS s", names)
    }

    // MARK: GROUP BY

    private mutating func dimensions(_ names: Names) -> [(shown: Twin, grouped: Twin)] {
        var dimensions: [(shown: Twin, grouped: Twin)] = []
        var left = names.listed
        for _ in 0..<below(3) where !left.isEmpty {
            let name = left.remove(at: below(left.count))
            dimensions.append((Twin(name), Twin(name)))
        }
        if below(6) == 0, let value = found(names) {
            let name = "g\(dimensions.count)"
            dimensions.append(("\(value) AS \(name)", below(2) == 0 ? value : Twin(name)))
        }
        return dimensions
    }

    /// A value whose groups are found in the data.
    private mutating func found(_ names: Names) -> Twin? {
        var all = names.texts.map { Twin($0) } + names.dates.map { Twin($0) }
        all += names.dates.map { Twin("DATE_TRUNC('month', \($0))") }
        all += names.dates.map { Twin("EXTRACT(YEAR FROM \($0))") }
        if let column = names.numbers.first {
            all.append(Twin("FLOOR(\(column.name) / 100)", "FLOOR(quotient(\(column.name), 100))"))
        }
        return all.isEmpty ? nil : one(all)
    }

    // MARK: Aggregates

    private mutating func aggregate(_ names: Names) -> Twin {
        switch below(10) {
        case 0: return "COUNT(DISTINCT contributor)"
        case 1: return "COUNT(\(number(1 + below(2), names).text))"
        case 2:
            let text = names.texts.first ?? names.categories.first?.name ?? "1"
            return Twin("COUNT(\(text))")
        case 3, 4:
            let sum = spread("SUM", "SUM", names)
            return Twin(sum.ours, "COALESCE(\(sum.duck), 0)")
        case 5: return spread("AVG", "AVG", names)
        case 6: return spread("VAR", "var_pop", names)
        case 7: return spread("STDDEV", "stddev_pop", names)
        case 8: return "COUNT(*) * 2 + COUNT(DISTINCT contributor)"
        default:
            let sum = spread("SUM", "SUM", names)
            return Twin(
                "\(sum.ours) / COUNT(*)",
                "COALESCE(\(sum.duck), 0) / NULLIF(COUNT(*), 0)::DOUBLE")
        }
    }

    private mutating func clipped(_ names: Names) -> Twin {
        "CLIP(\(number(1 + below(2), names).text), \(one(["-100", "0", "-2.5"])), \(one(["100", "1000", "7.5"])))"
    }

    private mutating func spread(_ ours: String, _ duck: String, _ names: Names) -> Twin {
        let value = clipped(names)
        return Twin("\(ours)(\(value.ours))", "\(duck)(\(value.duck))")
    }
}
