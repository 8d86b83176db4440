// SPDX-License-Identifier: Apache-2.0
import Canon
import Vault

@testable import Query

/// Functions, in the plainest way: with 128 bits, branches, and calendars read off month by month.
extension Oracle {
    func function(_ name: String, _ parts: [Expression]) -> Value {
        switch name {
        case "date":
            guard case .text(let text, _) = parts[0] else { return .null }
            return CalendarDay(text).map { .day($0.number) } ?? .null
        case "date_trunc": return truncated(parts)
        case "nullif":
            let common = max(scale(of: parts[0]), scale(of: parts[1]))
            let (x, y) = (value(parts[0]), value(parts[1]))
            guard case .number = x else { return x == y ? .null : x }
            let (a, b) = (rescaled(x, to: common), rescaled(y, to: common))
            return a == b ? .null : a
        case "least", "greatest":
            let common = parts.map { scale(of: $0) }.max() ?? 0
            let numbers = parts.compactMap { part -> Int64? in
                guard case .number(let n, _) = rescaled(value(part), to: common) else { return nil }
                return n
            }
            guard let found = name == "least" ? numbers.min() : numbers.max() else { return .null }
            return .number(found, scale: common)
        default: break
        }
        guard let first = parts.first else { return .null }
        if case .day(let day) = value(first) { return part(name, day, isTime: isTime(first)) }
        guard case .number(let x, let scale) = value(first) else { return .null }
        switch name {
        case "sign": return .number(x == 0 ? 0 : x < 0 ? -1 : 1, scale: 0)
        case "mod":
            let common = max(scale, self.scale(of: parts[1]))
            guard case .number(let a, _) = rescaled(.number(x, scale: scale), to: common),
                case .number(let b, _) = rescaled(value(parts[1]), to: common), b != 0
            else { return .null }
            return .number(a % b, scale: common)
        default:
            return rounded(
                name, x, from: scale, to: self.scale(of: .call(name, parts, first.position)))
        }
    }

    private func rounded(_ name: String, _ x: Int64, from scale: Int, to digits: Int) -> Value {
        guard scale > digits else { return .number(x, scale: scale) }
        let unit = power(scale - digits)
        let (quotient, rest) = Int128(x).quotientAndRemainder(dividingBy: unit)
        switch name {
        case "floor": return fitting(rest < 0 ? quotient - 1 : quotient, digits)
        case "ceil": return fitting(rest > 0 ? quotient + 1 : quotient, digits)
        case "trunc": return fitting(quotient, digits)
        case "round":
            let away = rest.magnitude * 2 >= unit.magnitude ? (x < 0 ? -1 : 1) : 0
            return fitting(quotient + Int128(away), digits)
        default: return .null
        }
    }

    // MARK: Dates

    private func isTime(_ expression: Expression) -> Bool {
        guard case .column(_, let name, _) = expression, let place = rows.schema.index(of: name)
        else { return false }
        return rows.schema.columns[place].kind == .timestamp
    }

    private func part(_ name: String, _ value: Int64, isTime: Bool) -> Value {
        let day = isTime ? value.flooredQuotient(86_400_000_000) : value
        if name == "hour" || name == "minute" {
            let seconds = value.flooredQuotient(1_000_000)
            let ofDay = seconds - seconds.flooredQuotient(86_400) * 86_400
            return .number(name == "hour" ? ofDay / 3600 : ofDay / 60 % 60, scale: 0)
        }
        guard abs(day) <= 10_000_000 else { return .null }
        let (year, month, date) = Oracle.civil(day)
        switch name {
        case "year": return .number(year, scale: 0)
        case "month": return .number(month, scale: 0)
        case "quarter": return .number((month + 2) / 3, scale: 0)
        case "day": return .number(date, scale: 0)
        case "dow": return .number((day + 4) - (day + 4).flooredQuotient(7) * 7, scale: 0)
        default: return .null
        }
    }

    private func truncated(_ parts: [Expression]) -> Value {
        guard case .text(let unit, _) = parts[0], case .day(let value) = value(parts[1]) else {
            return .null
        }
        let day = isTime(parts[1]) ? value.flooredQuotient(86_400_000_000) : value
        if unit == "day" { return .day(day) }
        guard abs(day) <= 10_000_000 else { return .null }
        let (year, month, date) = Oracle.civil(day)
        switch unit {
        case "week": return .day(day - ((day + 3) - (day + 3).flooredQuotient(7) * 7))
        case "month": return .day(day - date + 1)
        case "quarter": return .day(Oracle.first(of: (month - 1) / 3 * 3 + 1, year))
        default: return .day(Oracle.first(of: 1, year))
        }
    }

    /// How many days the months of a year have.
    private static func lengths(_ year: Int64) -> [Int64] {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    }

    /// Year, month and day by going through the months, from the 400 years that the day lies in.
    static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let era = day.flooredQuotient(146_097)
        var (year, month) = (1970 + era * 400, Int64(1))
        var rest = day - era * 146_097
        while true {
            let length = lengths(year)[Int(month - 1)]
            guard rest >= length else { return (year, month, rest + 1) }
            rest -= length
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
        }
    }

    private static func first(of month: Int64, _ year: Int64) -> Int64 {
        let era = (year - 1970).flooredQuotient(400)
        var day = era * 146_097
        for year in 1970 + era * 400..<year { day += lengths(year).reduce(0, +) }
        return day + lengths(year).prefix(Int(month - 1)).reduce(0, +)
    }

    static func matches(_ text: [Character], _ pattern: [Character]) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "%" {
            return (0...text.count).contains {
                matches(Array(text[$0...]), Array(pattern.dropFirst()))
            }
        }
        guard let letter = text.first, first == "_" || first == letter else { return false }
        return matches(Array(text.dropFirst()), Array(pattern.dropFirst()))
    }
}
