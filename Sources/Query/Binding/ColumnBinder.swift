// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Turns names into places and expressions into scalars, by the published schema alone.
///
/// Every part of an expression is bound once, so the work is linear in the words of the query.
struct ColumnBinder {
    let schema: Schema
    /// The columns read so far, by place in the schema.
    private(set) var read: Set<Int> = []

    init(schema: Schema) { self.schema = schema }

    /// The place of a column in the schema, which is read from now on.
    mutating func place(of name: String, at position: Position) throws(QueryError) -> Int {
        guard let column = schema.index(of: name) else {
            let names = schema.columns.map(\.name)
            let near = nearest(to: name, among: names).map { "did you mean \($0)? " } ?? ""
            throw QueryError(
                "\(schema.table) has no column '\(name)'", at: position,
                remedy: near + "it has \(names.joined(separator: ", "))")
        }
        read.insert(column)
        return column
    }

    mutating func column(_ name: String, at position: Position) throws(QueryError) -> Typed {
        let place = try place(of: name, at: position)
        let column = schema.columns[place]
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
        var scalar = Scalar.column(place)
        switch (type, column.bounds) {
        case (.number, let bounds?), (.date, let bounds?), (.timestamp, let bounds?):
            scalar = .clip(scalar, bounds)
        default: break
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
        case .all(let parts, _):
            return Typed(scalar: .all(try conditions(parts)), type: .boolean)
        case .any(let parts, _):
            return Typed(scalar: .any(try conditions(parts)), type: .boolean)
        case .binary(let sign, let left, let right, let position):
            return try binary(sign, left, right, position)
        case .between(let value, let low, let high, let position):
            let tests = [(Scalar.Comparison.atLeast, low), (.atMost, high)]
            return try compare(value, .all, tests, position)
        case .isIn(let value, let members, let position):
            return try compare(value, .any, members.map { (.equal, $0) }, position)
        case .isNull(let inner, _):
            return Typed(scalar: .isNull(try bind(inner).scalar), type: .boolean)
        case .choice(let arms, let otherwise, let position):
            return try choice(arms, otherwise, position)
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

    private mutating func conditions(_ parts: [Expression]) throws(QueryError) -> [Scalar] {
        var scalars: [Scalar] = []
        for part in parts { scalars.append(try condition(part)) }
        return scalars
    }

    private mutating func binary(
        _ sign: String, _ left: Expression, _ right: Expression, _ position: Position
    ) throws(QueryError) -> Typed {
        switch sign {
        case "+", "-", "*", "/":
            return try arithmetic(sign, try bind(left), try bind(right), position)
        default:
            guard let comparison = Scalar.Comparison(rawValue: sign) else {
                throw QueryError("no such operator '\(sign)'", at: position, remedy: "remove it")
            }
            // 'text' = column means column = 'text'.
            if case .text = left {
                return try compare(right, .all, [(comparison.mirrored, left)], position)
            }
            return try compare(left, .all, [(comparison, right)], position)
        }
    }

    private mutating func call(
        _ name: String, _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        switch name {
        case "clip": return try clip(arguments, position)
        case "abs": return try absolute(arguments, position)
        case "coalesce": return try coalesce(arguments, position)
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
            let offered = ["abs", "clip", "coalesce", "date"]
            let near = nearest(to: name, among: offered).map { "did you mean \($0.uppercased())? " }
            throw QueryError(
                "there is no function \(name.uppercased())", at: position,
                remedy: (near ?? "")
                    + "ABS(x), CLIP(x, lowest, highest), COALESCE(x, …), CASE WHEN … and "
                    + "DATE 'YYYY-MM-DD' are offered")
        }
    }
}

/// The name with the fewest letters that differ (Levenshtein), when there are few enough.
private func nearest(to name: String, among names: [String]) -> String? {
    let near = names.map { (name: $0, distance: distance($0, name)) }
        .min { $0.distance < $1.distance }
    let most = name.utf8.count < 4 ? 1 : max(2, name.utf8.count / 3)
    guard let near, near.distance <= most else { return nil }
    return near.name
}

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
