// SPDX-License-Identifier: Apache-2.0

extension BoostedTrees {
    /// The output for one row: log-odds, or the value; NaN in the row is a missing value.
    ///
    /// - Cost: some nanoseconds for each level of each tree.
    /// - Throws: ``TreesError/features(expected:got:)``.
    public func raw(_ row: [Double]) throws(TreesError) -> Double {
        guard row.count == features else {
            throw .features(expected: features, got: row.count)
        }
        let row = zip(row, categories).map { BoostedTrees.known($0, categories: $1) }
        return trees.reduce(start) { sum, tree in sum + tree.values[tree.leaf { row[$0] }] }
    }

    /// The prediction for one row: a probability, or the value.
    ///
    /// - Throws: ``TreesError/features(expected:got:)``.
    public func prediction(_ row: [Double]) throws(TreesError) -> Double {
        objective.prediction(try raw(row))
    }

    /// The outputs for many rows, the same bits as ``raw(_:)`` for each.
    ///
    /// - Parameters:
    ///   - columns: For each feature the values of all rows; NaN where one is missing.
    ///   - threads: How many run at once; below 1 is 1.
    /// - Throws: ``TreesError`` where columns are of another number than features, or of different
    ///   lengths. No rows give no outputs.
    public func raw(of columns: [[Double]], threads: Int = 1) throws(TreesError) -> [Double] {
        guard columns.count == features else {
            throw .features(expected: features, got: columns.count)
        }
        let rows = columns.first?.count ?? 0
        for column in columns where column.count != rows {
            throw .rows(expected: rows, got: column.count)
        }
        // Rows in blocks, side by side, stay in the nearest memory while all trees pass.
        let block = 256
        let parts = concurrently((rows + block - 1) / block, threads: threads) { place in
            outputs(columns, rows: place * block..<min((place + 1) * block, rows))
        }
        return Array(parts.joined())
    }

    /// The predictions for many rows; else as ``raw(of:threads:)``.
    public func predictions(
        of columns: [[Double]], threads: Int = 1
    ) throws(TreesError) -> [Double] {
        try raw(of: columns, threads: threads).map(objective.prediction)
    }

    private func outputs(_ columns: [[Double]], rows: Range<Int>) -> [Double] {
        let features = features
        var block = [Double](repeating: 0, count: rows.count * features)
        for (feature, column) in columns.enumerated() {
            for (place, row) in rows.enumerated() {
                block[place * features + feature] = BoostedTrees.known(
                    column[row], categories: categories[feature])
            }
        }
        var sums = [Double](repeating: start, count: rows.count)
        block.withUnsafeBufferPointer { block in
            for tree in trees {
                for place in sums.indices {
                    let first = place &* features
                    sums[place] += tree.values[tree.leaf { block[first &+ $0] }]
                }
            }
        }
        return sums
    }

    /// The value, or NaN for one that is none of the categories.
    @inline(__always)
    private static func known(_ value: Double, categories: Int) -> Double {
        guard categories > 0 else { return value }
        let isCategory =
            value >= 0 && value < Double(categories) && value == value.rounded(.down)
        return isCategory ? value : .nan
    }
}
