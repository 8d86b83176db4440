// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Study
internal import Vault

/// From a statement and the published side of a pool to a study plan.
struct Compiler {
    let statement: Statement
    let pool: QueryPool
    /// Whether the rows are the asker's own, so that nothing has to be bounded and single rows may be shown.
    let isOwn: Bool
    let scope: RowScope
    var binder: ColumnBinder
    /// The aggregates asked for, each once, in the order in which they are met.
    private(set) var aggregates: [BoundAggregate] = []
    /// Where each of them was met first.
    private(set) var positions: [Position] = []
    /// What rows are grouped by.
    private(set) var dimensions: [GroupDimension] = []
    /// What is added up, each once, however often it is shown.
    var statistics: [Statistic] = []
    /// The values whose quantiles are asked.
    var trees: [AggregateStep.Tree] = []
    /// What the quantiles of each tree mean.
    var meanings: [BoundAggregate.Meaning] = []

    init(_ statement: Statement, pool: QueryPool, isOwn: Bool = false) throws(QueryError) {
        self.statement = statement
        self.pool = pool
        self.isOwn = isOwn
        var builder = ScopeBuilder(pool: pool)
        scope = try builder.scope(of: statement.source)
        binder = ColumnBinder(
            scope: scope, reads: builder.reads, functions: pool.functions)
    }

    /// The clauses of a question, bound.
    struct Clauses {
        let filter: Scalar?
        let outputs: [CompiledQuery.Output]
        let having: PostValue?
        let orders: [CompiledQuery.Order]
    }

    /// Whether each row is a line of the answer: of own rows, where nothing is counted or grouped.
    var listsRows: Bool {
        isOwn && statement.groups.isEmpty
            && !statement.items.contains(where: \.expression.hasAggregate)
    }

    mutating func clauses() throws(QueryError) -> Clauses {
        for group in statement.groups { try add(group) }
        let filter = try binder.filter(statement.filter)
        try checkHistograms()
        var outputs: [CompiledQuery.Output] = []
        for item in statement.items { outputs += try self.outputs(of: item) }
        let having = try statement.having.map { having throws(QueryError) in
            try post(having, outputs, in: "HAVING")
        }
        return Clauses(
            filter: filter, outputs: outputs, having: having, orders: try orders(outputs))
    }

    mutating func compile() throws(QueryError) -> CompiledQuery {
        let clauses = try clauses()
        guard !aggregates.isEmpty else {
            throw QueryError(
                "nothing is counted or added up", at: statement.items[0].position,
                remedy: "add COUNT(*), SUM(x) or AVG(x)")
        }
        return try planned(clauses)
    }

    /// The query, when everything is bound. Apart from ``compile()``, whose frame lies under those of the deepest
    /// question.
    private mutating func planned(_ clauses: Clauses) throws(QueryError) -> CompiledQuery {
        let contents = try self.contents()
        try checkWidth(columns: clauses.outputs.count)
        try checkWork(clauses.filter)
        let plan = try plan(clauses.filter)
        let proven = try isProven ? provenQuestion(clauses.filter, plan.study.step) : nil
        return CompiledQuery(
            plan: plan.study, target: plan.target, bound: plan.bound, contents: contents,
            meanings: meanings, outputs: clauses.outputs, dimensions: dimensions,
            having: clauses.having, orders: clauses.orders, limit: statement.limit, pool: pool,
            accuracy: plan.accuracy, proven: proven)
    }

    /// The place of an aggregate among those asked for.
    mutating func place(of aggregate: BoundAggregate, at position: Position) -> Int {
        if let place = aggregates.firstIndex(of: aggregate) { return place }
        aggregates.append(aggregate)
        positions.append(position)
        return aggregates.count - 1
    }

    /// The columns that an item of the SELECT shows.
    private mutating func outputs(
        of item: SelectItem
    ) throws(QueryError) -> [CompiledQuery.Output] {
        if case .aggregate(.histogram(let value, let bins), let position) = item.expression {
            let dimension = try binder.bucket(value, bins).dimension
            // GROUP BY may name the same parts.
            let same = dimensions.firstIndex { $0.value == dimension.value }
            let place = same ?? dimensions.count
            if same == nil { dimensions.append(dimension) }
            let count = self.place(of: .rows(having: nil), at: position)
            return [
                .init(name: item.name, value: .group(place)),
                .init(name: "count", value: .aggregate(count)),
            ]
        }
        guard item.expression.hasAggregate else {
            return [.init(name: item.name, value: .group(try group(item.expression)))]
        }
        return [.init(name: item.name, value: try post(item.expression, [], in: "SELECT"))]
    }

    /// Two would group by both, and show how many rows each pair of parts has: hardly what is meant.
    private func checkHistograms() throws(QueryError) {
        let histograms = statement.items.filter { item in
            if case .aggregate(.histogram, _) = item.expression { true } else { false }
        }
        guard histograms.count > 1 else { return }
        throw QueryError(
            "HISTOGRAM stands twice", at: histograms[1].position,
            remedy:
                "ask for one in each question; for all pairs of parts write SELECT BUCKET(x, 20), "
                + "BUCKET(y, 20), COUNT(*) FROM … GROUP BY 1, 2")
    }

    /// Groups by an expression, by the place of an item, or by the name of one.
    private mutating func add(_ group: Expression) throws(QueryError) {
        let expression = try meant(by: group)
        let dimension = try dimension(of: expression)
        guard !dimensions.contains(where: { $0.value == dimension.value }) else {
            throw QueryError(
                "this stands twice in GROUP BY", at: group.position, remedy: "keep one")
        }
        dimensions.append(dimension)
    }

    private func meant(by group: Expression) throws(QueryError) -> Expression {
        switch group {
        case .number(let digits, let position):
            guard let place = Int(digits), statement.items.indices.contains(place - 1) else {
                throw QueryError(
                    "there is no item \(digits) to group by", at: position,
                    remedy: "give the number of an item, or a column")
            }
            return statement.items[place - 1].expression
        case .column(nil, let name, _) where !scope.names.contains(where: { $0.name == name }):
            return statement.items.first { $0.name == name }?.expression ?? group
        default: return group
        }
    }

    /// The place among the dimensions of an expression that is shown without an aggregate.
    mutating func group(_ expression: Expression) throws(QueryError) -> Int {
        if case .column(nil, let name, let position) = expression,
            !scope.names.contains(where: { $0.name == name })
        {
            _ = try binder.place(of: name, qualifier: nil, at: position)
        }
        let typed = try binder.bind(expression)
        let value = GroupDimension.value(of: typed)
        if let place = dimensions.firstIndex(where: { $0.origin == value || $0.value == value }) {
            return place
        }
        if listsRows {
            dimensions.append(try dimension(of: expression))
            return dimensions.count - 1
        }
        guard case .column(_, let name, _) = expression else {
            throw QueryError(
                "this is one person's value", at: expression.position,
                remedy: "put the same expression in GROUP BY, or inside SUM(…) or AVG(…)")
        }
        throw QueryError(
            "\(name) is one person's value", at: expression.position,
            remedy: "put it in GROUP BY or inside SUM(…) or AVG(…)")
    }

    private mutating func orders(
        _ outputs: [CompiledQuery.Output]
    ) throws(QueryError) -> [CompiledQuery.Order] {
        var orders: [CompiledQuery.Order] = []
        for order in statement.orders {
            guard orders.count < Compiler.mostOrders else {
                throw QueryError(
                    "ORDER BY has more than \(Compiler.mostOrders) columns", at: order.position,
                    remedy: "keep the first few: they decide")
            }
            if let number = order.number {
                guard outputs.indices.contains(number - 1) else {
                    throw QueryError(
                        "the result has no column '\(number)'", at: order.position,
                        remedy: "it has \(outputs.map(\.name).joined(separator: ", "))")
                }
                orders.append(
                    .init(value: outputs[number - 1].value, descending: order.descending))
            } else {
                let value = try ordered(by: order.expression, outputs)
                orders.append(.init(value: value, descending: order.descending))
            }
        }
        return orders
    }

    /// What to order by: something that is shown, or reckoned with aggregates; of single rows whatever they have.
    private mutating func ordered(
        by expression: Expression, _ outputs: [CompiledQuery.Output]
    ) throws(QueryError) -> PostValue {
        guard listsRows, !expression.hasAggregate else {
            return try post(expression, outputs, in: "ORDER BY")
        }
        if case .column(nil, let name, _) = expression,
            let output = outputs.first(where: { $0.name == name })
        {
            return output.value
        }
        return .group(try group(expression))
    }
}
