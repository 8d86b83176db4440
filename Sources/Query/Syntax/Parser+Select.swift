// SPDX-License-Identifier: Apache-2.0

/// The items of a SELECT: aggregates, and the columns of GROUP BY.
extension Parser {
    static let aggregates: Set<String> = [
        "count", "sum", "avg", "min", "max", "var", "stddev", "median",
    ]

    mutating func item() throws(QueryError) -> SelectItem {
        let position = token.position
        guard case .word(let word) = token.kind else { throw wanted("a column or an aggregate") }
        let content: SelectItem.Content
        var title = word
        if Parser.aggregates.contains(word), following.kind == .mark("(") {
            let start = index
            content = .aggregate(try aggregate(word, position))
            title = Parser.title(of: tokens[start..<index])
        } else {
            content = .column(try name("a column or an aggregate"))
        }
        if case .mark(let mark) = token.kind, "+-*/(".contains(mark) {
            throw QueryError(
                "only aggregates and group columns can be shown", at: position,
                remedy: "put the expression inside SUM(…) or AVG(…), or reckon with the answer")
        }
        if take(word: "as") { title = try name("a name") }
        return SelectItem(content: content, name: title, position: position)
    }

    /// An aggregate as the name of its column, in one spelling: "count(distinct contributor)".
    private static func title(of tokens: ArraySlice<Token>) -> String {
        var title = ""
        var wasMark = true
        for token in tokens {
            let isMark = if case .mark = token.kind { true } else { false }
            if !wasMark, !isMark { title += " " }
            if case .text = token.kind {
                title += token.source
            } else {
                title += token.source.lowercased()
            }
            wasMark = isMark
        }
        return title
    }

    private mutating func aggregate(
        _ word: String, _ position: Position
    ) throws(QueryError) -> Aggregate {
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
        if token.kind == .word("distinct") {
            advance()
            guard word == "count", take(word: "contributor") else {
                throw QueryError(
                    "only contributors can be counted apart", at: token.position,
                    remedy: "write COUNT(DISTINCT contributor)")
            }
            aggregate = .countContributors
        } else if word == "count" {
            aggregate = take(mark: "*") ? .countRows : .countValues(try expression())
        } else {
            let value = try expression()
            aggregate = word == "sum" ? .sum(value) : .average(value)
        }
        try expect(mark: ")")
        return aggregate
    }
}
