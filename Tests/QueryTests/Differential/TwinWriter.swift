// SPDX-License-Identifier: Apache-2.0
import TestSupport

/// Writes random questions about ``TwinPool`` in our SQL and in DuckDB's.
///
/// Where both mean other things on purpose, DuckDB's spelling says what we mean:
/// - x / y is a decimal that is cut off behind six digits: `quotient(x, y)`;
/// - AVG inside of a subquery is cut off in the same way: `mean(x)`;
/// - CLIP and BUCKET are not SQL: macros;
/// - VAR and STDDEV are those of the rows there are: `var_pop`, `stddev_pop`;
/// - the SUM of no rows is 0.
/// The macros stand in Tests/interop/duckdb_compare.py.
struct TwinWriter {
    var random: Seeded

    /// What a number is made of: its spelling, and the digits behind its point.
    struct Number {
        var text: Twin
        var scale: Int
        /// Whether its size is small enough to be multiplied.
        var isSmall = true
    }

    /// The columns that can be named in a part of a question.
    struct Names {
        var numbers: [(name: String, scale: Int)]
        /// Whole numbers that may be divided by.
        var whole: [String] = []
        var truths: [String] = []
        var categories: [(name: String, values: [String])] = []
        var texts: [String] = []
        var dates: [String] = []
        var times: [String] = []
        /// Of these, groups are listed.
        var listed: [String] = []
    }

    static let days = Names(
        numbers: [("steps", 0), ("money", 2), ("score", 3), ("level", 0)],
        whole: ["steps", "level"],
        truths: ["member"],
        categories: [
            ("kind", ["walk", "run", "swim"]), ("mood", ["good", "bad", "so so"]),
        ],
        texts: ["city"], dates: ["day"], times: ["woke"],
        listed: ["kind", "member", "mood", "level"])

    static let nights = Names(
        numbers: [("hours", 1)], categories: [("quality", ["good", "bad"])], texts: ["city"],
        dates: ["day"], listed: ["quality"])

    mutating func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    mutating func one<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

    // MARK: Numbers

    mutating func number(_ depth: Int, _ names: Names) -> Number {
        guard depth > 0 else { return leaf(names) }
        let d = depth - 1
        let (a, b) = (number(d, names), number(d, names))
        let (scale, both) = (max(a.scale, b.scale), a.isSmall && b.isSmall)
        switch below(16) {
        case 0, 1: return Number(text: "(\(a.text) + \(b.text))", scale: scale, isSmall: false)
        case 2: return Number(text: "(\(a.text) - \(b.text))", scale: scale, isSmall: false)
        case 3 where both && a.scale + b.scale <= 9:
            return Number(
                text: "(\(a.text) * \(b.text))", scale: a.scale + b.scale, isSmall: false)
        case 4: return quotient(names)
        case 5: return Number(text: "(-\(a.text))", scale: a.scale, isSmall: a.isSmall)
        case 6: return Number(text: "ABS(\(a.text))", scale: a.scale, isSmall: a.isSmall)
        case 7: return Number(text: "COALESCE(\(a.text), \(b.text))", scale: scale, isSmall: both)
        case 8: return Number(text: "NULLIF(\(a.text), \(b.text))", scale: scale, isSmall: both)
        case 9:
            let name = one(["LEAST", "GREATEST"])
            let c = leaf(names)
            return Number(
                text: "\(name)(\(a.text), \(b.text), \(c.text))", scale: max(scale, c.scale),
                isSmall: both)
        case 10:
            let name = one(["FLOOR", "CEIL", "ROUND", "TRUNC", "SIGN"])
            return Number(text: "\(name)(\(a.text))", scale: 0, isSmall: a.isSmall)
        case 11:
            guard a.scale > 1 else { return a }
            return Number(text: "ROUND(\(a.text), 1)", scale: 1, isSmall: a.isSmall)
        case 12:
            guard let divisor = names.whole.first else { return a }
            let form: Twin = below(2) == 0 ? "MOD(\(a.text), \(divisor))" : "(\(a.text) % 7)"
            return Number(text: form, scale: a.scale, isSmall: true)
        case 13: return datePart(names) ?? a
        default:
            return Number(
                text:
                    "(CASE WHEN \(truth(d, names)) THEN \(a.text) WHEN \(truth(d, names)) THEN \(b.text) END)",
                scale: scale, isSmall: both)
        }
    }

    private mutating func leaf(_ names: Names) -> Number {
        if below(4) == 0 {
            let (text, scale) = one([
                ("0", 0), ("1", 0), ("2", 0), ("0.5", 1), ("7.25", 2), ("100", 0), ("-3", 0),
            ])
            return Number(text: Twin("(\(text))"), scale: scale)
        }
        let column = one(names.numbers)
        return Number(text: Twin(column.name), scale: column.scale)
    }

    /// A column over a small whole number: there DuckDB's double tells the six digits for sure.
    private mutating func quotient(_ names: Names) -> Number {
        let column = one(names.numbers)
        let divisor = one(names.whole + ["3", "7", "-8"])
        return Number(
            text: Twin("(\(column.name) / \(divisor))", "quotient(\(column.name), \(divisor))"),
            scale: 6)
    }

    private mutating func datePart(_ names: Names) -> Number? {
        if !names.times.isEmpty, below(3) == 0 {
            let part = one(["HOUR", "MINUTE"])
            return Number(text: Twin("EXTRACT(\(part) FROM \(one(names.times)))"), scale: 0)
        }
        let part = one(["YEAR", "MONTH", "DAY", "QUARTER", "DOW"])
        let all = names.dates + names.times
        guard !all.isEmpty else { return nil }
        return Number(text: Twin("EXTRACT(\(part) FROM \(one(all)))"), scale: 0)
    }

    // MARK: Conditions

    mutating func truth(_ depth: Int, _ names: Names) -> Twin {
        guard depth > 0 else { return plainTruth(names) }
        let d = depth - 1
        let sign = one(["=", "<>", "<", "<=", ">", ">="])
        switch below(9) {
        case 0: return "(\(truth(d, names)) AND \(truth(d, names)))"
        case 1: return "(\(truth(d, names)) OR \(truth(d, names)))"
        case 2: return "(NOT \(truth(d, names)))"
        case 3, 4: return "(\(number(d, names).text) \(sign) \(number(d, names).text))"
        case 5:
            let word = one(["BETWEEN", "NOT BETWEEN"])
            let (x, low, high) = (number(d, names), number(d, names), number(d, names))
            return "(\(x.text) \(word) \(low.text) AND \(high.text))"
        case 6:
            let word = one(["IN", "NOT IN"])
            let last = one(["1", "NULL", "0.5"])
            return "(\(number(d, names).text) \(word) (\(number(d, names).text), 7, \(last)))"
        case 7: return "(\(number(d, names).text) IS \(one(["", "NOT "]))NULL)"
        default: return plainTruth(names)
        }
    }

    private mutating func plainTruth(_ names: Names) -> Twin {
        var all = ["TRUE", "1 = 1"] + names.truths
        if let date = names.dates.first {
            all += [
                "\(date) >= '1970-01-01'", "\(date) = DATE '1970-02-01'", "\(date) IS NULL",
                "DATE_TRUNC('month', \(date)) = DATE '1971-03-01'",
                "DATE_TRUNC('\(one(["week", "year", "quarter"]))', \(date)) < DATE '1970-07-02'",
                "\(date) BETWEEN '1969-01-01' AND DATE '1972-01-01'",
            ]
        }
        if let time = names.times.first {
            all += [
                "\(time) >= DATE '2000-01-01'", "DATE_TRUNC('day', \(time)) < DATE '1990-05-05'",
            ]
        }
        if let text = names.texts.first {
            all += [
                "\(text) = 'Graz'", "\(text) <> ''", "\(text) IN ('Gräz', 'o''Hara', '')",
                "\(text) NOT IN ('Linz', NULL)", "\(text) IS NOT NULL",
            ]
        }
        for (name, values) in names.categories {
            all += [
                "\(name) = '\(one(values))'", "'\(one(values))' <> \(name)",
                "\(name) IN ('\(values[0])', NULL)", "\(name) NOT IN ('\(one(values))')",
                "\(name) LIKE '%\(one(["o", "a", "wa", "d"]))%'",
                "\(name) NOT LIKE '_\(one(["u", "o"]))%'",
            ]
        }
        return Twin(one(all))
    }
}
