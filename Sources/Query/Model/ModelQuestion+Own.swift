// SPDX-License-Identifier: Apache-2.0
package import Privacy
package import Vault

/// CREATE MODEL of rows that are its asker's own: from the same text, but no privacy is wanted, since nobody is
/// hidden from her.
extension ModelQuestion {
    /// What stands after FROM.
    package static let ownName = "own"

    /// Which columns a text names, as far as that decides what a file's columns are taken for.
    package struct OwnColumns: Hashable, Sendable {
        /// The column that is predicted, where it is one by itself.
        package var target: String?
        /// All columns that what is predicted is made of.
        package var predicted: Set<String> = []
        /// The column of a recommender's items.
        package var items: String?
        /// What the rows of a forecast are in the order of.
        package var order: String?
        /// The features that are named; nil where all are meant.
        package var features: [String]?
        /// Whether a recommender is asked for.
        package var isRecommender = false
        /// What other columns have to hold, for what is called by name: a choice, also where the texts look like numbers,
        /// or a number, also where no row has one.
        package var wanted: [String: RowFunction.Kind] = [:]
        /// Whether numbers are kept with as many digits as the file has, and no more.
        package var keepsDigits = false

        /// None are named.
        package init() {}
    }

    /// Reads which columns a text names.
    ///
    /// - Throws: ``QueryError`` for another source than the own rows, a subquery or join, and for WITH PRIVACY.
    package static func ownColumns(of text: String) throws(QueryError) -> OwnColumns {
        let statement = try ownStatement(text)
        var columns = OwnColumns()
        if let target = statement.target {
            columns.predicted = ColumnBinder.names(in: target)
            if case .column(_, let name, _) = target { columns.target = name }
        }
        if case .column(_, let name, _) = statement.order?.column { columns.order = name }
        for option in statement.options {
            switch option.value {
            case .word(let name) where option.name == "items": columns.items = name
            case .names(let names) where option.name == "features": columns.features = names
            case .word, .number, .names: break
            }
        }
        columns.isRecommender = statement.isRecommender
        return columns
    }

    /// Reads a statement about own rows.
    ///
    /// - Parameters:
    ///   - table: what the rows look like.
    ///   - people: whose rows they are, in number.
    /// - Throws: ``QueryError`` as a question of a pool, and as ``ownColumns(of:)``.
    package init(ofOwn text: String, table: Schema, people: Int) throws(QueryError) {
        let pool = QueryPool(
            name: ModelQuestion.ownName, tables: [table], rowsPerPerson: 1, people: people)
        try self.init(try ModelQuestion.ownStatement(text), pool: pool, isOwn: true)
    }

    private static func ownStatement(_ text: String) throws(QueryError) -> ModelStatement {
        let statement = try Parser.model(of: text)
        let start = Position(line: 1, column: 1)
        guard !isExplained(text) else {
            throw QueryError(
                "a model of own rows says what it does while it is made", at: start,
                remedy: "leave out EXPLAIN")
        }
        guard case .table(let table) = statement.source else {
            throw QueryError(
                "own rows are one table", at: start,
                remedy: "write FROM \(ownName), and shape the file before")
        }
        try checkOwn(table, statement.privacy)
        return statement
    }

    /// Refuses another source than the own rows, and privacy that nobody needs.
    static func checkOwn(
        _ table: Source.Table, _ privacy: PrivacyClause
    ) throws(QueryError) {
        guard table.pool == ownName, table.table == nil else {
            throw QueryError(
                "'\(table.pool)' is none of your files; own rows are called \(ownName)",
                at: table.position,
                remedy: "write FROM \(ownName); a pool's rows are asked with `dividend query`")
        }
        guard !privacy.isWritten else {
            throw QueryError(
                "rows of your own need no privacy: nobody is hidden from you",
                at: privacy.position,
                remedy: "leave out WITH …; questions of pools are private")
        }
    }

    /// What a training may spend: of own rows as much as there is, since nobody pays for it.
    package var spending: Rho {
        isOwn ? Rho(units: 1 << 62) : target.gaussianRho
    }
}
