// SPDX-License-Identifier: Apache-2.0

/// One item of a SELECT.
struct SelectItem: Hashable {
    let expression: Expression
    /// The name of the result column.
    let name: String
    let position: Position
}

/// Where rows come from, as written.
indirect enum Source {
    /// A table of a pool, and what it is called here.
    case table(Table)
    /// Two of a contributor's tables, side by side where the columns named are equal.
    case join(Source, Table, using: [(name: String, position: Position)], Position)
    /// What is worked out for each contributor first.
    case perContributor(Statement, alias: String?, Position)

    struct Table {
        let pool: String
        let table: String?
        let alias: String?
        let position: Position
    }

    /// The pool that is asked.
    var pool: String {
        switch self {
        case .table(let table): table.pool
        case .join(let left, _, _, _): left.pool
        case .perContributor(let statement, _, _): statement.source.pool
        }
    }
}

/// A query as written.
struct Statement {
    struct Order {
        let expression: Expression
        /// The place of the result column, when it is named by its number.
        let number: Int?
        let descending: Bool
        let position: Position
    }

    var items: [SelectItem] = []
    var source: Source
    var filter: Expression?
    var groups: [Expression] = []
    var having: Expression?
    var orders: [Order] = []
    var limit: Int?
    var privacy = PrivacyClause()
}

/// WITH PRIVACY (…) or WITH ACCURACY (…), as written.
struct PrivacyClause {
    /// How many rows of one contributor count.
    enum Rows {
        case most(String)
        /// As many as a private look at the contributors advises.
        case chosen
    }

    var epsilon: String?
    var delta: String?
    /// Where ε stands, and δ.
    var epsilonPosition, deltaPosition: Position?
    var rows: Rows?
    /// Whether the answer is to be proven.
    var isProven = false
    /// The error that is wanted, in percent.
    var accuracy: String?
    var position = Position(line: 1, column: 1)
    /// Whether there is such a clause.
    var isWritten = false
}
