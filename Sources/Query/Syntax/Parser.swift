// SPDX-License-Identifier: Apache-2.0

/// Reads the statement part of the grammar; expressions are in `Parser+Expression`.
///
/// ```
/// SELECT item, … FROM pool[.table] [WHERE condition] [GROUP BY column, …]
///   [ORDER BY result [ASC|DESC], …] [LIMIT n] [WITH PRIVACY (epsilon => 1.0, delta => 1e-7)]
/// ```
struct Parser {
    private let tokens: [Token]
    private var index = 0
    var depth = 0

    /// How deep expressions may nest.
    static let deepest = 64

    static func statement(of text: String) throws(QueryError) -> Statement {
        var parser = Parser(tokens: try Lexer.tokens(of: text))
        return try parser.statement()
    }

    private init(tokens: [Token]) { self.tokens = tokens }

    var token: Token { tokens[index] }
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

    private static let reserved: Set<String> = [
        "select", "from", "where", "group", "order", "limit", "with", "by", "and", "or", "not",
        "in", "between", "is", "null", "as", "asc", "desc", "having", "join", "union",
    ]

    private mutating func statement() throws(QueryError) -> Statement {
        var statement = Statement()
        try expect(word: "select")
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
        try refuse("join", "joins are not offered", "ask about one table at a time")
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
        _ = take(mark: ";")
        guard token.kind == .end else { throw wanted("the end") }
        return statement
    }

    private func refuse(_ word: String, _ problem: String, _ remedy: String) throws(QueryError) {
        guard token.kind != .word(word) else {
            throw QueryError(problem, at: token.position, remedy: remedy)
        }
    }

    /// Pools are named like "adults-1994": words and numbers joined by hyphens.
    private mutating func poolName() throws(QueryError) -> String {
        var text = try name("a pool")
        while token.kind == .mark("-") {
            advance()
            switch token.kind {
            case .word(let word): text += "-" + word
            case .number(let digits): text += "-" + digits
            default: throw wanted("the rest of the pool's name")
            }
            advance()
        }
        return text
    }

    private mutating func order() throws(QueryError) -> Statement.Order {
        let position = token.position
        let name: String
        if case .number(let digits) = token.kind {
            name = digits
            advance()
        } else if case .word(let word) = token.kind, Parser.aggregates.contains(word),
            index + 1 < tokens.count, tokens[index + 1].kind == .mark("(")
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

    static let aggregates: Set<String> = [
        "count", "sum", "avg", "min", "max", "var", "stddev", "median",
    ]

    private mutating func item() throws(QueryError) -> SelectItem {
        let position = token.position
        guard case .word(let word) = token.kind else { throw wanted("a column or an aggregate") }
        let content: SelectItem.Content
        var title: String
        if Parser.aggregates.contains(word), index + 1 < tokens.count,
            tokens[index + 1].kind == .mark("(")
        {
            let start = index
            content = .aggregate(try aggregate(word, position))
            title = tokens[start..<index].map { $0.source.lowercased() }.joined()
            title = title.replacing("distinctcontributor", with: "distinct contributor")
        } else {
            content = .column(try name("a column or an aggregate"))
            title = word
            if case .mark(let mark) = token.kind, "+-*/".contains(mark) || mark == "(" {
                throw QueryError(
                    "only aggregates and group columns can be shown", at: position,
                    remedy: "put the expression inside SUM(…) or AVG(…)")
            }
        }
        if take(word: "as") { title = try name("a name") }
        return SelectItem(content: content, name: title, position: position)
    }

    private mutating func aggregate(_ word: String, _ position: Position) throws(QueryError)
        -> Aggregate
    {
        switch word {
        case "min", "max":
            throw QueryError(
                "\(word.uppercased()) shows one person's value", at: position,
                remedy: "ask for AVG(x), or count what lies beyond a bound with WHERE")
        case "var", "stddev", "median":
            throw QueryError(
                "\(word.uppercased()) is not offered", at: position,
                remedy: "use COUNT, SUM or AVG")
        default: break
        }
        advance()
        try expect(mark: "(")
        let aggregate: Aggregate
        if word == "count" {
            if take(mark: "*") {
                aggregate = .countRows
            } else if take(word: "distinct") {
                guard take(word: "contributor") else {
                    throw QueryError(
                        "only contributors can be counted apart", at: token.position,
                        remedy: "write COUNT(DISTINCT contributor)")
                }
                aggregate = .countContributors
            } else {
                aggregate = .countValues(try expression())
            }
        } else {
            let value = try expression()
            aggregate = word == "sum" ? .sum(value) : .average(value)
        }
        try expect(mark: ")")
        return aggregate
    }
}
