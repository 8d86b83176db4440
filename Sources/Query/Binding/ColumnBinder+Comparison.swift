// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Comparisons: with numbers, moments, categories and texts; with one, BETWEEN two, or IN many.
extension ColumnBinder {
    mutating func compare(
        _ value: Expression, _ quantifier: Scalar.Quantifier,
        _ others: [(sign: Scalar.Comparison, with: Expression)], _ position: Position
    ) throws(QueryError) -> Typed {
        let typed = try bind(value)
        if case .text(let column) = typed.type {
            return Typed(scalar: try compareTexts(column, others, position), type: .boolean)
        }
        var tests: [Scalar.Test] = []
        for (sign, other) in others {
            let other = try counterpart(other, of: typed)
            tests.append(try test(typed, sign, other, at: position))
        }
        if quantifier == .any, let set = constants(tests) {
            return Typed(scalar: .isIn(typed.scalar, set), type: .boolean)
        }
        return Typed(scalar: .test(typed.scalar, quantifier, tests), type: .boolean)
    }

    /// What a value is compared with: an expression, or a text that stands for a day or a category.
    mutating func counterpart(
        _ other: Expression, of typed: Typed
    ) throws(QueryError) -> Typed {
        guard case .text(let text, let position) = other else { return try bind(other) }
        switch typed.type {
        case .date, .timestamp:
            guard let day = CalendarDay(text) else {
                throw QueryError("'\(text)' is no date", at: position, remedy: "write 'YYYY-MM-DD'")
            }
            return Typed(scalar: .constant(day.number), type: .date)
        case .category(let categories):
            guard let code = categories.firstIndex(of: text) else {
                let some = categories.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
                throw QueryError(
                    "'\(text)' is none of the published categories", at: position,
                    remedy: "they are \(some)\(categories.count > 12 ? ", …" : "")")
            }
            return Typed(scalar: .constant(Int64(code)), type: typed.type)
        default:
            throw QueryError(
                "\(typed.type.word) cannot be compared with a text", at: position,
                remedy: "write the value without quotes")
        }
    }

    private func test(
        _ left: Typed, _ sign: Scalar.Comparison, _ right: Typed, at position: Position
    ) throws(QueryError) -> Scalar.Test {
        func test(_ other: Scalar, _ shift: Int = 0, _ otherShift: Int = 0) -> Scalar.Test {
            Scalar.Test(sign: sign, other: other, shift: shift, otherShift: otherShift)
        }
        switch (left.type, right.type) {
        case (.number(let a, _), .number(let b, _)):
            return test(right.scalar, max(a, b) - a, max(a, b) - b)
        case (.date, .date), (.timestamp, .timestamp), (.boolean, .boolean), (.unknown, _),
            (_, .unknown):
            return test(right.scalar)
        case (.timestamp, .date):
            let midnight = Scalar.multiply(right.scalar, .constant(microsecondsADay), shift: 0)
            return test(Typed.folded(midnight, of: [right.scalar]))
        case (.category(let a), .category(let b))
        where a == b && (sign == .equal || sign == .unequal):
            return test(right.scalar)
        case (.category(let a), .category(let b)) where a == b:
            throw ColumnBinder.noOrder(position)
        default:
            throw QueryError(
                "\(left.type.word) cannot be compared with \(right.type.word)", at: position,
                remedy: left.type == .date && right.type == .timestamp
                    ? "put the time on the left" : "compare things of one kind")
        }
    }

    /// The values of an IN list of constants, in the units of what is looked for; nil when one is
    /// none.
    private func constants(_ tests: [Scalar.Test]) -> Set<Int64>? {
        var set: Set<Int64> = []
        for test in tests {
            guard case .constant(let value) = test.other, value != Schema.null, test.shift == 0
            else { return nil }
            // What does not fit equals nothing.
            if let moved = shifted(value, by: test.otherShift) { set.insert(moved) }
        }
        return set
    }

    private mutating func compareTexts(
        _ column: Int, _ others: [(sign: Scalar.Comparison, with: Expression)],
        _ position: Position
    ) throws(QueryError) -> Scalar {
        guard let sign = others.first?.sign, sign == .equal || sign == .unequal else {
            throw ColumnBinder.noOrder(position)
        }
        var texts: Set<Scalar.Text> = []
        var hasNull = false
        for (_, other) in others {
            if case .text(let text, _) = other {
                texts.insert(Scalar.Text(text))
            } else {
                let typed = try bind(other)
                guard typed.type == .unknown else {
                    throw QueryError(
                        "a text cannot be compared with \(typed.type.word)", at: position,
                        remedy: "compare it with texts in single quotes")
                }
                hasNull = true
            }
        }
        var scalar = Scalar.textIsIn(column, texts)
        if hasNull { scalar = .any([scalar, .constant(Schema.null)]) }
        return sign == .equal ? scalar : .not(scalar)
    }

    private static func noOrder(_ position: Position) -> QueryError {
        QueryError("texts have no order here", at: position, remedy: "use =, <> or IN")
    }
}

/// The microseconds of a day.
private let microsecondsADay: Int64 = 86_400_000_000
