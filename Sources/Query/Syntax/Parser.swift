// SPDX-License-Identifier: Apache-2.0

/// Reads the statement part of the grammar; items and expressions are in files of their own.
///
/// ```
/// SELECT item, … FROM pool[.table] [WHERE condition] [GROUP BY column, …]
///   [ORDER BY result [ASC|DESC], …] [LIMIT n] [WITH PRIVACY (epsilon => 1.0, delta => 1e-7)]
/// ```
struct Parser {
    let tokens: [Token]
    private(set) var index = 0
    /// How deep brackets and signs nest at this place.
    var depth = 0
    /// How many operations stand one upon another in the expression that was read last.
    var height = 0

    /// How deep brackets and signs may nest.
    static let deepest = 32
    /// How many operations may stand one upon another. Whatever walks an expression goes as deep
    /// as it is high, so this and ``deepest`` bound the stack that a query takes.
    static let highest = 64

    static func statement(of text: String) throws(QueryError) -> Statement {
        var parser = Parser(tokens: try Lexer.tokens(of: text))
        return try parser.statement()
    }

    private init(tokens: [Token]) { self.tokens = tokens }

    var token: Token { tokens[index] }
    var following: Token { tokens[min(index + 1, tokens.count - 1)] }
    mutating func advance() { if index < tokens.count - 1 { index += 1 } }

    mutating func take(word: String) -> Bool {
        guard token.kind == .word(word) else { return false }
        advance()
        return true
    }

    mutating func take(mark: String) -> Bool {
        guard token.kind == .mark(mark) else { return false }
        advance()
        return true
    }

    mutating func expect(word: String) throws(QueryError) {
        guard take(word: word) else { throw wanted(word.uppercased()) }
    }

    mutating func expect(mark: String) throws(QueryError) {
        guard take(mark: mark) else { throw wanted("'\(mark)'") }
    }

    func wanted(_ what: String) -> QueryError {
        let found = token.kind == .end ? "the query ends" : "'\(token.source)' stands"
        return QueryError(
            "\(found) where \(what) is wanted", at: token.position, remedy: Parser.form)
    }

    static let form =
        "the form is SELECT … FROM pool [WHERE …] [GROUP BY …] [ORDER BY …] [LIMIT n] "
        + "[WITH PRIVACY (epsilon => 1.0, delta => 1e-7)]"

    mutating func name(_ what: String) throws(QueryError) -> String {
        guard case .word(let word) = token.kind, !Parser.reserved.contains(word) else {
            throw wanted(what)
        }
        advance()
        return word
    }

    static let reserved: Set<String> = [
        "select", "from", "where", "group", "order", "limit", "with", "by", "and", "or", "not",
        "in", "between", "is", "null", "as", "asc", "desc", "having", "join", "union", "like",
    ]

    private mutating func statement() throws(QueryError) -> Statement {
        var statement = Statement()
        try expect(word: "select")
        try refuse("distinct", "DISTINCT is not offered", "write COUNT(DISTINCT contributor)")
        if token.kind == .mark("*") {
            throw QueryError(
                "rows never leave a pool", at: token.position,
                remedy: "ask for COUNT(*), SUM(x) or AVG(x), perhaps GROUP BY a category")
        }
        repeat { statement.items.append(try item()) } while take(mark: ",")
        try expect(word: "from")
        statement.sourcePosition = token.position
        statement.source = try poolName()
        if take(mark: ".") { statement.table = try name("a table") }
        if token.kind == .mark(",") || Parser.joins.contains(where: { token.kind == .word($0) }) {
            throw QueryError(
                "joins are not offered", at: token.position,
                remedy: "ask about one table at a time")
        }
        if take(word: "where") { statement.filter = try expression() }
        if take(word: "group") {
            try expect(word: "by")
            repeat {
                let position = token.position
                statement.groups.append((try name("a column"), position))
            } while take(mark: ",")
        }
        try refuse("having", "HAVING is not offered", "filter the answer yourself: it is yours")
        if take(word: "order") {
            try expect(word: "by")
            repeat { statement.orders.append(try order()) } while take(mark: ",")
        }
        if take(word: "limit") { statement.limit = try limit() }
        if take(word: "with") { try privacy(into: &statement) }
        for word in ["union", "intersect", "except"] {
            try refuse(word, "one question at a time", "ask each by itself")
        }
        _ = take(mark: ";")
        guard token.kind == .end else { throw wanted("the end") }
        return statement
    }

    private static let joins = ["join", "inner", "left", "right", "full", "cross", "natural"]

    private func refuse(_ word: String, _ problem: String, _ remedy: String) throws(QueryError) {
        guard token.kind != .word(word) else {
            throw QueryError(problem, at: token.position, remedy: remedy)
        }
    }

    /// Pools are named like "adults-1994" and "sleep-24h": words and numbers joined by hyphens,
    /// without spaces; also such words as "by" and "order", which elsewhere mean something.
    private mutating func poolName() throws(QueryError) -> String {
        guard case .word(var text) = token.kind else { throw wanted("a pool") }
        var place = token.position.after(text)
        advance()
        while token.position == place, token.isPartOfPoolName {
            text += token.source.lowercased()
            place = place.after(token.source)
            advance()
        }
        guard text.last != "-" else { throw wanted("the rest of the pool's name") }
        return text
    }

    private mutating func order() throws(QueryError) -> Statement.Order {
        let position = token.position
        let name: String
        if case .number(let digits) = token.kind {
            name = digits
            advance()
        } else if case .word(let word) = token.kind, Parser.aggregates.contains(word),
            following.kind == .mark("(")
        {
            name = try item().name
        } else {
            name = try self.name("a result column")
        }
        let descending = take(word: "desc")
        if !descending { _ = take(word: "asc") }
        return Statement.Order(name: name, descending: descending, position: position)
    }

    private mutating func limit() throws(QueryError) -> Int {
        guard case .number(let digits) = token.kind, let value = Int(digits), value > 0 else {
            throw wanted("a number of lines, 1 or more,")
        }
        advance()
        return value
    }

    private mutating func privacy(into statement: inout Statement) throws(QueryError) {
        statement.privacyPosition = token.position
        try expect(word: "privacy")
        try expect(mark: "(")
        repeat {
            let position = token.position
            let option = try name("epsilon, delta or rows")
            try expect(mark: "=>")
            guard case .number(let value) = token.kind else { throw wanted("a number") }
            advance()
            let twice: Bool
            switch option {
            case "epsilon": (twice, statement.epsilon) = (statement.epsilon != nil, value)
            case "delta": (twice, statement.delta) = (statement.delta != nil, value)
            case "rows": (twice, statement.rows) = (statement.rows != nil, value)
            default:
                throw QueryError(
                    "there is no privacy option '\(option)'", at: position,
                    remedy: "use epsilon, delta and rows")
            }
            guard !twice else {
                throw QueryError("\(option) stands twice", at: position, remedy: "keep one")
            }
        } while take(mark: ",")
        try expect(mark: ")")
    }
}

extension Token {
    fileprivate var isPartOfPoolName: Bool {
        switch kind {
        case .mark(let mark): mark == "-"
        case .word, .number: true
        case .text, .end: false
        }
    }
}

extension Position {
    /// The place behind a text that begins here and stays on its line.
    fileprivate func after(_ text: String) -> Position {
        Position(line: line, column: column + text.count)
    }
}
