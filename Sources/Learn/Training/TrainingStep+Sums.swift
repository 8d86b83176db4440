// SPDX-License-Identifier: Apache-2.0

extension TrainingStep.Sums {
    /// The features that rows are read as; none where trees or clusters are learned.
    var coding: FeatureCoding {
        switch self {
        case .moments(let coding), .products(let coding, _): coding
        case .slope(let form), .curvature(let form), .quality(.weights(let form)): form.coding
        case .network(let network): network.coding
        case .stream(let stream): stream.coding
        case .trees, .ratings, .series, .clusters, .quality(.curves), .quality(.network),
            .quality(.factors), .quality(.series), .quality(.clusters):
            FeatureCoding(numbers: [], choices: [])
        }
    }

    /// What is wanted of each contributor's series; nil where rows count each by itself.
    var ofSeries: SeriesSums? {
        switch self {
        case .series(let series): series
        case .quality(.series(let model)):
            SeriesSums(model.coding, .errors(weights: model))
        default: nil
        }
    }

    var canonical: String {
        switch self {
        case .moments: "moments about the middle"
        case .products(_, let standard): "products \(standard.canonical)"
        case .slope(let form): "slope \(form.canonical)"
        case .curvature(let form): "curvature \(form.canonical)"
        case .trees(let trees): "trees \(trees.canonical)"
        case .network(let network): "network \(network.canonical)"
        case .stream(let stream): "stream \(stream.canonical)"
        case .ratings(let ratings): "ratings \(ratings.canonical)"
        case .series(let series): series.canonical
        case .clusters(let clusters): "clusters \(clusters.canonical)"
        case .quality(let form): "quality \(form.canonical)"
        }
    }
}
