// SPDX-License-Identifier: Apache-2.0
internal import Study
internal import Vault

/// The rows that a part of a question can speak of, and what its names mean there.
struct RowScope {
    /// A column as it can be named.
    struct Name {
        /// What may stand before the point.
        let qualifiers: Set<String>
        let name: String
        /// The column of a table that is read when this one is; nil for what is worked out.
        let origin: Origin?
    }

    /// A column of one of the tables read.
    struct Origin: Hashable {
        let table: Int
        let column: Int
    }

    /// How many rows one contributor can have here.
    enum Most: Hashable {
        /// As many as the pool says.
        case pool
        /// So many, whatever she gave.
        case rows(Int)
        /// Nobody can say: rows were joined.
        case unknown
    }

    let plan: RowPlan
    /// What the rows look like; columns by the places that expressions use.
    let schema: Schema
    let names: [Name]
    let most: Most
    /// What the rows are called in errors.
    let title: String
}

/// The tables that a question reads, and which of their columns.
struct TableReads {
    private(set) var schemas: [Schema] = []
    private var columns: [Set<Int>] = []

    /// The place of a table among those read.
    mutating func place(of schema: Schema) -> Int {
        if let place = schemas.firstIndex(of: schema) { return place }
        schemas.append(schema)
        columns.append([])
        return schemas.count - 1
    }

    mutating func read(_ origin: RowScope.Origin) { columns[origin.table].insert(origin.column) }

    var tables: [TableColumns] {
        zip(schemas, columns).map { TableColumns(schema: $0, columns: $1.sorted()) }
    }
}
