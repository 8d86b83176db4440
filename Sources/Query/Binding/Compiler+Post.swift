// SPDX-License-Identifier: Apache-2.0

/// What is done with aggregates after the noise: HAVING, ORDER BY, and reckoning with them in SELECT.
extension Compiler {
    /// Binds an expression of aggregates, groups and names of result columns.
    mutating func post(
        _ expression: Expression, _ outputs: [CompiledQuery.Output], in clause: String
    ) throws(QueryError) -> PostValue {
        func many(
            _ parts: [Expression], _ compiler: inout Compiler
        ) throws(QueryError) -> [PostValue] {
            var values: [PostValue] = []
            for part in parts { values.append(try compiler.post(part, outputs, in: clause)) }
            return values
        }
        switch expression {
        case .aggregate(let aggregate, let position):
            return .aggregate(place(of: try bound(aggregate, at: position), at: position))
        case .number(let digits, _): return .number(Double(digits) ?? 0)
        case .text(let text, _): return .text(text)
        case .boolean(let value, _): return .number(value ? 1 : 0)
        case .null: return .null
        case .column(let qualifier, let name, let position):
            if qualifier == nil, let output = outputs.first(where: { $0.name == name }) {
                return output.value
            }
            if !outputs.isEmpty, qualifier == nil,
                !scope.names.contains(where: { $0.name == name })
            {
                throw QueryError(
                    "the result has no column '\(name)'", at: position,
                    remedy: "it has \(outputs.map(\.name).joined(separator: ", "))")
            }
            return .group(try group(expression))
        case .negative(let inner, _):
            return .operation("-", [.number(0), try post(inner, outputs, in: clause)])
        case .not(let inner, _): return .operation("not", [try post(inner, outputs, in: clause)])
        case .all(let parts, _): return .operation("and", try many(parts, &self))
        case .any(let parts, _): return .operation("or", try many(parts, &self))
        case .binary(let sign, let left, let right, _):
            return .operation(sign, try many([left, right], &self))
        case .between(let value, let low, let high, _):
            return .operation("between", try many([value, low, high], &self))
        case .isIn(let value, let members, _):
            return .operation("in", try many([value] + members, &self))
        case .isNull(let inner, _):
            return .operation("null", [try post(inner, outputs, in: clause)])
        case .call(let name, let arguments, _) where ["abs", "round"].contains(name):
            return .operation(name, try many(arguments, &self))
        case .call, .choice, .like:
            if !expression.hasAggregate { return .group(try group(expression)) }
            throw QueryError(
                "this is not offered with aggregates in \(clause)", at: expression.position,
                remedy: "use +, -, *, /, ABS, ROUND, comparisons, AND, OR and NOT")
        }
    }
}
