// SPDX-License-Identifier: Apache-2.0

/// Expressions, by precedence: OR, AND, NOT, comparison, sum, product, sign.
///
/// ```
/// condition  = x (= | <> | < | <= | > | >=) y | x IS [NOT] NULL | x [NOT] BETWEEN y AND z
///            | x [NOT] IN (y, …) | NOT condition | condition (AND | OR) condition
/// value      = column | 12.5 | 'text' | DATE 'YYYY-MM-DD' | TRUE | FALSE | NULL
///            | value (+ | - | * | /) value | - value | (value)
///            | ABS(x) | CLIP(x, lowest, highest) | COALESCE(x, y, …)
///            | CASE WHEN condition THEN x … [ELSE y] END
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
        } else if token.kind == .word("like") {
            throw QueryError(
                "LIKE is not offered", at: token.position, remedy: "use = or IN with whole texts")
        } else if negated {
            throw wanted("BETWEEN or IN")
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
        while case .mark(let mark) = token.kind, mark == "*" || mark == "/" {
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
        guard token.kind == .mark("(") else { return .column(word, position) }
        if Parser.aggregates.contains(word) {
            throw QueryError(
                "\(word.uppercased()) cannot stand inside an expression", at: position,
                remedy: "show it as a column of its own")
        }
        advance()
        if take(mark: ")") { return .call(word, [], position) }
        let arguments = try list { parser throws(QueryError) in try parser.expression() }
        try rise(over: height, at: position)
        return .call(word, arguments, position)
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
        guard token.kind == .word("when") else {
            throw QueryError(
                "CASE with a value is not offered", at: token.position,
                remedy: "write CASE WHEN x = 1 THEN … ELSE … END")
        }
        var arms: [Expression.Arm] = []
        var tallest = 0
        while take(word: "when") {
            let condition = try expression()
            tallest = max(tallest, height)
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

    private mutating func enter() throws(QueryError) {
        depth += 1
        guard depth <= Parser.deepest else {
            throw QueryError(
                "the expression nests too deep", at: token.position, remedy: "simplify it")
        }
    }

    /// Puts an operation upon what was read last and upon something `below`.
    private mutating func rise(over below: Int, at position: Position) throws(QueryError) {
        height = max(height, below) + 1
        guard height <= Parser.highest else {
            throw QueryError(
                "more than \(Parser.highest) operations stand one upon another", at: position,
                remedy: "group them with brackets: (a + b) + (c + d)")
        }
    }
}
