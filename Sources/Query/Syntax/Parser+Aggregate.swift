// SPDX-License-Identifier: Apache-2.0

/// Aggregates.
///
/// ```
/// COUNT(*) | COUNT(x) | COUNT(DISTINCT contributor) | SUM(x) | AVG(x) | VAR(x) | STDDEV(x)
///          | MEDIAN(x) | QUANTILE(x, 0.9) | HISTOGRAM(x, 20)
/// ```
extension Parser {
    static let aggregates: Set<String> = [
        "count", "sum", "avg", "min", "max", "var", "variance", "stddev", "median", "quantile",
        "histogram",
    ]

    mutating func aggregate(
        _ word: String, _ position: Position
    ) throws(QueryError) -> Expression {
        let aggregate: Aggregate
        if token.kind == .word("distinct") {
            advance()
            guard word == "count", take(word: "contributor") else {
                throw QueryError(
                    "only contributors can be counted apart", at: token.position,
                    remedy: "write COUNT(DISTINCT contributor)")
            }
            aggregate = .countContributors
        } else if word == "count", take(mark: "*") {
            aggregate = .countRows
        } else {
            let value = try expression()
            if value.hasAggregate {
                throw QueryError(
                    "an aggregate stands inside another", at: value.position,
                    remedy: "work it out for each contributor first: FROM (SELECT contributor, …)")
            }
            aggregate = try finished(word, value)
        }
        try expect(mark: ")")
        return .aggregate(aggregate, position)
    }

    private mutating func finished(
        _ word: String, _ value: Expression
    ) throws(QueryError) -> Aggregate {
        switch word {
        case "count": return .countValues(value)
        case "sum": return .sum(value)
        case "avg": return .average(value)
        case "var", "variance": return .variance(value)
        case "stddev": return .deviation(value)
        case "min": return .least(value)
        case "max": return .greatest(value)
        case "median": return .quantile(value, "0.5")
        case "quantile":
            guard take(mark: ","), case .number(let part) = token.kind else {
                throw QueryError(
                    "QUANTILE takes a value and a part", at: token.position,
                    remedy: "write QUANTILE(x, 0.9)")
            }
            guard let (digits, scale) = exactDecimal(part, most: 9), digits > 0,
                digits < powerOfTen(scale)
            else {
                throw QueryError(
                    "\(part) is no part of the rows", at: token.position,
                    remedy: "give a number between 0 and 1, such as 0.9")
            }
            advance()
            return .quantile(value, part)
        default:
            guard take(mark: ","), case .number(let digits) = token.kind,
                let bins = Int(digits), (2...1000).contains(bins)
            else {
                throw QueryError(
                    "HISTOGRAM takes a value and how many bins", at: token.position,
                    remedy: "write HISTOGRAM(x, 20), with 2 to 1000 bins")
            }
            advance()
            return .histogram(value, bins: bins)
        }
    }
}
