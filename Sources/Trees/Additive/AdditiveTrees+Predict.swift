// SPDX-License-Identifier: Apache-2.0

extension AdditiveTrees {
    /// What one feature adds to the output: all the model knows of it.
    public struct Shape: Hashable, Sendable {
        /// The bins: code c, from 1, holds what is above edge c - 2 and at most edge c - 1.
        public let bins: FeatureBins
        /// For each code what is added; of code 0 for what is missing. Its mean over the rows, as
        /// the noised counts have them, is 0.
        public let values: [Double]
        /// The mean size of what is added, over the same rows: how much the feature matters.
        public let importance: Double

        /// What is added for a value.
        public func value(of value: Double) -> Double { values[Int(bins.code(of: value))] }
    }

    /// The model as it explains itself: an output is the base and the value of every shape, added.
    public struct Explanation: Hashable, Sendable {
        /// The output of a row that is average in everything.
        public let base: Double
        /// One for each feature.
        public let shapes: [Shape]
    }

    /// The curve of each feature, moved so that its mean is 0, and the base that takes what was
    /// moved.
    ///
    /// - Cost: no privacy; all of it was released.
    public var explanation: Explanation {
        var base = start
        let shapes = plan.bins.indices.map { feature in
            let curve = curve(of: feature)
            // What is at or below the noise is taken for no rows.
            let rows = counts[feature].map { $0 > countNoise ? $0 : 0 }
            let all = max(rows.reduce(0, +), 1)
            let mean = zip(curve, rows).reduce(0) { $0 + $1.0 * $1.1 } / all
            base += mean
            let values = curve.map { $0 - mean }
            let size = zip(values, rows).reduce(0) { $0 + abs($1.0) * $1.1 } / all
            return Shape(bins: plan.bins[feature], values: values, importance: size)
        }
        return Explanation(base: base, shapes: shapes)
    }

    /// The outputs for rows: log-odds, or values. Cost: K look-ups a row.
    ///
    /// - Parameter columns: For each feature the values of all rows; NaN where one is missing.
    /// - Throws: ``TreesError`` where columns are of another number than features, or of different
    ///   lengths. No rows give no outputs.
    public func raw(of columns: [[Double]]) throws(TreesError) -> [Double] {
        guard columns.count == plan.bins.count else {
            throw .features(expected: plan.bins.count, got: columns.count)
        }
        let rows = columns.first?.count ?? 0
        for column in columns where column.count != rows {
            throw .rows(expected: rows, got: column.count)
        }
        var sums = [Double](repeating: start, count: rows)
        for (feature, column) in columns.enumerated() {
            let (bins, curve) = (plan.bins[feature], curve(of: feature))
            for row in sums.indices { sums[row] += curve[Int(bins.code(of: column[row]))] }
        }
        return sums
    }

    /// The predictions for rows: probabilities, or values; else as ``raw(of:)``.
    public func predictions(of columns: [[Double]]) throws(TreesError) -> [Double] {
        try raw(of: columns).map(plan.objective.prediction)
    }

    /// The mean of a curve over the last half of the steps; before them, as it is.
    private func curve(of feature: Int) -> [Double] {
        guard tailSteps > 0 else { return curves[feature] }
        return tail[feature].map { $0 / Double(tailSteps) }
    }
}
