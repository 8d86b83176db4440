// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Query
internal import Vault

extension CompiledModel {
    /// The same model asked of people who do not exist: of one made-up table with the same columns in the same order, what is
    /// to be predicted at last. Which rows a question keeps is left out: all of theirs count.
    ///
    /// - Parameter epsilon: another ε than the question's, if one is given.
    /// - Throws: never what the question itself did not throw, unless another ε leaves no noise that fits.
    func twin(epsilon: String? = nil) throws(QueryError) -> CompiledModel {
        let pool = QueryPool(
            name: "twin", tables: [twinSchema], rowsPerPerson: question.rowsPerPerson,
            people: question.people)
        return try CompiledModel(twinText(epsilon: epsilon), pool: pool)
    }

    private var twinSchema: Schema {
        var columns = question.features.enumerated().map { place, column in
            question.horizon == nil
                ? column.made(name: "c\(place)") : Schema.Column("c\(place)", .date)
        }
        if let predicted = question.predicted { columns.append(predicted.made(name: "wanted")) }
        return Schema(table: "twin", columns: columns)
    }

    private func twinText(epsilon: String?) -> String {
        let names = question.features.indices.map { "c\($0)" }
        // It is always measured: without, a tenth more would go to learning.
        var words = question.options.filter { $0.name != "quality" }.map {
            "\($0.name) => \($0.value)"
        }
        if question.horizon == nil {
            words.append(
                question.isRecommender
                    ? "items => c0" : "features => (\(names.joined(separator: ", ")))")
        }
        var text = "CREATE MODEL twin FROM twin"
        if question.predicted != nil { text += " PREDICT wanted" }
        if let horizon = question.horizon { text += " ORDER BY c0 HORIZON \(horizon)" }
        let target = question.target
        return text + " USING (\(words.joined(separator: ", "))) WITH PRIVACY (epsilon => "
            + "\(epsilon ?? target.epsilon.description), delta => \(target.delta), "
            + "rows => \(question.rowsPerPerson))"
    }
}

extension RowSelection.Column {
    /// A column of a made-up table with the same values.
    fileprivate func made(name: String) -> Schema.Column {
        switch kind {
        case .boolean: Schema.Column(name, .boolean)
        case .category(let list): Schema.Column(name, .category, categories: list)
        case .number(0, let bounds): Schema.Column(name, .integer, bounds: bounds)
        case .number(let scale, let bounds):
            Schema.Column(name, .decimal(scale: scale), bounds: bounds)
        }
    }
}
