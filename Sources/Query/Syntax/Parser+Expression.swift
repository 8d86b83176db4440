// SPDX-License-Identifier: Apache-2.0

/// Expressions, by precedence: OR, AND, NOT, comparison, sum, product, sign.
extension Parser {
    mutating func expression() throws(QueryError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Parser.deepest else {
            throw QueryError(
                "the expression nests too deep", at: token.position, remedy: "simplify it")
        }
        var left = try conjunction()
        while token.kind == .word("or") {
            let position = token.position
            advance()
            left = .binary("or", left, try conjunction(), position)
        }
        return left
    }

    private mutating func conjunction() throws(QueryError) -> Expression {
        var left = try negation()
        while token.kind == .word("and") {
            let position = token.position
            advance()
            left = .binary("and", left, try negation(), position)
        }
        return left
    }

    private mutating func negation() throws(QueryError) -> Expression {
        let position = token.position
        guard take(word: "not") else { return try comparison() }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Parser.deepest else {
            throw QueryError("the expression nests too deep", at: position, remedy: "simplify it")
        }
        return .not(try negation(), position)
    }

    private mutating func comparison() throws(QueryError) -> Expression {
        let left = try sum()
        let position = token.position
        if case .mark(let mark) = token.kind, ["=", "<>", "<", "<=", ">", ">="].contains(mark) {
            advance()
            return .binary(mark, left, try sum(), position)
        }
        if take(word: "is") {
            let negated = take(word: "not")
            try expect(word: "null")
            return negated ? .not(.isNull(left, position), position) : .isNull(left, position)
        }
        let negated = take(word: "not")
        let test: Expression
        if take(word: "between") {
            let low = try sum()
            try expect(word: "and")
            test = .between(left, low, try sum(), position)
        } else if take(word: "in") {
            try expect(mark: "(")
            var members: [Expression] = []
            repeat { members.append(try sum()) } while take(mark: ",")
            try expect(mark: ")")
            test = .isIn(left, members, position)
        } else if negated {
            throw wanted("BETWEEN or IN")
        } else {
            return left
        }
        return negated ? .not(test, position) : test
    }

    private mutating func sum() throws(QueryError) -> Expression {
        var left = try product()
        while case .mark(let mark) = token.kind, mark == "+" || mark == "-" {
            let position = token.position
            advance()
            left = .binary(mark, left, try product(), position)
        }
        return left
    }

    private mutating func product() throws(QueryError) -> Expression {
        var left = try signed()
        while case .mark(let mark) = token.kind, mark == "*" || mark == "/" {
            let position = token.position
            advance()
            left = .binary(mark, left, try signed(), position)
        }
        return left
    }

    private mutating func signed() throws(QueryError) -> Expression {
        let position = token.position
        guard take(mark: "-") else { return try primary() }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Parser.deepest else {
            throw QueryError("the expression nests too deep", at: position, remedy: "simplify it")
        }
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
        case .word(let word) where word == "date":
            advance()
            guard case .text(let text) = token.kind else { return .column(word, position) }
            advance()
            return .call("date", [.text(text, position)], position)
        case .word:
            let word = try name("a value")
            guard take(mark: "(") else { return .column(word, position) }
            if Parser.aggregates.contains(word) {
                throw QueryError(
                    "\(word.uppercased()) cannot stand inside an expression", at: position,
                    remedy: "show it as a column of its own")
            }
            var arguments: [Expression] = []
            if !take(mark: ")") {
                repeat { arguments.append(try expression()) } while take(mark: ",")
                try expect(mark: ")")
            }
            return .call(word, arguments, position)
        default: throw wanted("a value")
        }
    }
}
