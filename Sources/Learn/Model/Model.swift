// SPDX-License-Identifier: Apache-2.0

/// A model as it was let out: what it predicts, and how a row becomes a score.
package struct Model: Hashable, Sendable {
    /// How a row becomes a score.
    enum Form: Hashable, Sendable {
        /// Logistic or linear regression.
        case weights(WeightedSum)
        /// Additive trees.
        case curves(CurveSum)
        /// A network with one hidden layer.
        case network(NetworkSum)
        /// A recommender.
        case factors(ItemFactors)
        /// A forecast of series.
        case series(Autoregression)
        /// Centres of clusters.
        case clusters(ClusterSet)
    }

    /// What a cell of a column may hold.
    enum Cell: Hashable, Sendable {
        /// A number in units of 10^-scale; what lies beyond its bounds counts as they do.
        case number(scale: Int, bounds: ClosedRange<Int64>)
        /// One of some categories.
        case choice([String])
    }

    /// What the buyer calls it.
    package let name: String
    /// What it predicts.
    package let goal: Goal
    let form: Form
    /// How good it is, as far as that was measured.
    package let quality: Quality?
    /// What it is measured against.
    let average: Average?
    /// What it predicts as its statement has it: a column, or a condition; nil of clusters, and of models that were
    /// made before this was kept.
    package let predicted: String?

    init(
        name: String, goal: Goal, form: Form, quality: Quality?, average: Average?,
        predicted: String? = nil
    ) {
        (self.name, self.goal, self.form) = (name, goal, form)
        (self.quality, self.average, self.predicted) = (quality, average, predicted)
    }

    /// The features and what each weighs, in their order; of trees the columns, and how much each matters: the mean
    /// size of what it adds to the score; of a network the features, and how much each matters
    /// (``NetworkSum/importances``); of a recommender the items, and what each is rated above the middle; of
    /// clusters each with its share of the rows.
    package var terms: [(feature: String, weight: Double)] {
        switch form {
        case .weights(let sum): zip(sum.coding.names, sum.weights).map { ($0, $1) }
        case .curves(let sum): zip(order, sum.importances).map { ($0, $1) }
        case .network(let sum): zip(sum.coding.names, sum.importances).map { ($0, $1) }
        case .factors(let form):
            zip(form.items, form.biases).map { ("\(form.column) = \($0)", $1) }
        case .series(let model): zip(model.coding.names, model.weights).map { ($0, $1) }
        case .clusters(let set):
            set.clusters.enumerated().map { ("cluster \($0 + 1)", $1.share) }
        }
    }

    /// The names of the columns of a row, in their order.
    package var order: [String] { form.order }

    /// What a row's features come to: the log-odds of the positive one, or a number from −1 to 1; of clusters the distance
    /// to the nearest centre.
    func score(_ values: UnsafeBufferPointer<Int64>) -> Double { form.score(values) }
}

extension Model.Form {
    var order: [String] {
        switch self {
        case .weights(let sum): sum.order
        case .curves(let sum): sum.bins.columns.map(\.name)
        case .network(let sum): sum.order
        case .factors(let form): [form.column]
        case .series(let model): model.columns
        case .clusters(let set): set.order
        }
    }

    /// What the cells of a column may hold; nil for a column that is not the model's.
    func cell(of column: String) -> Model.Cell? {
        switch self {
        case .weights(let sum): return sum.coding.cell(of: column)
        case .network(let sum): return sum.coding.cell(of: column)
        case .clusters(let set): return set.space.coding.cell(of: column)
        case .curves(let sum):
            switch sum.bins.columns.first(where: { $0.name == column })?.kind {
            case .number(let scale, let low, let high, _):
                return .number(scale: scale, bounds: low...high)
            case .choice(let categories): return .choice(categories)
            case nil: return nil
            }
        case .factors(let form): return column == form.column ? .choice(form.items) : nil
        case .series: return nil
        }
    }

    func score(_ values: UnsafeBufferPointer<Int64>) -> Double {
        switch self {
        case .weights(let sum): sum.score(values)
        case .curves(let sum): sum.score(values)
        case .network(let sum): sum.score(values)
        case .factors(let form): form.score(values)
        case .series: preconditionFailure("a forecast is of a series, not of a row: see forecasts")
        case .clusters(let set): set.nearest(values).distance
        }
    }

    /// One spelling for one meaning.
    var canonical: String {
        switch self {
        case .weights(let sum): sum.canonical
        case .curves(let sum): "curves \(sum.canonical)"
        case .network(let sum): "network \(sum.canonical)"
        case .factors(let form): "factors \(form.canonical)"
        case .series(let model): model.canonical
        case .clusters(let set): "clusters \(set.canonical)"
        }
    }
}

extension FeatureCoding {
    /// What the cells of a column may hold; nil for a column that is not among the features.
    fileprivate func cell(of column: String) -> Model.Cell? {
        if let choice = choices.first(where: { $0.name == column }) {
            return .choice(choice.categories)
        }
        return numbers.first { $0.name == column }.map {
            .number(scale: $0.scale, bounds: $0.low...$0.high)
        }
    }
}

/// What is wrong with a model's file, or with rows that it is to predict.
package struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and how to mend it.
    package let description: String

    init(_ description: String) { self.description = description }
}
