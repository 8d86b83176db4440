// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Turns names into places and expressions into scalars, by the published schema alone.
///
/// Every part of an expression is bound once, so the work is linear in the words of the query.
struct ColumnBinder {
    let scope: RowScope
    /// What the buyer brought to predict with.
    let functions: [RowFunction]
    /// The columns read so far.
    private(set) var reads: TableReads

    var schema: Schema { scope.schema }

    init(scope: RowScope, reads: TableReads, functions: [RowFunction] = []) {
        self.scope = scope
        self.functions = functions
        self.reads = reads
    }

    /// The place of a column, which is read from now on.
    mutating func place(
        of name: String, qualifier: String?, at position: Position
    ) throws(QueryError) -> Int {
        let place = try ColumnBinder.place(of: name, qualifier: qualifier, in: scope, at: position)
        if let origin = scope.names[place].origin { reads.read(origin) }
        return place
    }

    /// The place of a column among the rows of a scope.
    static func place(
        of name: String, qualifier: String?, in scope: RowScope, at position: Position
    ) throws(QueryError) -> Int {
        let found = scope.names.indices.filter { place in
            scope.names[place].name == name
                && (qualifier.map(scope.names[place].qualifiers.contains) ?? true)
        }
        guard let column = found.first else {
            if name == "contributor" {
                throw QueryError(
                    "contributor is no value: who somebody is never leaves a pool", at: position,
                    remedy: "write COUNT(DISTINCT contributor), or group a subquery by it")
            }
            let tables = Set(scope.names.flatMap(\.qualifiers)).sorted()
            if let qualifier, !tables.contains(qualifier) {
                throw QueryError(
                    "there is no table '\(qualifier)' in FROM", at: position,
                    remedy: tables.isEmpty
                        ? "write \(name) alone" : "it has \(tables.joined(separator: ", "))")
            }
            let names = scope.names.map(\.name).filter { !$0.isEmpty }
            let near = nearest(to: name, among: names).map { "did you mean \($0)? " } ?? ""
            throw QueryError(
                "\(qualifier ?? scope.title) has no column '\(name)'", at: position,
                remedy: near + "it has \(names.joined(separator: ", "))")
        }
        guard found.count == 1 else {
            let owners = found.compactMap { scope.names[$0].qualifiers.sorted().first }
            throw QueryError(
                "\(name) is a column of several tables", at: position,
                remedy: "write " + owners.map { "\($0).\(name)" }.joined(separator: " or "))
        }
        return column
    }

    mutating func column(
        _ name: String, of qualifier: String?, at position: Position
    ) throws(QueryError) -> Typed {
        let place = try place(of: name, qualifier: qualifier, at: position)
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

    /// The condition of a WHERE, if there is one.
    mutating func filter(_ expression: Expression?) throws(QueryError) -> Scalar? {
        if let expression { try condition(expression) } else { nil }
    }

    /// Binds an expression that must be a number.
    mutating func number(
        _ expression: Expression, in function: String
    ) throws(QueryError) -> (Scalar, scale: Int, bounds: ClosedRange<Int64>?) {
        let typed = try bind(expression)
        guard case .number(let scale, let bounds) = typed.type else {
            throw QueryError(
                "\(function) of \(typed.type.word)", at: expression.position,
                remedy: "use a number; to count, write COUNT(*) with WHERE")
        }
        return (typed.scalar, scale, bounds)
    }

    mutating func bind(_ expression: Expression) throws(QueryError) -> Typed {
        switch expression {
        case .column(let qualifier, let name, let position):
            return try column(name, of: qualifier, at: position)
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
        case .like(let value, let pattern, let position):
            return try like(value, pattern, position)
        case .aggregate(let aggregate, let position):
            throw QueryError(
                "\(aggregate.name) cannot stand here", at: position,
                remedy: "show it as a column, or filter groups with HAVING")
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
        case "%":
            return try remainder(try bind(left), try bind(right), position)
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
        case "nullif": return try nullIf(arguments, position)
        case "least", "greatest": return try extreme(name, arguments, position)
        case "floor", "ceil", "ceiling", "round", "trunc":
            return try rounded(name, arguments, position)
        case "sign": return try sign(arguments, position)
        case "mod":
            guard arguments.count == 2 else {
                throw QueryError("MOD takes two things", at: position, remedy: "write MOD(x, y)")
            }
            return try remainder(try bind(arguments[0]), try bind(arguments[1]), position)
        case "bucket": return try bucket(arguments, position)
        case "predict": return try prediction(arguments, position)
        case "year", "quarter", "month", "day", "dow", "hour", "minute":
            return try datePart(name, arguments, position)
        case "date_trunc": return try truncatedDate(arguments, position)
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
            let near = nearest(to: name, among: ColumnBinder.functions)
                .map { "did you mean \($0.uppercased())? " }
            throw QueryError(
                "there is no function \(name.uppercased())", at: position,
                remedy: (ColumnBinder.instead(of: name) ?? near ?? "") + "offered are "
                    + ColumnBinder.functions.map { $0.uppercased() }.joined(separator: ", ")
                    + "; and the aggregates COUNT, SUM, AVG, VAR, STDDEV, MEDIAN, QUANTILE, HISTOGRAM"
            )
        }
    }

    /// What to call instead of a function of other engines.
    private static func instead(of name: String) -> String? {
        switch name {
        case "stddev_pop", "stddev_samp", "std": "write STDDEV(x); "
        case "var_pop", "var_samp", "variance": "write VAR(x); "
        case "percentile_cont", "percentile_disc", "approx_quantile": "write QUANTILE(x, 0.9); "
        case "approx_count_distinct": "people are counted: COUNT(DISTINCT contributor); "
        case "any_value", "first", "last", "mode": "one row's value never leaves; write MEDIAN(x); "
        case "cast", "try_cast": "kinds are the schema's; leave CAST out; "
        default: nil
        }
    }

    /// What can be called, besides aggregates.
    static let functions = [
        "abs", "bucket", "ceil", "clip", "coalesce", "date", "date_trunc", "day", "dow", "floor",
        "greatest", "hour", "least", "minute", "mod", "month", "nullif", "predict", "quarter",
        "round",
        "sign", "trunc", "year",
    ]
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
