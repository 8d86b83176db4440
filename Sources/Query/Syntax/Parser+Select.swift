// SPDX-License-Identifier: Apache-2.0

/// The clauses of a SELECT, in their order.
extension Parser {
    mutating func select(inner: Bool) throws(QueryError) -> Statement {
        try expect(word: "select")
        try refuse("distinct", "DISTINCT is not offered", "write COUNT(DISTINCT contributor)")
        if token.kind == .mark("*") {
            guard !isOwn else {
                throw QueryError(
                    "all columns are not shown at once", at: token.position,
                    remedy: "name them: SELECT a, b, PREDICT(name) FROM \(ModelQuestion.ownName)")
            }
            throw QueryError(
                "rows never leave a pool", at: token.position,
                remedy: "ask for COUNT(*), SUM(x) or AVG(x), perhaps GROUP BY a category")
        }
        var items: [SelectItem] = []
        repeat { items.append(try item()) } while take(mark: ",")
        try expect(word: "from")
        var statement = Statement(items: items, source: try source())
        if take(word: "where") { statement.filter = try expression() }
        if take(word: "group") {
            try expect(word: "by")
            repeat { statement.groups.append(try expression()) } while take(mark: ",")
        }
        if inner { return try finishedInner(statement) }
        if take(word: "having") { statement.having = try expression() }
        if take(word: "order") {
            try expect(word: "by")
            repeat { statement.orders.append(try order()) } while take(mark: ",")
        }
        if take(word: "limit") { statement.limit = try limit() }
        if take(word: "with") { statement.privacy = try privacy() }
        for word in ["union", "intersect", "except"] {
            try refuse(word, "one question at a time", "ask each by itself")
        }
        return statement
    }

    private func finishedInner(_ statement: Statement) throws(QueryError) -> Statement {
        for word in ["having", "order", "limit", "with"] {
            try refuse(
                word, "\(word.uppercased()) belongs to the whole question",
                "put it behind the bracket that closes this one; filter with WHERE there")
        }
        return statement
    }

    private mutating func item() throws(QueryError) -> SelectItem {
        let position = token.position
        let start = index
        if case .word(let word) = token.kind, Parser.reserved.contains(word), word != "not" {
            throw wanted("a column or an aggregate")
        }
        if token.kind == .end { throw wanted("a column or an aggregate") }
        let value = try expression()
        var title = Parser.title(of: tokens[start..<index])
        if take(word: "as") { title = try name("a name") }
        return SelectItem(expression: value, name: title, position: position)
    }

    /// An expression as the name of its column, in one spelling: "count(distinct contributor)".
    static func title(of tokens: ArraySlice<Token>) -> String {
        var title = ""
        var last: Token.Kind = .mark("(")
        for token in tokens {
            let text =
                if case .text = token.kind { token.source } else { token.source.lowercased() }
            if needsSpace(last, token.kind) { title += " " }
            title += text
            last = token.kind
        }
        return title
    }

    private static func needsSpace(_ left: Token.Kind, _ right: Token.Kind) -> Bool {
        switch (left, right) {
        case (.mark("("), _), (_, .mark("(")), (_, .mark(")")), (_, .mark(",")), (.mark("."), _),
            (_, .mark(".")):
            false
        case (.mark(")"), .mark), (.mark, .mark): true
        case (.mark, _): true
        case (_, .mark): true
        default: true
        }
    }

    private mutating func order() throws(QueryError) -> Statement.Order {
        let position = token.position
        var number: Int?
        if case .number(let digits) = token.kind { number = Int(digits) }
        let value = try expression()
        if case .number = value {} else { number = nil }
        let descending = take(word: "desc")
        if !descending { _ = take(word: "asc") }
        return Statement.Order(
            expression: value, number: number, descending: descending, position: position)
    }

    private mutating func limit() throws(QueryError) -> Int {
        guard case .number(let digits) = token.kind, let value = Int(digits), value > 0 else {
            throw wanted("a number of lines, 1 or more,")
        }
        advance()
        return value
    }
}
