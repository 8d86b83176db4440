// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// `(SELECT contributor, SUM(x) AS total FROM … GROUP BY contributor)`: what is worked out for each
/// contributor, as rows of their own.
extension ScopeBuilder {
    mutating func summary(
        _ statement: Statement, _ alias: String?, _ position: Position
    ) throws(QueryError) -> RowScope {
        let source = try scope(of: statement.source)
        var binder = ColumnBinder(scope: source, reads: reads, functions: pool.functions)
        let keys = try self.keys(statement, &binder, position)
        let filter = try binder.filter(statement.filter)
        // What a subquery works out of each row counts like what the question around it does.
        var program = Program()
        if let filter, let position = statement.filter?.position {
            _ = program.add(filter)
            try Compiler.check(program.work, at: position)
        }
        var values: [Summary.Value] = []
        var columns: [Schema.Column] = []
        for item in statement.items {
            if case .column(_, "contributor", _) = item.expression { continue }
            guard !columns.contains(where: { $0.name == item.name }) else {
                throw QueryError(
                    "\(item.name) stands twice", at: item.position, remedy: "name one with AS")
            }
            let (value, column) = try self.value(item, keys, &binder)
            values.append(value)
            if let scalar = value.scalar { _ = program.add(scalar) }
            try Compiler.check(program.work, at: item.position)
            columns.append(column)
        }
        guard !columns.isEmpty else {
            throw QueryError(
                "nothing is worked out for each contributor", at: position,
                remedy: "add SUM(x) AS total or the like")
        }
        reads = binder.reads
        let schema = Schema(table: alias ?? source.schema.table, columns: columns)
        let summary = Summary(
            filter: filter, keys: keys.map(\.place), values: values, schema: schema)
        return RowScope(
            plan: .summary(source.plan, summary), schema: schema,
            names: columns.map {
                .init(qualifiers: alias.map { [$0] } ?? [], name: $0.name, origin: nil)
            }, most: most(keys, source), title: "the subquery")
    }

    /// A row for each combination of listed values, or else as the pool says.
    private func most(_ keys: [Key], _ source: RowScope) -> RowScope.Most {
        var rows = 1
        for key in keys {
            let column = source.schema.columns[key.place]
            let codes = column.kind == .boolean ? 2 : column.categories.count
            guard codes > 0, rows < 1 << 16 else { return .pool }
            rows *= codes + 1
        }
        return .rows(rows)
    }

    private struct Key {
        let name: String
        let place: Int
    }

    private func keys(
        _ statement: Statement, _ binder: inout ColumnBinder, _ position: Position
    ) throws(QueryError) -> [Key] {
        var keys: [Key] = []
        var isOwn = false
        for group in statement.groups {
            guard case .column(let qualifier, let name, let place) = group else {
                throw QueryError(
                    "a subquery groups by contributor and columns", at: group.position,
                    remedy: "put the expression into the question around it")
            }
            if name == "contributor" {
                isOwn = true
                continue
            }
            let column = try binder.place(of: name, qualifier: qualifier, at: place)
            keys.append(Key(name: name, place: column))
        }
        guard isOwn else {
            throw QueryError(
                "a subquery works out something for each contributor", at: position,
                remedy: "write (SELECT contributor, SUM(x) AS total FROM … GROUP BY contributor)")
        }
        return keys
    }

    private func value(
        _ item: SelectItem, _ keys: [Key], _ binder: inout ColumnBinder
    ) throws(QueryError) -> (Summary.Value, Schema.Column) {
        let name = item.name
        switch item.expression {
        case .column(let qualifier, let column, let position):
            let place = try binder.place(of: column, qualifier: qualifier, at: position)
            guard let key = keys.firstIndex(where: { $0.place == place }) else {
                throw QueryError(
                    "\(column) is a value of each row", at: item.position,
                    remedy: "put it in GROUP BY or inside SUM(…), AVG(…), MIN(…) or MAX(…)")
            }
            let described = binder.schema.columns[place]
            return (
                .key(key),
                Schema.Column(
                    name, described.kind, unit: described.unit, bounds: described.bounds,
                    categories: described.categories)
            )
        case .aggregate(.countRows, _):
            return (.count(having: nil), Schema.Column(name, .integer, bounds: nil))
        case .aggregate(.countValues(let value), _):
            return (
                .count(having: try binder.bind(value).scalar), Schema.Column(name, .integer)
            )
        case .aggregate(let aggregate, let position):
            return try worked(aggregate, name, position, &binder)
        default:
            throw QueryError(
                "a subquery gives columns and aggregates", at: item.position,
                remedy: "reckon with them in the question around it")
        }
    }

    private func worked(
        _ aggregate: Aggregate, _ name: String, _ position: Position, _ binder: inout ColumnBinder
    ) throws(QueryError) -> (Summary.Value, Schema.Column) {
        switch aggregate {
        case .sum(let value):
            let (scalar, scale, _) = try binder.number(value, in: "SUM")
            return (.sum(scalar), Schema.Column(name, .decimal(scale: scale)))
        case .average(let value):
            let (scalar, scale, bounds) = try binder.number(value, in: "AVG")
            let fine = max(scale, min(ColumnBinder.quotientScale, ColumnBinder.mostScale))
            let factor = Int128(powerOfTen(fine - scale))
            let reach = bounds.flatMap {
                ClosedRange.spanning([
                    Int128($0.lowerBound) * factor, Int128($0.upperBound) * factor,
                ])
            }
            return (
                .average(scalar, shift: fine - scale),
                Schema.Column(name, .decimal(scale: fine), bounds: reach)
            )
        case .least(let value), .greatest(let value):
            let typed = try binder.bind(value)
            let isLeast = if case .least = aggregate { true } else { false }
            let column: Schema.Column
            switch typed.type {
            case .number(let scale, let bounds):
                column = Schema.Column(name, .decimal(scale: scale), bounds: bounds)
            case .date: column = Schema.Column(name, .date)
            case .timestamp: column = Schema.Column(name, .timestamp)
            default:
                throw QueryError(
                    "\(aggregate.name) of \(typed.type.word)", at: value.position,
                    remedy: "use a number, a date or a time")
            }
            return (isLeast ? .least(typed.scalar) : .greatest(typed.scalar), column)
        default:
            throw QueryError(
                "\(aggregate.name) is not worked out for each contributor", at: position,
                remedy: "use COUNT, SUM, AVG, MIN or MAX there")
        }
    }
}
