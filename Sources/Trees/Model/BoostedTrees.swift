// SPDX-License-Identifier: Apache-2.0

/// A model of boosted trees: its output is a start and one leaf of every tree, added in this order.
///
/// A value that stands for itself: it holds thresholds in units of the data and needs no bins. All
/// that an export takes is here: ``start``, ``trees`` with their arrays, ``categories``.
public struct BoostedTrees: Hashable, Sendable {
    /// What the output means.
    public let objective: Objective
    /// What the output is before the first tree.
    public let start: Double
    /// The trees, in the order they are added.
    public let trees: [DecisionTree]
    /// For each feature how many categories it has, 0 for numbers. A value that is no category
    /// counts as missing.
    public let categories: [Int]

    /// How many values a row has.
    public var features: Int { categories.count }

    init(objective: Objective, start: Double, trees: [DecisionTree], bins: [FeatureBins]) {
        self.objective = objective
        self.start = start
        self.trees = trees
        categories = bins.map { $0.isCategorical ? $0.codes - 1 : 0 }
    }

    /// For each feature, what all its splits gained in training together.
    public var gains: [Double] {
        var gains = [Double](repeating: 0, count: features)
        for tree in trees {
            for (feature, gain) in zip(tree.features, tree.gains) { gains[Int(feature)] += gain }
        }
        return gains
    }
}
