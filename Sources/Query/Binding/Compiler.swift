// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// From a statement and the published side of a pool to a study plan.
struct Compiler {
    let statement: Statement
    let pool: QueryPool
    let schema: Schema
    private(set) var binder: ColumnBinder
    /// What is added up, each once, however often it is shown.
    private(set) var statistics: [Statistic] = []
    /// How many statistics the items up to each one need together.
    private(set) var needed: [Int] = []

    init(_ statement: Statement, pool: QueryPool) throws(QueryError) {
        guard statement.source == pool.name else {
            throw QueryError(
                "there is no pool '\(statement.source)' here", at: statement.sourcePosition,
                remedy: "write FROM \(pool.name)")
        }
        let names = pool.tables.map(\.table).joined(separator: ", ")
        let wanted = pool.tables.filter { statement.table == nil || $0.table == statement.table }
        guard let schema = wanted.first else {
            throw QueryError(
                "\(pool.name) has no table '\(statement.table ?? "")'",
                at: statement.sourcePosition, remedy: "it has \(names)")
        }
        guard wanted.count == 1 else {
            throw QueryError(
                "\(pool.name) has several tables", at: statement.sourcePosition,
                remedy: "write FROM \(pool.name).table with one of \(names)")
        }
        self.schema = schema
        self.statement = statement
        self.pool = pool
        binder = ColumnBinder(schema: schema)
    }

    mutating func compile() throws(QueryError) -> CompiledQuery {
        var items: [BoundItem] = []
        for item in statement.items { items.append(try bind(item)) }
        let filter: Scalar? =
            if let filter = statement.filter { try binder.condition(filter) } else { nil }
        let (dimensions, labels) = try dimensions()
        let averaged = Set(
            items.compactMap { if case .average(let value, _, _) = $0 { value } else { nil } })
        var outputs: [CompiledQuery.Output] = []
        for (item, bound) in zip(statement.items, items) {
            outputs.append(.init(name: item.name, content: content(bound, averaged)))
            needed.append(statistics.count)
        }
        guard !statistics.isEmpty else {
            throw QueryError(
                "nothing is counted or added up", at: statement.items[0].position,
                remedy: "add COUNT(*), SUM(x) or AVG(x)")
        }
        try checkWidth(groups: dimensions.reduce(1) { $0 * $1.codes })
        try checkWork(filter)
        let orders = try self.orders(outputs)
        let target = try target()
        let rows = try rowsPerPerson()
        return CompiledQuery(
            plan: try plan(filter, dimensions, rows: rows, target: target), target: target,
            outputs: outputs, groupLabels: labels, orders: orders, limit: statement.limit,
            rowsPerPerson: rows)
    }

    /// An item of the SELECT, bound.
    private enum BoundItem {
        case group(Int)
        case rows(having: Scalar?)
        case people
        case sum(Scalar, scale: Int, bounds: ClosedRange<Int64>)
        case average(Scalar, scale: Int, bounds: ClosedRange<Int64>)
    }

    private mutating func bind(_ item: SelectItem) throws(QueryError) -> BoundItem {
        switch item.content {
        case .column(let name):
            if let place = statement.groups.firstIndex(where: { $0.name == name }) {
                return .group(place)
            }
            _ = try binder.place(of: name, at: item.position)
            throw QueryError(
                "\(name) is one person's value", at: item.position,
                remedy: "put it in GROUP BY or inside SUM(…) or AVG(…)")
        case .aggregate(.countRows): return .rows(having: nil)
        case .aggregate(.countContributors): return .people
        case .aggregate(.countValues(let expression)):
            return .rows(having: try binder.bind(expression).scalar)
        case .aggregate(.average(let expression)):
            let (value, scale, bounds) = try bounded(expression, in: "AVG")
            return .average(value, scale: scale, bounds: bounds)
        case .aggregate(.sum(let expression)):
            let (value, scale, bounds) = try bounded(expression, in: "SUM")
            return .sum(value, scale: scale, bounds: bounds)
        }
    }

    private mutating func bounded(
        _ expression: Expression, in function: String
    ) throws(QueryError) -> (Scalar, scale: Int, bounds: ClosedRange<Int64>) {
        let typed = try binder.bind(expression)
        guard case .number(let scale, let bounds) = typed.type else {
            throw QueryError(
                "\(function) of \(typed.type.word)", at: expression.position,
                remedy: "use a number; to count, write COUNT(*) with WHERE")
        }
        guard let bounds else {
            throw QueryError(
                "nothing public bounds this value", at: expression.position,
                remedy: "give bounds: \(function)(CLIP(x, lowest, highest))")
        }
        let widest = Statistic.widest
        guard widest.contains(bounds.lowerBound), widest.contains(bounds.upperBound) else {
            throw QueryError(
                "the public bounds of this value are too wide", at: expression.position,
                remedy: "give narrower ones: \(function)(CLIP(x, lowest, highest))")
        }
        return (typed.scalar, scale, bounds)
    }

    /// Where the numbers of an item stand. A sum whose average is shown too follows from the
    /// average's two numbers, for free.
    private mutating func content(
        _ item: BoundItem, _ averaged: Set<Scalar>
    ) -> CompiledQuery.Output.Content {
        switch item {
        case .group(let dimension): return .group(dimension: dimension)
        case .rows(let having): return .count(statistic: place(of: .rows(having: having)))
        case .people: return .count(statistic: place(of: .people))
        case .average(let value, let scale, let bounds):
            return .average(
                sum: place(of: .centredSum(value, bounds)), count: place(of: .rows(having: value)),
                scale: scale, bounds: bounds)
        case .sum(let value, let scale, let bounds) where averaged.contains(value):
            return .centredSum(
                sum: place(of: .centredSum(value, bounds)), count: place(of: .rows(having: value)),
                scale: scale, bounds: bounds)
        case .sum(let value, let scale, let bounds):
            let statistic = Statistic.sum(value, bounds)
            return .sum(statistic: place(of: statistic), scale: scale, unit: statistic.unit)
        }
    }

    private mutating func place(of statistic: Statistic) -> Int {
        if let place = statistics.firstIndex(of: statistic) { return place }
        statistics.append(statistic)
        return statistics.count - 1
    }

    private mutating func dimensions() throws(QueryError) -> (
        [AggregateStep.Dimension], labels: [[String]]
    ) {
        var dimensions: [AggregateStep.Dimension] = []
        var labels: [[String]] = []
        for group in statement.groups {
            let place = try binder.place(of: group.name, at: group.position)
            let names: [String]
            switch schema.columns[place].kind {
            case .category: names = schema.columns[place].categories
            case .boolean: names = ["false", "true"]
            default:
                throw QueryError(
                    "the values of \(group.name) are private", at: group.position,
                    remedy: "group by a column with published categories")
            }
            guard !dimensions.contains(where: { $0.column == place }) else {
                throw QueryError(
                    "\(group.name) stands twice", at: group.position, remedy: "keep one")
            }
            dimensions.append(.init(column: place, codes: names.count + 1))
            labels.append(names)
        }
        let groups = dimensions.reduce(1) { min($0 * $1.codes, Compiler.mostGroups + 1) }
        guard groups <= Compiler.mostGroups else {
            throw QueryError(
                "more than \(Compiler.mostGroups) groups", at: statement.groups[0].position,
                remedy: "group by fewer columns")
        }
        return (dimensions, labels)
    }

    private func orders(
        _ outputs: [CompiledQuery.Output]
    ) throws(QueryError) -> [(output: Int, descending: Bool)] {
        var orders: [(output: Int, descending: Bool)] = []
        for order in statement.orders {
            guard orders.count < Compiler.mostOrders else {
                throw QueryError(
                    "ORDER BY has more than \(Compiler.mostOrders) columns", at: order.position,
                    remedy: "keep the first few: they decide")
            }
            let place =
                Int(order.name).map { $0 - 1 } ?? outputs.firstIndex { $0.name == order.name }
            guard let place, outputs.indices.contains(place) else {
                throw QueryError(
                    "the result has no column '\(order.name)'", at: order.position,
                    remedy: "it has \(outputs.map(\.name).joined(separator: ", "))")
            }
            orders.append((place, order.descending))
        }
        return orders
    }
}
