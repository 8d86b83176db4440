// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Parts of dates and times. Times are in UTC.
extension ColumnBinder {
    private static let microsecondsADay: Int64 = 86_400_000_000

    mutating func datePart(
        _ name: String, _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        let form = "write EXTRACT(\(name.uppercased()) FROM day)"
        guard arguments.count == 1 else {
            throw QueryError("\(name.uppercased()) takes one thing", at: position, remedy: form)
        }
        let typed = try bind(arguments[0])
        if name == "hour" || name == "minute" {
            guard typed.type == .timestamp else {
                throw QueryError(
                    "\(name.uppercased()) of \(typed.type.word)", at: position,
                    remedy: "use a column of times")
            }
            let (unit, most): (Int64, Int64) =
                name == "hour" ? (3_600_000_000, 24) : (60_000_000, 60)
            // The remainder of a time before 1970 is negative: bring it above zero first.
            let units = Scalar.pair(
                .remainder, .floored(typed.scalar, divisor: unit), .constant(most))
            let scalar = Scalar.pair(.remainder, .add(units, .constant(most)), .constant(most))
            return Typed(
                scalar: Typed.folded(scalar, of: [typed.scalar]),
                type: .number(scale: 0, bounds: 0...most - 1))
        }
        guard let part = Scalar.DatePart(rawValue: name) else {
            throw QueryError("there is no part '\(name)'", at: position, remedy: form)
        }
        let day = try self.day(typed, position, form)
        let bounds: ClosedRange<Int64>? =
            switch part {
            case .month: 1...12
            case .quarter: 1...4
            case .day: 1...31
            case .dow: 0...6
            default: years(of: arguments[0])
            }
        return Typed(
            scalar: Typed.folded(.datePart(part, day), of: [day]),
            type: .number(scale: 0, bounds: bounds))
    }

    /// DATE_TRUNC('month', day): the first day of the month.
    mutating func truncatedDate(
        _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        let form = "write DATE_TRUNC('month', day) with year, quarter, month, week or day"
        guard arguments.count == 2, case .text(let unit, let place) = arguments[0] else {
            throw QueryError("DATE_TRUNC takes a unit and a date", at: position, remedy: form)
        }
        let day = try self.day(try bind(arguments[1]), position, form)
        let part: Scalar.DatePart
        switch unit.lowercased() {
        case "year": part = .startOfYear
        case "quarter": part = .startOfQuarter
        case "month": part = .startOfMonth
        case "week": part = .startOfWeek
        case "day": return Typed(scalar: day, type: .date)
        default: throw QueryError("there is no unit '\(unit)'", at: place, remedy: form)
        }
        return Typed(scalar: Typed.folded(.datePart(part, day), of: [day]), type: .date)
    }

    /// The day of a date or a time.
    private func day(
        _ typed: Typed, _ position: Position, _ form: String
    ) throws(QueryError) -> Scalar {
        switch typed.type {
        case .date, .unknown: return typed.scalar
        case .timestamp:
            return Typed.folded(
                .floored(typed.scalar, divisor: ColumnBinder.microsecondsADay), of: [typed.scalar])
        default:
            throw QueryError(
                "\(typed.type.word) has no day", at: position,
                remedy: form + " with a date or a time")
        }
    }

    /// The years that a column's published bounds allow.
    private mutating func years(of expression: Expression) -> ClosedRange<Int64>? {
        guard case .column(let qualifier, let name, let position) = expression,
            let place = try? place(of: name, qualifier: qualifier, at: position),
            let bounds = schema.columns[place].bounds
        else { return nil }
        let unit = schema.columns[place].kind == .timestamp ? ColumnBinder.microsecondsADay : 1
        let ends = [bounds.lowerBound, bounds.upperBound].map { end in
            Scalar.datePart(.year, .constant(end.flooredQuotient(unit))).evaluate([], rows: 0..<1)[
                0]
        }
        return ends.contains(Schema.null) ? nil : ends[0]...ends[1]
    }
}
