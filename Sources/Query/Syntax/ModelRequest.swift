// SPDX-License-Identifier: Apache-2.0

/// What a buyer wants of a model that she has, as written:
///
/// ```
/// DESCRIBE MODEL name | DROP MODEL name | [EXPLAIN] RETRAIN MODEL name
/// ```
package enum ModelRequest: Hashable, Sendable {
    /// What it is, what it cost, and whether it is stale.
    case describe(String)
    /// Its name is free again.
    case drop(String)
    /// The question that it answered, asked anew.
    case retrain(String)
    /// What the same would read and cost.
    case explainRetrain(String)

    /// What it begins with.
    package var verb: String {
        switch self {
        case .describe: "DESCRIBE"
        case .drop: "DROP"
        case .retrain, .explainRetrain: "RETRAIN"
        }
    }

    /// Reads a statement.
    ///
    /// - Returns: nil where the text is no such statement.
    /// - Throws: ``QueryError`` where it begins as one and goes on otherwise.
    package init?(_ text: String) throws(QueryError) {
        guard let tokens = try? Lexer.tokens(of: text) else { return nil }
        let isExplained = tokens.first?.kind == .word("explain")
        guard case .word(let verb)? = tokens.dropFirst(isExplained ? 1 : 0).first?.kind,
            ["describe", "drop", "retrain"].contains(verb)
        else { return nil }
        var parser = Parser(tokens: tokens)
        if isExplained { parser.advance() }
        guard !isExplained || verb == "retrain" else {
            throw QueryError(
                "\(verb.uppercased()) costs nothing and reads nobody: there is nothing to explain",
                at: parser.token.position, remedy: "leave EXPLAIN out")
        }
        parser.advance()
        let form = "the form is \(verb.uppercased()) MODEL name"
        // MODEL may be left out: there is nothing else that these words are about.
        _ = parser.take(word: "model")
        guard case .word(let name) = parser.token.kind else {
            throw QueryError("a model's name is wanted", at: parser.token.position, remedy: form)
        }
        parser.advance()
        _ = parser.take(mark: ";")
        guard parser.token.kind == .end else {
            throw QueryError(
                "'\(parser.token.source)' stands where the end is wanted",
                at: parser.token.position, remedy: form)
        }
        switch verb {
        case "describe": self = .describe(name)
        case "drop": self = .drop(name)
        default: self = isExplained ? .explainRetrain(name) : .retrain(name)
        }
    }

    /// The names that a question may call models by: what stands in PREDICT(…).
    package static func names(in text: String) -> Set<String> {
        guard let tokens = try? Lexer.tokens(of: text) else { return [] }
        var names: Set<String> = []
        for place in tokens.indices.dropLast(3) where tokens[place].kind == .word("predict") {
            guard tokens[place + 1].kind == .mark("("), tokens[place + 3].kind == .mark(")"),
                case .word(let name) = tokens[place + 2].kind
            else { continue }
            names.insert(name)
        }
        return names
    }
}
