// SPDX-License-Identifier: Apache-2.0
import TestSupport

/// Writes random expressions about the columns of ``Fixture``, right in their kinds.
struct Writer {
    var random: Seeded

    private mutating func one(_ words: [String]) -> String {
        words[Int(random.next() % UInt64(words.count))]
    }

    mutating func number(_ depth: Int) -> String {
        guard depth > 0 else {
            return one([
                "steps", "money", "score", "other", "0", "1", "2", "0.5", "1e-9", "7.25", "1e9",
                "4e18", "10000000000", "steps", "money", "score", "other",
            ])
        }
        let d = depth - 1
        switch random.next() % 16 {
        case 10: return "\(one(["FLOOR", "CEIL", "ROUND", "TRUNC", "SIGN"]))(\(number(d)))"
        case 11: return "ROUND(\(number(d)), \(one(["0", "1", "2", "5"])))"
        case 12:
            return random.next() % 2 == 0
                ? "MOD(\(number(d)), \(number(d)))" : "(\(number(d)) % \(number(d)))"
        case 13:
            let more = random.next() % 2 == 0 ? ", \(number(d))" : ""
            return "\(one(["LEAST", "GREATEST"]))(\(number(d)), \(number(d))\(more))"
        case 14: return "NULLIF(\(number(d)), \(number(d)))"
        case 15:
            let part = one(["YEAR", "QUARTER", "MONTH", "DAY", "DOW", "HOUR", "MINUTE"])
            let column = ["HOUR", "MINUTE"].contains(part) ? "woke" : one(["day", "woke"])
            return "EXTRACT(\(part) FROM \(column))"
        case 0, 1: return "(\(number(d)) + \(number(d)))"
        case 2: return "(\(number(d)) - \(number(d)))"
        case 3, 4: return "(\(number(d)) * \(number(d)))"
        case 5: return "(\(number(d)) / \(number(d)))"
        case 6: return "-(\(number(d)))"
        case 7:
            return one(["ABS(\(number(d)))", "CLIP(\(number(d)), -2.5, 1000)"])
        case 8: return "COALESCE(\(number(d)), \(number(d)))"
        default:
            let otherwise = random.next() % 2 == 0 ? "ELSE \(number(d))" : ""
            return "CASE WHEN \(truth(d)) THEN \(number(d)) WHEN \(truth(d)) "
                + "THEN \(number(d)) \(otherwise) END"
        }
    }

    mutating func truth(_ depth: Int) -> String {
        guard depth > 0 else {
            return one([
                "member", "TRUE", "FALSE", "steps > 0", "kind = 'run'", "city IN ('Graz', '')",
                "day >= '2020-01-01'", "city <> 'Gräz'", "mood NOT IN ('good', NULL)",
                "'walk' <> kind", "steps IN (1, 1023, 0.5)", "score = NULL", "member IS NOT NULL",
                "kind LIKE '%u%'", "mood NOT LIKE 'g__d'", "kind LIKE 's%m'",
                "DATE_TRUNC('month', day) >= DATE '2020-01-01'",
                "DATE_TRUNC('week', woke) < DATE '2000-02-29'",
                "DATE_TRUNC('quarter', day) = DATE_TRUNC('year', day)",
                "NULLIF(member, TRUE) IS NULL",
                "DATE_TRUNC('day', woke) = DATE_TRUNC('week', woke)",
            ])
        }
        let d = depth - 1
        let sign = one(["=", "<>", "<", "<=", ">", ">="])
        switch random.next() % 8 {
        case 0: return "(\(truth(d)) AND \(truth(d)))"
        case 1: return "(\(truth(d)) OR \(truth(d)))"
        case 2: return "NOT (\(truth(d)))"
        case 3, 4: return "(\(number(d)) \(sign) \(number(d)))"
        case 5: return "(\(number(d)) BETWEEN \(number(d)) AND \(number(d)))"
        case 6: return "(\(number(d)) NOT IN (\(number(d)), 1, \(number(d))))"
        default: return "((\(number(d))) IS NULL)"
        }
    }
}
