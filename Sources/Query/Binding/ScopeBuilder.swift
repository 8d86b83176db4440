// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Turns FROM into rows of one contributor and the names of their columns.
struct ScopeBuilder {
    /// How many joins a question has at most: each may make all pairs of a contributor's rows.
    static let mostJoins = 7
    var joins = 0

    let pool: QueryPool
    var reads = TableReads()

    mutating func scope(of source: Source) throws(QueryError) -> RowScope {
        switch source {
        case .table(let table): return try scope(of: table)
        case .join(let left, let right, let columns, let position):
            return try joined(try scope(of: left), try scope(of: right), columns, position)
        case .perContributor(let statement, let alias, let position):
            return try summary(statement, alias, position)
        }
    }

    private mutating func scope(of table: Source.Table) throws(QueryError) -> RowScope {
        guard table.pool == pool.name else {
            throw QueryError(
                "there is no pool '\(table.pool)' here", at: table.position,
                remedy: "write FROM \(pool.name)")
        }
        let names = pool.tables.map(\.table).joined(separator: ", ")
        let wanted = pool.tables.filter { table.table == nil || $0.table == table.table }
        guard let schema = wanted.first else {
            throw QueryError(
                "\(pool.name) has no table '\(table.table ?? "")'", at: table.position,
                remedy: "it has \(names)")
        }
        guard wanted.count == 1 else {
            throw QueryError(
                "\(pool.name) has several tables", at: table.position,
                remedy: "write FROM \(pool.name).table with one of \(names)")
        }
        let place = reads.place(of: schema)
        let qualifiers = Set([table.alias ?? schema.table])
        return RowScope(
            plan: .table(place), schema: schema,
            names: schema.columns.enumerated().map { column, described in
                .init(
                    qualifiers: qualifiers, name: described.name,
                    origin: .init(table: place, column: column))
            }, most: .pool, title: schema.table)
    }

    /// How many pairs there can be of rows that there can be so many of.
    private static func pairs(_ left: RowScope.Most, _ right: RowScope.Most) -> RowScope.Most {
        guard case .rows(let a) = left, case .rows(let b) = right, a * b <= Join.most else {
            return .unknown
        }
        return .rows(a * b)
    }

    private mutating func joined(
        _ left: RowScope, _ right: RowScope, _ columns: [(name: String, position: Position)],
        _ position: Position
    ) throws(QueryError) -> RowScope {
        joins += 1
        guard joins <= ScopeBuilder.mostJoins else {
            throw QueryError(
                "more than \(ScopeBuilder.mostJoins) joins", at: position,
                remedy: "join at most \(ScopeBuilder.mostJoins + 1) tables in one question")
        }
        let taken = left.names.reduce(into: Set<String>()) { $0.formUnion($1.qualifiers) }
        if let twice = right.names.first?.qualifiers.first(where: taken.contains) {
            throw QueryError(
                "\(twice) stands twice in FROM", at: position,
                remedy: "give one another name: JOIN … AS other")
        }
        var pairs: [RowPlan.Pair] = []
        for (name, place) in columns {
            let a = try ColumnBinder.place(of: name, qualifier: nil, in: left, at: place)
            let b = try ColumnBinder.place(of: name, qualifier: nil, in: right, at: place)
            let (one, other) = (left.schema.columns[a], right.schema.columns[b])
            guard one.kind == other.kind, one.categories == other.categories else {
                throw QueryError(
                    "\(name) is of two kinds: \(one.kind.word) and \(other.kind.word)", at: place,
                    remedy: "join by columns of one kind and one list of categories")
            }
            for origin in [left.names[a].origin, right.names[b].origin] {
                if let origin { reads.read(origin) }
            }
            pairs.append(.init(left: a, right: b))
        }
        // A column that both agree in has one name; the right one is not named again.
        let shared = Set(pairs.map(\.right))
        let rightNames = right.names.enumerated().map { place, name in
            shared.contains(place)
                ? RowScope.Name(
                    qualifiers: name.qualifiers, name: "", origin: name.origin) : name
        }
        let schema = Schema(
            table: "\(left.schema.table)+\(right.schema.table)",
            columns: left.schema.columns + right.schema.columns)
        return RowScope(
            plan: .join(left.plan, right.plan, on: pairs, schema: schema), schema: schema,
            names: left.names + rightNames, most: ScopeBuilder.pairs(left.most, right.most),
            title: "\(left.title) and \(right.title)")
    }
}
