// SPDX-License-Identifier: Apache-2.0

/// A grown tree, in arrays by node: the form in which trees are exported.
///
/// Nodes and leaves are numbered apart, each from 0; node 0 is the root. A child of 0 or more is a
/// node, one below 0 the leaf `~child`. These are the fields of ONNX's TreeEnsemble with mode
/// BRANCH_LEQ: the left child is the true one. A tree has at least one node.
public struct DecisionTree: Hashable, Sendable {
    /// For each node, which feature it asks for.
    public let features: [Int32]
    /// For each node, in units of the data: at most this goes left. Infinite where only what is
    /// missing goes right.
    public let thresholds: [Double]
    /// For each node its left child.
    public let lefts: [Int32]
    /// For each node its right child.
    public let rights: [Int32]
    /// For each node, whether what is missing, NaN, goes left.
    public let missingLefts: [Bool]
    /// For each node, how much its split gained in the sums of training.
    public let gains: [Double]
    /// For each leaf, what it adds to the output.
    public let values: [Double]

    /// The leaf that a row ends in. Cost: some nanoseconds for each level.
    @inline(__always)
    func leaf(_ value: (_ feature: Int) -> Double) -> Int {
        var node = 0
        repeat {
            let asked = value(Int(features[node]))
            let isLeft = asked <= thresholds[node] || (asked != asked && missingLefts[node])
            node = Int(isLeft ? lefts[node] : rights[node])
        } while node >= 0
        return ~node
    }
}

/// A tree while it grows: leaf k is split into leaf k on the left and the next one on the right.
struct TreeBuilder {
    private var features: [Int32] = []
    private var thresholds: [Double] = []
    private var lefts: [Int32] = []
    private var rights: [Int32] = []
    private var missingLefts: [Bool] = []
    private var gains: [Double] = []
    /// For each leaf, the node above it; and whether it is on its left.
    private var above: [(node: Int, isLeft: Bool)] = []

    mutating func split(leaf: Int, by split: Split, of bins: FeatureBins) {
        let node = features.count
        let other = max(above.count, 1)
        if leaf < above.count {
            let (parent, isLeft) = above[leaf]
            if isLeft { lefts[parent] = Int32(node) } else { rights[parent] = Int32(node) }
            above[leaf] = (node, true)
        } else {
            above.append((node, true))
        }
        above.append((node, false))
        features.append(Int32(split.feature))
        let edge = Int(split.code) - 1
        thresholds.append(edge < bins.edges.count ? bins.edges[edge] : .infinity)
        lefts.append(~Int32(leaf))
        rights.append(~Int32(other))
        missingLefts.append(split.missingLeft)
        gains.append(split.gain)
    }

    func finish(values: [Double]) -> DecisionTree {
        DecisionTree(
            features: features, thresholds: thresholds, lefts: lefts, rights: rights,
            missingLefts: missingLefts, gains: gains, values: values)
    }
}
