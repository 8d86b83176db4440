// SPDX-License-Identifier: Apache-2.0

/// CREATE MODEL as written.
struct ModelStatement {
    /// One of the words behind USING.
    struct Option {
        let name: String
        let value: Value
        let position: Position
        /// Where the value stands.
        let valuePosition: Position
    }

    enum Value: Hashable {
        case word(String)
        case number(String)
        /// Names between brackets.
        case names([String])
    }

    /// ORDER BY … HORIZON …: what the rows are in the order of, and how far a forecast reaches.
    struct Order {
        let column: Expression
        let horizon: Int
        let position: Position
    }

    let name: String
    let source: Source
    let filter: Expression?
    /// What is to be predicted; nil where clusters are wanted.
    let target: Expression?
    /// What is to be predicted, as written; empty where clusters are wanted.
    let targetText: String
    /// Where what is wanted stands, for errors.
    let position: Position
    let order: Order?
    let options: [Option]
    let privacy: PrivacyClause
}

/// ```
/// CREATE MODEL name FROM source [WHERE condition] PREDICT value [ORDER BY day HORIZON steps]
///   [USING (model => logistic, features => (column, …), …)] [WITH PRIVACY (epsilon => 1.0, …)]
/// ```
///
/// PREDICT is left out exactly where the model is of clusters.
extension Parser {
    /// What CREATE MODEL looks like, for errors.
    static let modelForm =
        "the form is CREATE MODEL name FROM pool [WHERE …] PREDICT column "
        + "[ORDER BY day HORIZON 7] [USING (model => logistic)] [WITH PRIVACY (epsilon => 1.0, delta => 1e-7)]; "
        + "without PREDICT for USING (model => clusters, clusters => 8), and for rows of your own FROM own, without WITH PRIVACY"

    /// Whether a text asks for a model.
    static func isModel(_ text: String) -> Bool {
        guard let tokens = try? Lexer.tokens(of: text) else { return false }
        return tokens.first { $0.kind != .word("explain") }?.kind == .word("create")
    }

    /// Reads a statement that asks for a model.
    static func model(of text: String) throws(QueryError) -> ModelStatement {
        var parser = Parser(tokens: try Lexer.tokens(of: text))
        _ = parser.take(word: "explain")
        let statement = try parser.model()
        _ = parser.take(mark: ";")
        guard parser.token.kind == .end else { throw parser.modelWanted("the end") }
        return statement
    }

    private mutating func model() throws(QueryError) -> ModelStatement {
        try keyword("create")
        try keyword("model")
        let name = try name("the model's name")
        try keyword("from")
        let source = try source()
        let filter = take(word: "where") ? try expression() : nil
        try refuseClauses()
        let missing = modelWanted("PREDICT")
        let target =
            take(word: "predict")
            ? try written { parser throws(QueryError) in try parser.expression() } : nil
        let order = try modelOrder()
        try refuseClauses()
        let options = take(word: "using") ? try modelOptions() : []
        let clusters = options.first { $0.name == "model" && $0.value == .word("clusters") }
        guard let position = target?.value.position ?? clusters?.position else { throw missing }
        if clusters != nil, target != nil {
            throw QueryError(
                "clusters predict nothing that is given", at: position,
                remedy: "leave out PREDICT, or write another model")
        }
        let privacy = take(word: "with") ? try privacy() : PrivacyClause()
        return ModelStatement(
            name: name, source: source, filter: filter, target: target?.value,
            targetText: target?.text ?? "", position: position, order: order,
            options: options, privacy: privacy)
    }

    private func refuseClauses() throws(QueryError) {
        for word in ["group", "having", "order", "limit"] {
            try refuse(
                word,
                "\(word.uppercased()) has no place \(word == "order" ? "there" : "in CREATE MODEL")",
                word == "order"
                    ? "a forecast has it behind PREDICT: PREDICT number ORDER BY day HORIZON 7"
                    : "leave it out; \(Parser.modelForm)")
        }
    }

    /// The most steps that a forecast reaches.
    static let farthest = 366

    private mutating func modelOrder() throws(QueryError) -> ModelStatement.Order? {
        let position = token.position
        try refuse(
            "horizon", "HORIZON stands without ORDER BY",
            "write PREDICT number ORDER BY day HORIZON 7 USING (model => forecast)")
        guard take(word: "order") else { return nil }
        try keyword("by")
        let column = try expression()
        for word in ["asc", "desc"] {
            try refuse(word, "a forecast goes forward in time", "leave out \(word.uppercased())")
        }
        try keyword("horizon")
        guard case .number(let digits) = token.kind, let horizon = Int(digits),
            (1...Parser.farthest).contains(horizon)
        else {
            throw QueryError(
                "HORIZON is how many steps the forecast reaches", at: token.position,
                remedy: "write HORIZON 7, or another whole number from 1 to \(Parser.farthest)")
        }
        advance()
        return ModelStatement.Order(column: column, horizon: horizon, position: position)
    }

    private mutating func keyword(_ word: String) throws(QueryError) {
        guard take(word: word) else { throw modelWanted(word.uppercased()) }
    }

    private func modelWanted(_ what: String) -> QueryError {
        QueryError(wanted(what).problem, at: token.position, remedy: Parser.modelForm)
    }

    private mutating func modelOptions() throws(QueryError) -> [ModelStatement.Option] {
        try expect(mark: "(")
        var options: [ModelStatement.Option] = []
        repeat {
            let position = token.position
            let name = try name("model, features or another option")
            try expect(mark: "=>")
            guard !options.contains(where: { $0.name == name }) else {
                throw QueryError("\(name) stands twice", at: position, remedy: "keep one")
            }
            let place = token.position
            options.append(
                .init(
                    name: name, value: try modelValue(), position: position, valuePosition: place))
        } while take(mark: ",")
        try expect(mark: ")")
        return options
    }

    private mutating func modelValue() throws(QueryError) -> ModelStatement.Value {
        switch token.kind {
        case .word(let word):
            advance()
            return .word(word)
        case .number(let digits):
            advance()
            return .number(digits)
        case .mark("("):
            advance()
            var names: [String] = []
            repeat { names.append(try name("a column")) } while take(mark: ",")
            try expect(mark: ")")
            return .names(names)
        case .mark, .text, .end: throw modelWanted("a word, a number or (column, …)")
        }
    }
}
