// SPDX-License-Identifier: Apache-2.0
import Canon
import Vault

@testable import Query

/// What an expression means, worked out one row at a time from the words as written: the slow and
/// plain twin of the binder and the kernel together.
struct Oracle {
    let rows: Rows
    let row: Int

    enum Value: Equatable {
        case null
        case number(Int64, scale: Int)
        case truth(Bool)
        case text(String)
        case day(Int64)
    }

    func value(_ expression: Expression) -> Value {
        switch expression {
        case .column(_, let name, _): return column(name)
        case .number(let digits, _):
            let (value, scale) = exactDecimal(digits, most: 9) ?? (0, 0)
            return .number(value, scale: scale)
        case .text(let text, _): return .text(text)
        case .boolean(let value, _): return .truth(value)
        case .null: return .null
        case .negative(let x, _):
            guard case .number(let n, let scale) = value(x) else { return .null }
            return .number(-n, scale: scale)
        case .not(let x, _):
            guard case .truth(let truth) = value(x) else { return .null }
            return .truth(!truth)
        case .all(let parts, _):
            let values = parts.map { value($0) }
            if values.contains(.truth(false)) { return .truth(false) }
            return values.contains(.null) ? .null : .truth(true)
        case .any(let parts, _):
            let values = parts.map { value($0) }
            if values.contains(.truth(true)) { return .truth(true) }
            return values.contains(.null) ? .null : .truth(false)
        case .binary(let sign, let l, let r, _):
            if sign == "%" { return function("mod", [l, r]) }
            return ["+", "-", "*", "/"].contains(sign)
                ? arithmetic(sign, l, r) : compare(sign, value(l), value(r))
        case .between(let x, let low, let high, let place):
            return value(
                .all([.binary(">=", x, low, place), .binary("<=", x, high, place)], place))
        case .isIn(let x, let members, let place):
            return members.reduce(.truth(false)) { found, member in
                let one = value(.binary("=", x, member, place))
                if found == .truth(true) || one == .truth(true) { return .truth(true) }
                return found == .null || one == .null ? .null : .truth(false)
            }
        case .isNull(let x, _): return .truth(value(x) == .null)
        case .choice(let arms, let otherwise, _):
            let taken = arms.first { value($0.condition) == .truth(true) }
            guard let chosen = taken?.value ?? otherwise else { return .null }
            return rescaled(value(chosen), to: scale(of: expression))
        case .call("coalesce", let parts, _):
            let found = parts.lazy.map { rescaled(value($0), to: scale(of: expression)) }
            return found.first { $0 != .null } ?? .null
        case .call("abs", let parts, _):
            guard case .number(let n, let scale) = value(parts[0]) else { return .null }
            return .number(abs(n), scale: scale)
        case .call("clip", let parts, _):
            let scale = parts.map { self.scale(of: $0) }.max() ?? 0
            let bounds = parts.map { rescaled(value($0), to: scale) }
            guard case .number(let x, _) = bounds[0], case .number(let low, _) = bounds[1],
                case .number(let high, _) = bounds[2]
            else { return .null }
            return .number(min(max(x, low), high), scale: scale)
        case .call(let name, let parts, _): return function(name, parts)
        case .like(let x, let pattern, _):
            guard case .text(let text) = value(x) else { return .null }
            return .truth(Oracle.matches(Array(text), Array(pattern)))
        case .aggregate: return .null
        }
    }

    /// The digits behind the point that an expression of numbers keeps, whatever the row.
    func scale(of expression: Expression) -> Int {
        switch expression {
        case .column(_, let name, _):
            return rows.schema.index(of: name).map { rows.schema.columns[$0].kind.scale } ?? 0
        case .number(let digits, _): return exactDecimal(digits, most: 9)?.scale ?? 0
        case .negative(let x, _): return scale(of: x)
        case .binary("*", let l, let r, _): return min(9, scale(of: l) + scale(of: r))
        case .binary("/", let l, _, _): return max(6, scale(of: l))
        case .call(let name, let parts, _) where Oracle.roundings.contains(name):
            let digits = parts.count == 2 ? digits(parts[1]) : 0
            return min(digits, scale(of: parts[0]))
        case .call(let name, _, _) where Oracle.whole.contains(name): return 0
        case .binary(_, let l, let r, _): return max(scale(of: l), scale(of: r))
        case .choice(let arms, let otherwise, _):
            return (arms.map(\.value) + [otherwise].compactMap { $0 }).map { scale(of: $0) }.max()
                ?? 0
        case .call(_, let parts, _): return parts.map { scale(of: $0) }.max() ?? 0
        default: return 0
        }
    }

    static let roundings: Set<String> = ["floor", "ceil", "round", "trunc"]
    static let whole: Set<String> = [
        "sign", "year", "quarter", "month", "day", "dow", "hour", "minute",
    ]

    private func digits(_ expression: Expression) -> Int {
        if case .number(let text, _) = expression { Int(text) ?? 0 } else { 0 }
    }

    private func column(_ name: String) -> Value {
        guard let place = rows.schema.index(of: name) else { return .null }
        let value = rows.columns[place].values[row]
        guard value != Schema.null else { return .null }
        let column = rows.schema.columns[place]
        switch column.kind {
        case .integer, .decimal:
            let bounds = column.bounds ?? -.max ... .max
            return .number(
                min(max(value, bounds.lowerBound), bounds.upperBound), scale: column.kind.scale)
        case .category: return .text(column.categories[Int(value)])
        case .text: return .text(rows.columns[place].dictionary[Int(value)])
        case .boolean: return .truth(value == 1)
        case .date, .timestamp: return .day(value)
        }
    }

    private func arithmetic(_ sign: String, _ l: Expression, _ r: Expression) -> Value {
        let common = max(scale(of: l), scale(of: r))
        guard case .number(let a, let left) = value(l), case .number(let b, let right) = value(r)
        else { return .null }
        switch sign {
        case "*":
            let scale = min(9, left + right)
            return fitting(Int128(a) * Int128(b) / power(left + right - scale), scale)
        case "/":
            guard b != 0 else { return .null }
            let scale = max(6, left)
            return fitting(Int128(a) * power(scale - left + right) / Int128(b), scale)
        default:
            guard case .number(let a, _) = rescaled(.number(a, scale: left), to: common),
                case .number(let b, _) = rescaled(.number(b, scale: right), to: common)
            else { return .null }
            return fitting(sign == "+" ? Int128(a) + Int128(b) : Int128(a) - Int128(b), common)
        }
    }

    private func compare(_ sign: String, _ left: Value, _ right: Value) -> Value {
        let order: Int
        switch (left, right) {
        case (.number(let a, let l), .number(let b, let r)):
            let (a, b) = (Int128(a) * power(9 - l), Int128(b) * power(9 - r))
            order = a == b ? 0 : a < b ? -1 : 1
        case (.truth(let a), .truth(let b)): order = a == b ? 0 : b ? -1 : 1
        case (.text(let a), .text(let b)): order = Array(a.utf8) == Array(b.utf8) ? 0 : 1
        case (.day(let a), .day(let b)): order = a == b ? 0 : a < b ? -1 : 1
        case (.day(let a), .text(let text)):
            let b = CalendarDay(text)?.number ?? 0
            order = a == b ? 0 : a < b ? -1 : 1
        default: return .null
        }
        switch sign {
        case "=": return .truth(order == 0)
        case "<>": return .truth(order != 0)
        case "<": return .truth(order < 0)
        case "<=": return .truth(order <= 0)
        case ">": return .truth(order > 0)
        default: return .truth(order >= 0)
        }
    }

    func rescaled(_ value: Value, to scale: Int) -> Value {
        guard case .number(let n, let from) = value, scale > from else { return value }
        return fitting(Int128(n) * power(scale - from), scale)
    }

    func fitting(_ value: Int128, _ scale: Int) -> Value {
        guard let value = Int64(exactly: value), value != .min else { return .null }
        return .number(value, scale: scale)
    }

    func power(_ digits: Int) -> Int128 {
        (0..<digits).reduce(1) { power, _ in power * 10 }
    }
}
