// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Privacy
package import Study
internal import Vault

/// A query that can be asked: a study plan, and how its numbers become a table.
package struct CompiledQuery: Sendable {
    /// The study.
    package let plan: StudyPlan<AggregateStep>
    /// The privacy that was asked for.
    package let target: PrivacyTarget
    let outputs: [Output]
    let groupLabels: [[String]]
    let orders: [(output: Int, descending: Bool)]
    let limit: Int?
    /// How many rows of one contributor count in full.
    package let rowsPerPerson: Int

    /// What identifies the question: two texts that ask the same have the same digest.
    package var digest: Digest {
        get throws(CanonicalError) { Digest(of: try plan.canonical.signable()) }
    }

    /// One column of the result.
    struct Output: Sendable {
        enum Content: Sendable {
            case group(dimension: Int)
            case count(statistic: Int)
            case centredSum(sum: Int, count: Int, scale: Int, bounds: ClosedRange<Int64>)
            case sum(statistic: Int, scale: Int, unit: Int64)
            case average(sum: Int, count: Int, scale: Int, bounds: ClosedRange<Int64>)
        }
        let name: String
        let content: Content
    }
}

extension CompiledQuery {
    /// Reads a query and plans its study, from the text and the published schema alone.
    ///
    /// - Throws: ``QueryError`` with the place and what to write instead.
    package init(_ text: String, pool: QueryPool) throws(QueryError) {
        let statement = try Parser.statement(of: text)
        var compiler = try Compiler(statement, pool: pool)
        self = try compiler.compile()
    }
}

private struct Compiler {
    private let statement: Statement
    private let pool: QueryPool
    private let schema: Schema
    private var binder: ColumnBinder
    private var statistics: [Statistic] = []

    /// The most groups that a query may have.
    private static let mostGroups = 10_000
    /// The default privacy of a query that does not say.
    private static let defaults = (epsilon: "1.0", delta: "1e-7")

    init(_ statement: Statement, pool: QueryPool) throws(QueryError) {
        guard statement.source == pool.name else {
            throw QueryError(
                "there is no pool '\(statement.source)' here", at: statement.sourcePosition,
                remedy: "write FROM \(pool.name)")
        }
        let names = pool.tables.map(\.table).joined(separator: ", ")
        if let table = statement.table {
            guard let schema = pool.tables.first(where: { $0.table == table }) else {
                throw QueryError(
                    "\(pool.name) has no table '\(table)'", at: statement.sourcePosition,
                    remedy: "it has \(names)")
            }
            self.schema = schema
        } else {
            guard pool.tables.count == 1 else {
                throw QueryError(
                    "\(pool.name) has several tables", at: statement.sourcePosition,
                    remedy: "write FROM \(pool.name).table with one of \(names)")
            }
            schema = pool.tables[0]
        }
        self.statement = statement
        self.pool = pool
        binder = ColumnBinder(schema: schema)
    }

    mutating func compile() throws(QueryError) -> CompiledQuery {
        let filter: Scalar? =
            if let filter = statement.filter { try binder.condition(filter) } else { nil }
        var dimensions: [AggregateStep.Dimension] = []
        var labels: [[String]] = []
        for group in statement.groups {
            let (dimension, names) = try dimension(group.name, at: group.position)
            guard !dimensions.contains(dimension) else {
                throw QueryError(
                    "\(group.name) stands twice", at: group.position, remedy: "keep one")
            }
            dimensions.append(dimension)
            labels.append(names)
        }
        let groups = dimensions.reduce(1) { min($0 * $1.codes, Compiler.mostGroups + 1) }
        guard groups <= Compiler.mostGroups else {
            throw QueryError(
                "more than \(Compiler.mostGroups) groups", at: statement.groups[0].position,
                remedy: "group by fewer columns")
        }
        var outputs: [CompiledQuery.Output] = []
        for item in statement.items { outputs.append(try output(item)) }
        guard !statistics.isEmpty else {
            throw QueryError(
                "nothing is counted or added up", at: statement.items[0].position,
                remedy: "add COUNT(*), SUM(x) or AVG(x)")
        }
        let orders = try self.orders(outputs)
        let rows = try rowsPerPerson()
        let target = try target()
        let plan = try plan(filter, dimensions, groups: groups, rows: rows, target: target)
        return CompiledQuery(
            plan: plan, target: target, outputs: outputs, groupLabels: labels, orders: orders,
            limit: statement.limit, rowsPerPerson: rows)
    }

    private mutating func dimension(
        _ name: String, at position: Position
    ) throws(QueryError) -> (AggregateStep.Dimension, [String]) {
        let place = try binder.place(of: name, at: position)
        let column = schema.columns[binder.read[place]]
        switch column.kind {
        case .category:
            return (.init(column: place, codes: column.categories.count + 1), column.categories)
        case .boolean:
            return (.init(column: place, codes: 3), ["false", "true"])
        default:
            throw QueryError(
                "the values of \(name) are private", at: position,
                remedy: "group by a column with published categories")
        }
    }

    private mutating func place(of statistic: Statistic) -> Int {
        if let place = statistics.firstIndex(of: statistic) { return place }
        statistics.append(statistic)
        return statistics.count - 1
    }

    private mutating func output(_ item: SelectItem) throws(QueryError) -> CompiledQuery.Output {
        let content: CompiledQuery.Output.Content
        switch item.content {
        case .column(let name):
            guard let place = statement.groups.firstIndex(where: { $0.name == name }) else {
                throw QueryError(
                    "\(name) is one person's value", at: item.position,
                    remedy: "put it in GROUP BY or inside SUM(…) or AVG(…)")
            }
            content = .group(dimension: place)
        case .aggregate(.countRows): content = .count(statistic: place(of: .rows(having: nil)))
        case .aggregate(.countContributors): content = .count(statistic: place(of: .people))
        case .aggregate(.countValues(let expression)):
            let typed = try binder.bind(expression)
            content = .count(statistic: place(of: .rows(having: typed.scalar)))
        case .aggregate(.average(let expression)):
            let (typed, scale, bounds) = try bounded(expression, in: "AVG")
            content = .average(
                sum: place(of: .centredSum(typed.scalar, bounds)),
                count: place(of: .rows(having: typed.scalar)), scale: scale, bounds: bounds)
        case .aggregate(.sum(let expression)):
            let (typed, scale, bounds) = try bounded(expression, in: "SUM")
            if averaged(expression) {
                content = .centredSum(
                    sum: place(of: .centredSum(typed.scalar, bounds)),
                    count: place(of: .rows(having: typed.scalar)), scale: scale, bounds: bounds)
            } else {
                let statistic = Statistic.sum(typed.scalar, bounds)
                content = .sum(
                    statistic: place(of: statistic), scale: scale, unit: statistic.unit)
            }
        }
        return CompiledQuery.Output(name: item.name, content: content)
    }

    /// Whether the same query also asks for the average: then the sum follows from it, for free.
    private func averaged(_ expression: Expression) -> Bool {
        statement.items.contains {
            if case .aggregate(.average(let other)) = $0.content {
                return other.unplaced == expression.unplaced
            }
            return false
        }
    }

    private mutating func bounded(
        _ expression: Expression, in function: String
    ) throws(QueryError) -> (Typed, Int, ClosedRange<Int64>) {
        let typed = try binder.bind(expression)
        guard case .number(let scale, let bounds) = typed.type else {
            throw QueryError(
                "\(function) of \(typed.type.word)", at: expression.position,
                remedy: "use a number; to count, write COUNT(*) with WHERE")
        }
        guard let bounds, bounds.lowerBound > -(1 << 52), bounds.upperBound < 1 << 52 else {
            throw QueryError(
                "nothing public bounds this value", at: expression.position,
                remedy: "give bounds: \(function)(CLIP(x, lowest, highest))")
        }
        return (typed, scale, bounds)
    }

    private func orders(
        _ outputs: [CompiledQuery.Output]
    ) throws(QueryError) -> [(output: Int, descending: Bool)] {
        var orders: [(output: Int, descending: Bool)] = []
        for order in statement.orders {
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

    private func rowsPerPerson() throws(QueryError) -> Int {
        guard let text = statement.rows else { return pool.rowsPerPerson }
        guard let rows = Int(text), (1...100_000).contains(rows) else {
            throw QueryError(
                "rows => \(text) is out of range", at: statement.privacyPosition,
                remedy: "give how many rows of one person count: 1 to 100,000")
        }
        return rows
    }

    private func target() throws(QueryError) -> PrivacyTarget {
        do throws(PrivacyTargetError) {
            return try PrivacyTarget(
                epsilon: statement.epsilon ?? Compiler.defaults.epsilon,
                delta: statement.delta ?? Compiler.defaults.delta)
        } catch {
            throw QueryError(
                "\(error)", at: statement.privacyPosition,
                remedy: "write WITH PRIVACY (epsilon => 1.0, delta => 1e-7)")
        }
    }

    /// Binds the step to the finest lattice whose noise can still be drawn.
    private func plan(
        _ filter: Scalar?, _ dimensions: [AggregateStep.Dimension], groups: Int, rows: Int,
        target: PrivacyTarget
    ) throws(QueryError) -> StudyPlan<AggregateStep> {
        let rowKinds = statistics.count { $0 != .people }
        let peopleKinds = statistics.count - rowKinds
        let squared = rows * rows * rowKinds + min(rows, groups) * peopleKinds
        let table = TableColumns(schema: schema, columns: binder.read)
        var failure: StudyError?
        for exponent in stride(from: 20, through: 6, by: -1) {
            let step = AggregateStep(
                table: table, filter: filter, dimensions: dimensions, statistics: statistics,
                lattice: 1 << exponent)
            let radius = squareRoot(UInt64(squared) << UInt64(2 * exponent))
            do throws(StudyError) {
                return try StudyPlan(step: step, radius: radius, spending: target.rho)
            } catch {
                failure = error
            }
        }
        throw QueryError(
            failure.map { "\($0)" } ?? "no noise fits", at: statement.privacyPosition,
            remedy: "raise epsilon, or lower rows")
    }
}

/// The least integer whose square is at least the value.
private func squareRoot(_ value: UInt64) -> UInt64 {
    var (low, high): (UInt64, UInt64) = (0, 1 << 32)
    while low < high {
        let middle = (low + high) / 2
        if middle.multipliedReportingOverflow(by: middle).partialValue >= value
            || middle.multipliedReportingOverflow(by: middle).overflow
        {
            high = middle
        } else {
            low = middle + 1
        }
    }
    return low
}
