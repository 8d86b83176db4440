// SPDX-License-Identifier: Apache-2.0

/// Expressions, by precedence: OR, AND, NOT, comparison, sum, product, sign.
extension Parser {
    mutating func expression() throws(QueryError) -> Expression {
        if depth == 0 { operators = 0 }
        try enter()
        defer { depth -= 1 }
        var left = try conjunction()
        while token.kind == .word("or") {
            let position = try sign()
            left = .binary("or", left, try conjunction(), position)
        }
        return left
    }

    private mutating func conjunction() throws(QueryError) -> Expression {
        var left = try negation()
        while token.kind == .word("and") {
            let position = try sign()
            left = .binary("and", left, try negation(), position)
        }
        return left
    }

    private mutating func negation() throws(QueryError) -> Expression {
        guard token.kind == .word("not") else { return try comparison() }
        try enter()
        defer { depth -= 1 }
        let position = try sign()
        return .not(try negation(), position)
    }

    private mutating func comparison() throws(QueryError) -> Expression {
        let left = try sum()
        if case .mark(let mark) = token.kind, ["=", "<>", "<", "<=", ">", ">="].contains(mark) {
            let position = try sign()
            return .binary(mark, left, try sum(), position)
        }
        if token.kind == .word("is") {
            let position = try sign()
            let negated = take(word: "not")
            try expect(word: "null")
            return negated ? .not(.isNull(left, position), position) : .isNull(left, position)
        }
        let words: [Token.Kind] = [.word("not"), .word("between"), .word("in"), .word("like")]
        guard words.contains(token.kind) else { return left }
        let position = token.position
        let negated = take(word: "not")
        let test: Expression
        if token.kind == .word("between") {
            _ = try sign()
            let low = try sum()
            try expect(word: "and")
            test = .between(left, low, try sum(), position)
        } else if token.kind == .word("in") {
            _ = try sign()
            try expect(mark: "(")
            var members: [Expression] = []
            repeat { members.append(try sum()) } while take(mark: ",")
            try expect(mark: ")")
            test = .isIn(left, members, position)
        } else if token.kind == .word("like") {
            throw QueryError(
                "LIKE is not offered", at: token.position, remedy: "use = or IN with whole texts")
        } else {
            throw wanted("BETWEEN or IN")
        }
        return negated ? .not(test, position) : test
    }

    private mutating func sum() throws(QueryError) -> Expression {
        var left = try product()
        while case .mark(let mark) = token.kind, mark == "+" || mark == "-" {
            let position = try sign()
            left = .binary(mark, left, try product(), position)
        }
        return left
    }

    private mutating func product() throws(QueryError) -> Expression {
        var left = try signed()
        while case .mark(let mark) = token.kind, mark == "*" || mark == "/" {
            let position = try sign()
            left = .binary(mark, left, try signed(), position)
        }
        return left
    }

    private mutating func signed() throws(QueryError) -> Expression {
        guard token.kind == .mark("-") else { return try primary() }
        try enter()
        defer { depth -= 1 }
        let position = try sign()
        return .negative(try signed(), position)
    }

    private mutating func primary() throws(QueryError) -> Expression {
        let position = token.position
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
        _ = try sign()
        var arguments: [Expression] = []
        if !take(mark: ")") {
            repeat { arguments.append(try expression()) } while take(mark: ",")
            try expect(mark: ")")
        }
        return .call(word, arguments, position)
    }

    /// Whether the word CASE begins a choice here and is no column.
    private var isChoice: Bool {
        switch following.kind {
        case .word(let word): word == "when" || !Parser.reserved.contains(word)
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
        while token.kind == .word("when") {
            _ = try sign()
            let condition = try expression()
            try expect(word: "then")
            arms.append(Expression.Arm(condition: condition, value: try expression()))
        }
        let otherwise = take(word: "else") ? try expression() : nil
        try expect(word: "end")
        return .choice(arms, otherwise: otherwise, position)
    }

    private mutating func enter() throws(QueryError) {
        depth += 1
        guard depth <= Parser.deepest else {
            throw QueryError(
                "the expression nests too deep", at: token.position, remedy: "simplify it")
        }
    }

    /// Steps over an operator and gives its place.
    private mutating func sign() throws(QueryError) -> Position {
        let position = token.position
        operators += 1
        guard operators <= Parser.mostOperators else {
            throw QueryError(
                "the expression has more than \(Parser.mostOperators) operators", at: position,
                remedy: "use IN (…) for long lists, or ask in parts")
        }
        advance()
        return position
    }
}
