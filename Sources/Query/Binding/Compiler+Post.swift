// SPDX-License-Identifier: Apache-2.0
internal import Canon

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
        case .binary(let sign, let left, let right, let position):
            let parts = try many([left, right], &self)
            return .operation(sign, try comparable(parts, sign, position))
        case .between(let value, let low, let high, let position):
            let parts = try many([value, low, high], &self)
            return .operation("between", try comparable(parts, "<=", position))
        case .isIn(let value, let members, let position):
            let parts = try many([value] + members, &self)
            return .operation("in", try comparable(parts, "=", position))
        case .isNull(let inner, _):
            return .operation("null", [try post(inner, outputs, in: clause)])
        case .call(let name, let arguments, let position) where ["abs", "round"].contains(name):
            try checkRounding(name, arguments, at: position)
            return .operation(name, try many(arguments, &self))
        case .call, .choice, .like:
            if !expression.hasAggregate { return .group(try group(expression)) }
            throw QueryError(
                "this is not offered with aggregates in \(clause)", at: expression.position,
                remedy: "use +, -, *, /, ABS, ROUND, comparisons, AND, OR and NOT")
        }
    }

    /// ABS(x), ROUND(x) and ROUND(x, digits): with digits that are written out, as of rows.
    private func checkRounding(
        _ name: String, _ arguments: [Expression], at position: Position
    ) throws(QueryError) {
        if arguments.count == 1 { return }
        guard name == "round", arguments.count == 2, case .number(let text, _) = arguments[1],
            let digits = Int(text), (0...ColumnBinder.mostScale).contains(digits)
        else {
            throw QueryError(
                "\(name.uppercased()) is used wrongly", at: position,
                remedy: "write \(name.uppercased())(x)" + (name == "round" ? " or ROUND(x, 2)" : "")
            )
        }
    }

    /// Texts that stand for a day or a published category, as what the groups' values are.
    private func comparable(
        _ parts: [PostValue], _ sign: String, _ position: Position
    ) throws(QueryError) -> [PostValue] {
        let texts = parts.contains { if case .text = $0 { true } else { false } }
        guard texts else { return parts }
        var label: GroupDimension.Label?
        for case .group(let place) in parts where label == nil {
            label = grouping.dimensions[place].label
        }
        var comparable: [PostValue] = []
        for part in parts {
            guard case .text(let text) = part else {
                comparable.append(part)
                continue
            }
            switch label {
            case .text where sign == "=" || sign == "<>": comparable.append(part)
            case .names(let names) where sign == "=" || sign == "<>":
                guard let code = names.firstIndex(of: text) else {
                    throw QueryError(
                        "'\(text)' is none of the published categories", at: position,
                        remedy: "they are \(names.prefix(12).joined(separator: ", "))")
                }
                comparable.append(.number(Double(code)))
            case .date, .timestamp:
                guard let day = CalendarDay(text) else {
                    throw QueryError(
                        "'\(text)' is no date", at: position, remedy: "write 'YYYY-MM-DD'")
                }
                let unit = label == .date ? 1 : 86_400_000_000.0
                comparable.append(.number(Double(day.number) * unit))
            case .names, .text:
                throw QueryError(
                    "texts have no order here", at: position, remedy: "use =, <> or IN")
            default:
                throw QueryError(
                    "a number cannot be compared with a text", at: position,
                    remedy: "write the value without quotes")
            }
        }
        return comparable
    }
}
