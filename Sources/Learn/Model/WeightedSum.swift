// SPDX-License-Identifier: Apache-2.0

/// The form of a logistic or linear model: a score is the sum of a row's features, each times its weight.
struct WeightedSum: Hashable, Sendable {
    /// How a row becomes features.
    let coding: FeatureCoding
    /// Where the middle of each number lies, and how far its values spread.
    let standard: Standard
    /// One for each feature.
    let weights: [Double]

    /// The score of a row.
    func score(_ values: UnsafeBufferPointer<Int64>) -> Double {
        var row = FeatureRow(coding)
        row.read(values, coding, standard)
        return row.dot(weights)
    }

    /// The names of the columns of a row, in their order.
    var order: [String] { coding.order }

    /// One spelling for one meaning, given the columns.
    var canonical: String { "\(standard.canonical) \(weights)" }
}

extension Standard {
    /// One spelling for one meaning.
    var canonical: String { "\(means) \(deviations) \(norm)" }
}
