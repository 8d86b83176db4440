// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Turns names into places and expressions into scalars, by the published schema alone.
struct ColumnBinder {
    let schema: Schema
    /// The columns read so far, by place in the schema, in order of first use.
    private(set) var read: [Int] = []

    init(schema: Schema) { self.schema = schema }

    /// The place among the columns read.
    mutating func place(of name: String, at position: Position) throws(QueryError) -> Int {
        guard let column = schema.index(of: name) else {
            let names = schema.columns.map(\.name)
            let near = names.min { distance($0, name) < distance($1, name) }
            let hint = near.map { distance($0, name) <= 3 ? "did you mean \($0)? " : "" } ?? ""
            throw QueryError(
                "\(schema.table) has no column '\(name)'", at: position,
                remedy: hint + "it has \(names.joined(separator: ", "))")
        }
        if let place = read.firstIndex(of: column) { return place }
        read.append(column)
        return read.count - 1
    }

    mutating func column(_ name: String, at position: Position) throws(QueryError) -> Typed {
        let place = try place(of: name, at: position)
        let column = schema.columns[read[place]]
        let type: ValueType =
            switch column.kind {
            case .integer: .number(scale: 0, bounds: column.bounds)
            case .decimal(let scale): .number(scale: scale, bounds: column.bounds)
            case .category: .category(column.categories)
            case .text: .text(column: place)
            case .date: .date
            case .timestamp: .timestamp
            case .boolean: .boolean
            }
        // Values outside the published bounds are brought into them before anything is done.
        let scalar = Scalar.column(place)
        if case .number(_, let bounds?) = type {
            return Typed(scalar: .clip(scalar, bounds), type: type)
        }
        return Typed(scalar: scalar, type: type)
    }

    mutating func bind(_ expression: Expression) throws(QueryError) -> Typed {
        switch expression {
        case .column(let name, let position):
            return try column(name, at: position)
        case .number(let digits, let position):
            return try number(digits, position)
        case .text(_, let position):
            throw QueryError(
                "a text stands alone", at: position,
                remedy: "compare it with a column: column = 'text'")
        case .boolean(let value, _):
            return Typed(scalar: .constant(value ? 1 : 0), type: .boolean)
        case .null:
            return Typed(scalar: .constant(Schema.null), type: .unknown)
        case .negative(let inner, let position):
            let zero = Typed(scalar: .constant(0), type: .number(scale: 0, bounds: 0...0))
            return try arithmetic("-", zero, try bind(inner), position)
        case .not(let inner, _):
            return Typed(scalar: .not(try condition(inner)), type: .boolean)
        case .binary(let sign, let left, let right, let position):
            return try binary(sign, left, right, position)
        case .between(let value, let low, let high, let position):
            let atLeast = try compare(.atLeast, value, low, position)
            let atMost = try compare(.atMost, value, high, position)
            return Typed(scalar: .and(atLeast, atMost), type: .boolean)
        case .isIn(let value, let members, let position):
            return try isIn(value, members, position)
        case .isNull(let inner, _):
            return Typed(scalar: .isNull(try bind(inner).scalar), type: .boolean)
        case .call(let name, let arguments, let position):
            return try call(name, arguments, position)
        }
    }

    /// Binds an expression that must be true or false.
    mutating func condition(_ expression: Expression) throws(QueryError) -> Scalar {
        let typed = try bind(expression)
        guard typed.type == .boolean || typed.type == .unknown else {
            throw QueryError(
                "\(typed.type.word) stands where a condition is wanted", at: expression.position,
                remedy: "compare it with something")
        }
        return typed.scalar
    }

    private mutating func binary(
        _ sign: String, _ left: Expression, _ right: Expression, _ position: Position
    ) throws(QueryError) -> Typed {
        switch sign {
        case "and":
            return Typed(scalar: .and(try condition(left), try condition(right)), type: .boolean)
        case "or":
            return Typed(scalar: .or(try condition(left), try condition(right)), type: .boolean)
        case "+", "-", "*", "/":
            return try arithmetic(sign, try bind(left), try bind(right), position)
        default:
            guard let comparison = Scalar.Comparison(rawValue: sign) else {
                throw QueryError("no such operator '\(sign)'", at: position, remedy: "remove it")
            }
            return Typed(scalar: try compare(comparison, left, right, position), type: .boolean)
        }
    }

    private mutating func call(
        _ name: String, _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        switch name {
        case "clip":
            guard arguments.count == 3 else {
                throw QueryError(
                    "CLIP takes three things", at: position,
                    remedy: "write CLIP(x, lowest, highest)")
            }
            return try clip(arguments, position)
        case "date":
            guard case .text(let text, let place)? = arguments.first, arguments.count == 1 else {
                throw QueryError(
                    "a date is a text", at: position, remedy: "write DATE '2016-04-12'")
            }
            guard let day = CalendarDay(text) else {
                throw QueryError("'\(text)' is no date", at: place, remedy: "write YYYY-MM-DD")
            }
            return Typed(scalar: .constant(day.number), type: .date)
        default:
            throw QueryError(
                "there is no function \(name.uppercased())", at: position,
                remedy: "CLIP(x, lowest, highest) and DATE 'YYYY-MM-DD' are offered")
        }
    }

    private mutating func clip(
        _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        let value = try bind(arguments[0])
        let low = try bind(arguments[1])
        let high = try bind(arguments[2])
        guard case .number(let scale, _) = value.type, case .number(let lowScale, _) = low.type,
            case .number(let highScale, _) = high.type, low.constant != nil, high.constant != nil
        else {
            throw QueryError(
                "CLIP takes a number and two constants", at: position,
                remedy: "write CLIP(x, 0, 100)")
        }
        let common = max(scale, lowScale, highScale)
        let x = rescaled(value.scalar, from: scale, to: common)
        guard let lower = shifted(low.constant!, by: common - lowScale),
            let upper = shifted(high.constant!, by: common - highScale), lower < upper
        else {
            throw QueryError(
                "the bounds of CLIP are not in order", at: position, remedy: "lowest first")
        }
        return Typed(
            scalar: .clip(x, lower...upper), type: .number(scale: common, bounds: lower...upper))
    }
}

/// How many letters differ (Levenshtein), for a hint.
private func distance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left.utf8.prefix(64)), Array(right.utf8.prefix(64)))
    var row = Array(0...b.count)
    for i in a.indices {
        var previous = row[0]
        row[0] = i + 1
        for j in b.indices {
            let old = row[j + 1]
            row[j + 1] = a[i] == b[j] ? previous : min(previous, row[j], old) + 1
            previous = old
        }
    }
    return row[b.count]
}
