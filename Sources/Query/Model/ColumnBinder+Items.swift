// SPDX-License-Identifier: Apache-2.0

/// What a recommender learns from: the column of the items, and nothing else.
extension ColumnBinder {
    /// The columns that a statement's model learns from.
    mutating func inputs(of statement: ModelStatement) throws(QueryError) -> [RowSelection.Column] {
        guard statement.isRecommender else {
            return try features(of: statement)
        }
        if let option = statement.options.first(where: { $0.name == "features" }) {
            throw QueryError(
                "a recommender learns from items and their ratings alone", at: option.position,
                remedy: "write items => column in place of features")
        }
        guard let option = statement.options.first(where: { $0.name == "items" }) else {
            throw QueryError(
                "a recommender needs items", at: statement.position,
                remedy: "write USING (model => recommender, items => column)")
        }
        guard case .word(let name) = option.value else {
            throw QueryError(
                "items is one column", at: option.valuePosition, remedy: "write items => column")
        }
        guard !(statement.target.map(Self.names) ?? []).contains(name) else {
            throw QueryError(
                "\(name) is what is to be predicted", at: option.valuePosition,
                remedy: "name the column of what is rated")
        }
        let column = try feature(name, at: option.valuePosition)
        guard case .category = column.kind else {
            throw QueryError(
                "\(name) has no published categories, which the items are",
                at: option.valuePosition,
                remedy: "name a column of categories")
        }
        return [column]
    }
}

extension ModelStatement {
    /// Whether it asks for a recommender.
    var isRecommender: Bool {
        options.contains { $0.name == "model" && $0.value == .word("recommender") }
    }

    /// The options that are no columns.
    var words: [Option] {
        options.filter { $0.name != "features" && !($0.name == "items" && isRecommender) }
    }
}
