// SPDX-License-Identifier: Apache-2.0

/// Expressions, by precedence: OR, AND, NOT, comparison, sum, product, sign.
///
/// ```
/// condition  = x (= | <> | < | <= | > | >=) y | x IS [NOT] NULL | x [NOT] BETWEEN y AND z
///            | x [NOT] IN (y, …) | x [NOT] LIKE 'pattern' | NOT condition
///            | condition (AND | OR) condition
/// value      = [table.]column | 12.5 | 'text' | DATE 'YYYY-MM-DD' | TRUE | FALSE | NULL
///            | value (+ | - | * | / | %) value | - value | (value) | aggregate
///            | ABS(x) | CLIP(x, lowest, highest) | COALESCE(x, y, …) | FLOOR(x) | …
///            | EXTRACT(YEAR FROM day) | DATE_TRUNC('month', day) | BUCKET(x, 20)
///            | CASE [x] WHEN condition THEN y … [ELSE z] END
/// ```
extension Parser {
    mutating func expression() throws(QueryError) -> Expression {
        try enter()
        defer { depth -= 1 }
        let first = try conjunction()
        guard token.kind == .word("or") else { return first }
        let position = token.position
        var parts = [first]
        var tallest = height
        while take(word: "or") {
            parts.append(try conjunction())
            tallest = max(tallest, height)
        }
        try rise(over: tallest, at: position)
        return .any(parts, position)
    }

    private mutating func conjunction() throws(QueryError) -> Expression {
        let first = try negation()
        guard token.kind == .word("and") else { return first }
        let position = token.position
        var parts = [first]
        var tallest = height
        while take(word: "and") {
            parts.append(try negation())
            tallest = max(tallest, height)
        }
        try rise(over: tallest, at: position)
        return .all(parts, position)
    }

    private mutating func negation() throws(QueryError) -> Expression {
        let position = token.position
        guard take(word: "not") else { return try comparison() }
        try enter()
        defer { depth -= 1 }
        let inner = try negation()
        try rise(over: height, at: position)
        return .not(inner, position)
    }

    private mutating func comparison() throws(QueryError) -> Expression {
        let left = try sum()
        let position = token.position
        let tallest = height
        if case .mark(let mark) = token.kind, ["=", "<>", "<", "<=", ">", ">="].contains(mark) {
            advance()
            let right = try sum()
            try rise(over: tallest, at: position)
            return .binary(mark, left, right, position)
        }
        if take(word: "is") {
            let negated = take(word: "not")
            try expect(word: "null")
            try rise(over: tallest, at: position)
            return try unless(negated, .isNull(left, position), position)
        }
        let negated = take(word: "not")
        let test: Expression
        if take(word: "between") {
            let low = try sum()
            let lowHeight = height
            try expect(word: "and")
            test = .between(left, low, try sum(), position)
            try rise(over: max(tallest, lowHeight), at: position)
        } else if take(word: "in") {
            try expect(mark: "(")
            test = .isIn(left, try list { parser throws(QueryError) in try parser.sum() }, position)
            try rise(over: tallest, at: position)
        } else if take(word: "like") {
            guard case .text(let pattern) = token.kind else { throw wanted("a pattern in quotes") }
            advance()
            test = .like(left, pattern, position)
            try rise(over: tallest, at: position)
        } else if negated {
            throw wanted("BETWEEN, IN or LIKE")
        } else {
            return left
        }
        return try unless(negated, test, position)
    }

    private mutating func unless(
        _ negated: Bool, _ test: Expression, _ position: Position
    ) throws(QueryError) -> Expression {
        guard negated else { return test }
        try rise(over: height, at: position)
        return .not(test, position)
    }

    private mutating func sum() throws(QueryError) -> Expression {
        var left = try product()
        while case .mark(let mark) = token.kind, mark == "+" || mark == "-" {
            let (position, below) = (token.position, height)
            advance()
            left = .binary(mark, left, try product(), position)
            try rise(over: below, at: position)
        }
        return left
    }

    private mutating func product() throws(QueryError) -> Expression {
        var left = try signed()
        while case .mark(let mark) = token.kind, ["*", "/", "%"].contains(mark) {
            let (position, below) = (token.position, height)
            advance()
            left = .binary(mark, left, try signed(), position)
            try rise(over: below, at: position)
        }
        return left
    }

    private mutating func signed() throws(QueryError) -> Expression {
        let position = token.position
        guard take(mark: "-") else { return try primary() }
        try enter()
        defer { depth -= 1 }
        let inner = try signed()
        try rise(over: height, at: position)
        return .negative(inner, position)
    }

    private mutating func primary() throws(QueryError) -> Expression {
        let position = token.position
        height = 0
        switch token.kind {
        case .number(let digits):
            advance()
            return .number(digits, position)
        case .text(let text):
            advance()
            return .text(text, position)
        case .mark("("):
            advance()
            let inner = try expression()
            try expect(mark: ")")
            return inner
        case .word("null"):
            advance()
            return .null(position)
        case .word("true"), .word("false"):
            let value = token.kind == .word("true")
            advance()
            return .boolean(value, position)
        case .word("date"):
            guard case .text(let text) = following.kind else { return try called(at: position) }
            advance()
            let place = token.position
            advance()
            return .call("date", [.text(text, place)], position)
        case .word("case"):
            return isChoice ? try choice(at: position) : try called(at: position)
        case .word: return try called(at: position)
        default: throw wanted("a value")
        }
    }

    /// A column, or a function and its arguments.
    private mutating func called(at position: Position) throws(QueryError) -> Expression {
        let word = try name("a value")
        if take(mark: ".") { return .column(of: word, try name("a column"), position) }
        guard token.kind == .mark("(") else { return .column(of: nil, word, position) }
        advance()
        try enter()
        defer { depth -= 1 }
        if Parser.aggregates.contains(word) {
            let aggregate = try aggregate(word, position)
            try rise(over: height, at: position)
            return aggregate
        }
        if word == "extract" { return try extract(at: position) }
        if take(mark: ")") { return .call(word, [], position) }
        let arguments = try list { parser throws(QueryError) in try parser.expression() }
        try rise(over: height, at: position)
        return .call(word, arguments, position)
    }

    /// EXTRACT(YEAR FROM day).
    private mutating func extract(at position: Position) throws(QueryError) -> Expression {
        let part = try name("YEAR, MONTH, DAY, DOW, HOUR or MINUTE")
        try expect(word: "from")
        let value = try expression()
        try expect(mark: ")")
        try rise(over: height, at: position)
        return .call(part, [value], position)
    }

    /// Expressions with commas between them, up to the bracket that closes them; as high as the
    /// highest of them.
    private mutating func list(
        _ element: (inout Parser) throws(QueryError) -> Expression
    ) throws(QueryError) -> [Expression] {
        var elements: [Expression] = []
        var tallest = 0
        repeat {
            elements.append(try element(&self))
            tallest = max(tallest, height)
        } while take(mark: ",")
        try expect(mark: ")")
        height = tallest
        return elements
    }

    /// Whether the word CASE begins a choice here and is no column.
    private var isChoice: Bool {
        switch following.kind {
        case .word("then"), .word("else"), .word("end"): false
        case .word(let word): !Parser.reserved.contains(word)
        case .number, .text: true
        case .mark, .end: false
        }
    }

    private mutating func choice(at position: Position) throws(QueryError) -> Expression {
        advance()
        // CASE x WHEN 1 means CASE WHEN x = 1, so x stands in every arm: it has to be short.
        let subjectPosition = token.position
        let subject = token.kind == .word("when") ? nil : try expression()
        if let subject {
            guard case .column = subject else {
                throw QueryError(
                    "CASE looks at a column", at: subjectPosition,
                    remedy: "write CASE WHEN x = 1 THEN … ELSE … END")
            }
        }
        guard token.kind == .word("when") else { throw wanted("WHEN") }
        var arms: [Expression.Arm] = []
        var tallest = 0
        while take(word: "when") {
            let place = token.position
            var condition = try expression()
            if let subject { condition = .binary("=", subject, condition, place) }
            tallest = max(tallest, height + (subject == nil ? 0 : 1))
            try expect(word: "then")
            arms.append(Expression.Arm(condition: condition, value: try expression()))
            tallest = max(tallest, height)
        }
        height = 0
        let otherwise = take(word: "else") ? try expression() : nil
        try expect(word: "end")
        try rise(over: tallest, at: position)
        return .choice(arms, otherwise: otherwise, position)
    }
}
