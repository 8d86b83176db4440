// SPDX-License-Identifier: Apache-2.0
package import Privacy
internal import Study
package import Vault

/// A SELECT over rows of whoever asks: read and bound as one of a pool's, but nothing of it is clipped or noised, since
/// nobody is hidden from her in what she holds.
///
/// It says what to work out of each row (``makeScan()``) and how groups become a table (``table(of:texts:)``). What
/// lies between, adding up, is for `OwnRows` alone, whose rows come from files (`HouseTests`).
package struct OwnQuestion: Sendable {
    /// What is asked of the rows of a group; numbers are places among the values of a row behind its keys.
    package enum Aggregate: Hashable, Sendable {
        /// How many rows.
        case rows
        /// How many have this value.
        case values(Int)
        /// How many people have a row.
        case people
        /// The sum of the values that are there.
        case sum(Int)
        /// Their mean.
        case average(Int)
        /// The mean of squares of their distance from the mean.
        case variance(Int)
        /// The root of that.
        case deviation(Int)
        /// The least value that this part of them does not exceed; of level 0 the least of all.
        case quantile(Int, QuantileLevel)
    }

    /// The rows that are asked about.
    let source: RowPlan
    let filter: Scalar?
    /// What tells rows apart; of a question without aggregates, what it shows of each row.
    let dimensions: [GroupDimension]
    /// What else is worked out of a row.
    let inputs: [Scalar]
    /// What is asked of each group.
    package let aggregates: [Aggregate]
    /// What the numbers of each aggregate mean.
    let meanings: [BoundAggregate.Meaning]
    /// Whether each row is a line of its own, and none are put together.
    package let listsRows: Bool
    let outputs: [CompiledQuery.Output]
    let having: PostValue?
    let orders: [CompiledQuery.Order]
    let limit: Int?

    /// How many of a row's values tell its group.
    package var keys: Int { dimensions.count }

    /// Whether rows of one person are put together before they are asked about.
    package var isPerPerson: Bool { !source.isPlain }

    /// Whether it matters whose a row is.
    package var tellsPeople: Bool { isPerPerson || aggregates.contains(.people) }

    /// How many rows of one person are looked at, where they are put together.
    package static var mostRowsPerPerson: Int { Summary.mostRows }

    /// Where a quantile stands among so many values in order: it is the first that this part of them does not exceed.
    ///
    /// - Requires: one value at least.
    package static func rank(of level: QuantileLevel, among count: Int64) -> Int {
        let (part, whole) = (Int128(level.numerator), Int128(level.denominator))
        return Int(max(0, (Int128(count) * part + whole - 1) / whole - 1))
    }

    /// Makes room to read rows with: of each the keys, then what is added up.
    package func makeScan() -> RowScan {
        var scalars: [Scalar] = []
        for dimension in dimensions {
            switch dimension.value {
            case .scalar(let scalar): scalars.append(scalar)
            case .text(let column): scalars.append(.column(column))
            }
        }
        return RowScan(source, filter, scalars + inputs, keepingTexts: true)
    }
}

extension OwnQuestion {
    /// Reads a question about own rows.
    ///
    /// - Parameters:
    ///   - table: what the rows look like.
    ///   - functions: what it may call with PREDICT.
    ///   - tellsPeople: whether it is known whose a row is.
    /// - Throws: ``QueryError`` as a question of a pool; for another source than the own rows, for a join, for EXPLAIN and for
    ///   WITH PRIVACY.
    package init(
        ofOwn text: String, table: Schema, functions: [RowFunction] = [], tellsPeople: Bool
    ) throws(QueryError) {
        let pool = QueryPool(
            name: ModelQuestion.ownName, tables: [table], rowsPerPerson: 1, functions: functions)
        var compiler = try Compiler(try OwnQuestion.statement(text), pool: pool, isOwn: true)
        self = try compiler.compileOwn()
        guard !tellsPeople, self.tellsPeople else { return }
        throw QueryError(
            "nothing says whose rows are whose", at: Position(line: 1, column: 1),
            remedy: "name the column that does: --person COLUMN; or count rows with COUNT(*)")
    }

    private static func statement(_ text: String) throws(QueryError) -> Statement {
        var parser = Parser(tokens: try Lexer.tokens(of: text), isOwn: true)
        guard parser.token.kind != .word("explain") else {
            throw QueryError(
                "a question of own rows costs nothing, and reads nobody's but yours",
                at: parser.token.position, remedy: "leave out EXPLAIN")
        }
        let statement = try parser.select(inner: false)
        _ = parser.take(mark: ";")
        guard parser.token.kind == .end else { throw parser.wanted("the end") }
        try ModelQuestion.checkOwn(try table(of: statement.source), statement.privacy)
        return statement
    }

    private static func table(of source: Source) throws(QueryError) -> Source.Table {
        switch source {
        case .table(let table): return table
        case .perContributor(let statement, _, _): return try table(of: statement.source)
        case .join(_, _, _, let position):
            throw QueryError(
                "own rows are one table", at: position,
                remedy: "write FROM \(ModelQuestion.ownName), and shape the file before")
        }
    }
}

extension Compiler {
    /// The question about own rows, when everything is bound.
    mutating func compileOwn() throws(QueryError) -> OwnQuestion {
        let clauses = try clauses()
        let groupless = statement.having?.position ?? positions.first
        if listsRows, let position = groupless {
            throw QueryError(
                "this is about groups, and each row is a line of its own", at: position,
                remedy: "write WHERE and ORDER BY of columns, or GROUP BY a column")
        }
        var inputs: [Scalar] = []
        func place(_ scalar: Scalar) -> Int {
            if let place = inputs.firstIndex(of: scalar) { return place }
            inputs.append(scalar)
            return inputs.count - 1
        }
        var meanings: [BoundAggregate.Meaning] = []
        var wanted: [OwnQuestion.Aggregate] = []
        for aggregate in aggregates {
            switch aggregate {
            case .rows(nil): wanted.append(.rows)
            case .rows(let having?): wanted.append(.values(place(having)))
            case .people: wanted.append(.people)
            case .sum(let value): wanted.append(.sum(place(value.scalar)))
            case .average(let value): wanted.append(.average(place(value.scalar)))
            case .variance(let value): wanted.append(.variance(place(value.scalar)))
            case .deviation(let value): wanted.append(.deviation(place(value.scalar)))
            case .quantile(let value, let level):
                wanted.append(.quantile(place(value.scalar), level))
            }
            meanings.append(aggregate.meaning)
        }
        return OwnQuestion(
            source: scope.plan, filter: clauses.filter, dimensions: dimensions, inputs: inputs,
            aggregates: wanted, meanings: meanings, listsRows: listsRows,
            outputs: clauses.outputs, having: clauses.having, orders: clauses.orders,
            limit: statement.limit)
    }
}

extension BoundAggregate {
    /// What its number means.
    fileprivate var meaning: Meaning {
        switch self {
        case .rows, .people: .number(scale: 0)
        case .sum(let value), .average(let value), .variance(let value), .deviation(let value),
            .quantile(let value, _):
            value.meaning
        }
    }
}
