// SPDX-License-Identifier: Apache-2.0

/// Reads a statement; its clauses and expressions are in files of their own.
///
/// ```
/// [EXPLAIN] SELECT item, … FROM source [WHERE condition] [GROUP BY value, …] [HAVING condition]
///   [ORDER BY result [ASC|DESC], …] [LIMIT n]
///   [WITH PRIVACY (epsilon => 1.0, delta => 1e-7, rows => 31 | auto) | WITH ACCURACY (5%)]
/// ```
struct Parser {
    let tokens: [Token]
    /// Whether the question is about rows of whoever asks.
    let isOwn: Bool
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

    /// Reads a query, and whether it is to be explained instead of asked.
    static func statement(
        of text: String
    ) throws(QueryError) -> (statement: Statement, explain: Bool) {
        var parser = Parser(tokens: try Lexer.tokens(of: text))
        let explain = parser.take(word: "explain")
        let statement = try parser.select(inner: false)
        _ = parser.take(mark: ";")
        guard parser.token.kind == .end else { throw parser.wanted("the end") }
        return (statement, explain)
    }

    init(tokens: [Token], isOwn: Bool = false) { (self.tokens, self.isOwn) = (tokens, isOwn) }

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

    /// Reads something, and gives it with the words that it is written in.
    mutating func written<Value>(
        _ read: (inout Parser) throws(QueryError) -> Value
    ) throws(QueryError) -> (value: Value, text: String) {
        let first = index
        let value = try read(&self)
        return (value, Token.line(of: tokens[first..<index]))
    }

    func wanted(_ what: String) -> QueryError {
        let found = token.kind == .end ? "the query ends" : "'\(token.source)' stands"
        return QueryError(
            "\(found) where \(what) is wanted", at: token.position,
            remedy: Parser.instead(of: token) ?? form)
    }

    /// What to write instead of something that other engines know and this one does not.
    private static func instead(of token: Token) -> String? {
        if token.source == "||" { return "texts are not put together; group by both columns" }
        guard case .word(let word) = token.kind else { return nil }
        return switch word {
        case "over": "windows are not offered; group by what the window is over"
        case "filter": "write the condition inside: SUM(CASE WHEN … THEN 1 ELSE 0 END), or WHERE"
        case "with": "name nothing beforehand; write the subquery in FROM (SELECT contributor, …)"
        case "within": "write QUANTILE(x, 0.9) or MEDIAN(x)"
        case "offset": "take LIMIT alone; what comes after it is post-processing of your own"
        case "grouping", "cube", "rollup": "ask one question for each grouping"
        case "escape": "LIKE knows % and _ only; compare with the published categories"
        case "nulls": "NULL is always last; leave it out"
        case "select":
            "a query inside an expression is not offered; write FROM (SELECT contributor, …)"
        case "union", "intersect", "except": "ask each question by itself"
        default: nil
        }
    }

    /// What a statement like this one looks like, for errors.
    private var form: String {
        tokens.first { $0.kind != .word("explain") }?.kind == .word("create")
            ? Parser.modelForm : Parser.form
    }

    static let form =
        "the form is SELECT … FROM pool [WHERE …] [GROUP BY …] [HAVING …] [ORDER BY …] [LIMIT n] "
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
        "using", "on", "inner", "left", "right", "full", "cross", "natural", "explain",
    ]

    func refuse(_ word: String, _ problem: String, _ remedy: String) throws(QueryError) {
        guard token.kind != .word(word) else {
            throw QueryError(problem, at: token.position, remedy: remedy)
        }
    }

    /// Goes one level deeper into brackets, signs or subqueries.
    mutating func enter() throws(QueryError) {
        depth += 1
        guard depth <= Parser.deepest else {
            throw QueryError(
                "the expression nests too deep", at: token.position, remedy: "simplify it")
        }
    }

    /// Puts an operation upon what was read last and upon something `below`.
    mutating func rise(over below: Int, at position: Position) throws(QueryError) {
        height = max(height, below) + 1
        guard height <= Parser.highest else {
            throw QueryError(
                "more than \(Parser.highest) operations stand one upon another", at: position,
                remedy: "group them with brackets: (a + b) + (c + d)")
        }
    }
}
