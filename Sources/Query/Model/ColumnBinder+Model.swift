// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// What a model learns from, and what it is to predict.
extension ColumnBinder {
    /// Binds what is to be predicted: a column, or a condition on one.
    mutating func predicted(_ expression: Expression) throws(QueryError) -> RowSelection.Column {
        if expression.hasAggregate {
            throw QueryError(
                "an aggregate is no value of a row", at: expression.position,
                remedy: "write PREDICT column, or PREDICT column = 'value'")
        }
        let typed = try bind(expression)
        let name = Self.names(in: expression).sorted().joined(separator: ", ")
        switch typed.type {
        case .boolean: return .init(name: name, kind: .boolean, scalar: typed.scalar)
        case .category(let list):
            return .init(name: name, kind: .category(list), scalar: typed.scalar)
        case .number(let scale, let bounds?):
            return .init(
                name: name, kind: .number(scale: scale, bounds: bounds),
                scalar: .clip(typed.scalar, bounds))
        case .number, .text, .date, .timestamp, .unknown:
            throw QueryError(
                "\(typed.type.word) without public bounds cannot be predicted",
                at: expression.position,
                remedy: "predict a category, a condition, or a number with published bounds")
        }
    }

    /// The columns that are learned from: those that were named, or all that can be, but for those that
    /// what is predicted is made of.
    mutating func features(
        of statement: ModelStatement
    ) throws(QueryError) -> [RowSelection.Column] {
        let option = statement.options.first { $0.name == "features" }
        let taken = statement.target.map(Self.names) ?? []
        guard let option else {
            var columns: [RowSelection.Column] = []
            for (place, described) in schema.columns.enumerated() {
                let name = scope.names[place].name
                guard !name.isEmpty, !taken.contains(name), Self.isFeature(described),
                    scope.names.filter({ $0.name == name }).count == 1
                else { continue }
                columns.append(try feature(name, at: statement.position))
            }
            return try Self.checked(columns, at: statement.position)
        }
        guard case .names(let names) = option.value else {
            throw QueryError(
                "features are columns", at: option.valuePosition,
                remedy: "write features => (column, …)")
        }
        var columns: [RowSelection.Column] = []
        for name in names {
            guard !taken.contains(name) else {
                throw QueryError(
                    "\(name) is what is to be predicted", at: option.valuePosition,
                    remedy: "take it out of features")
            }
            guard !columns.contains(where: { $0.name == name }) else {
                throw QueryError(
                    "\(name) stands twice", at: option.valuePosition, remedy: "keep one")
            }
            columns.append(try feature(name, at: option.valuePosition))
        }
        return try Self.checked(columns, at: option.valuePosition)
    }

    private static func checked(
        _ columns: [RowSelection.Column], at position: Position
    ) throws(QueryError) -> [RowSelection.Column] {
        guard !columns.isEmpty else {
            throw QueryError(
                "nothing is left to learn from", at: position,
                remedy: "a model learns from categories, conditions and numbers with public bounds")
        }
        return columns
    }

    private static func isFeature(_ column: Schema.Column) -> Bool {
        switch column.kind {
        case .integer, .decimal: column.bounds.map { $0.lowerBound < $0.upperBound } ?? false
        case .category: column.categories.count > 1
        case .boolean: true
        case .text, .date, .timestamp: false
        }
    }

    mutating func feature(
        _ name: String, at position: Position
    ) throws(QueryError) -> RowSelection.Column {
        let typed = try column(name, of: nil, at: position)
        switch typed.type {
        case .boolean: return .init(name: name, kind: .boolean, scalar: typed.scalar)
        case .category(let list):
            return .init(name: name, kind: .category(list), scalar: typed.scalar)
        case .number(let scale, let bounds?) where bounds.lowerBound < bounds.upperBound:
            return .init(
                name: name, kind: .number(scale: scale, bounds: bounds), scalar: typed.scalar)
        case .number, .text, .date, .timestamp, .unknown:
            throw QueryError(
                "\(name) is \(typed.type.word) without public bounds", at: position,
                remedy: "learn from categories, conditions and numbers with public bounds")
        }
    }

    /// The columns that an expression names.
    static func names(in expression: Expression) -> Set<String> {
        switch expression {
        case .column(_, let name, _): [name]
        case .number, .text, .boolean, .null, .aggregate: []
        case .negative(let inner, _), .not(let inner, _), .isNull(let inner, _),
            .like(let inner, _, _):
            names(in: inner)
        case .all(let parts, _), .any(let parts, _), .call(_, let parts, _):
            parts.reduce(into: []) { $0.formUnion(names(in: $1)) }
        case .binary(_, let left, let right, _): names(in: left).union(names(in: right))
        case .between(let value, let low, let high, _):
            names(in: value).union(names(in: low)).union(names(in: high))
        case .isIn(let value, let members, _):
            members.reduce(into: names(in: value)) { $0.formUnion(names(in: $1)) }
        case .choice(let arms, let otherwise, _):
            arms.reduce(into: otherwise.map(names) ?? []) {
                $0.formUnion(names(in: $1.condition).union(names(in: $1.value)))
            }
        }
    }
}
