// SPDX-License-Identifier: Apache-2.0

/// Grows boosted trees, without privacy: the settings, which are those LightGBM starts from.
///
/// Histogram boosting with trees that grow at the leaf of the highest gain (Friedman 2001; Ke et
/// al., "LightGBM", NeurIPS 2017). For each round every row has a gradient g and a curvature h of
/// the loss; a leaf with sums G and H moves by -learningRate · G / (H + λ), and a split gains
/// G₁²/(H₁+λ) + G₂²/(H₂+λ) - G²/(H+λ). Gradients are rounded to 2^-36 of the largest once; from
/// there on all sums are whole numbers. Thus the model is the same, bit for bit, for any number of
/// threads and any cut of the work, and on any machine.
public struct GradientBoosting: Hashable, Sendable {
    /// What the trees are to come near to.
    public var objective: Objective
    /// The most trees, at least 0. Fewer grow where no split is left that gains.
    public var trees = 100
    /// The most leaves of a tree, 2...65536.
    public var leaves = 31
    /// How much of its best step a leaf moves: above 0, at most 1.
    public var learningRate = 0.1
    /// The least rows of a leaf, at least 1.
    public var leastRows = 20
    /// The least sum of curvatures of a leaf, at least 0.
    public var leastCurvature = 1e-3
    /// λ: what is added to the curvature of a leaf: 0, or at least 10^-30, so that nothing
    /// overflows.
    public var penalty = 0.0
    /// What a split must gain more than, at least 0. Of the score of its leaf it must gain 2^-40
    /// in any case, which rounding does not.
    public var leastGain = 0.0

    /// Takes the objective; all else is as LightGBM has it.
    public init(_ objective: Objective) { self.objective = objective }

    /// How the work is cut: for speed alone, the model does not depend on it.
    public struct Schedule: Hashable, Sendable {
        /// How many threads run at once, at least 1.
        public var threads: Int
        /// How many rows are added up in one piece, at least 1.
        public var rowsPerChunk: Int

        /// Smaller sums than of so many rows stay on one thread: to wake another takes longer.
        public var leastRowsToShare: Int

        /// One thread, rows in one piece, unless others are named.
        public init(
            threads: Int = 1, rowsPerChunk: Int = .max, leastRowsToShare: Int = 8_192
        ) {
            self.threads = threads
            self.rowsPerChunk = rowsPerChunk
            self.leastRowsToShare = leastRowsToShare
        }

        /// How many threads work on so many rows.
        func threads(for rows: Int) -> Int { rows >= leastRowsToShare ? threads : 1 }
    }

    /// Grows a model.
    ///
    /// - Parameters:
    ///   - columns: The rows, at most 2^23.
    ///   - labels: One for each row: 0 or 1, or numbers below 2^400 in size.
    /// - Cost: for 100,000 rows of 20 features, 100 trees of 31 leaves, about a second of one
    ///   processor. For the while 1 byte a value, 48 a row, and 16 for each code of each feature
    ///   for every leaf that can still be split.
    /// - Throws: ``TreesError`` before work begins.
    public func fit(
        _ columns: BinnedColumns, labels: [Double], schedule: Schedule = Schedule()
    ) throws(TreesError) -> BoostedTrees {
        try check()
        guard schedule.threads >= 1, schedule.rowsPerChunk >= 1 else {
            throw .setting(.schedule)
        }
        try objective.check(labels, rows: columns.rows)
        let start = objective.start(labels)
        var scores = [Double](repeating: start, count: columns.rows)
        var grower = TreeGrower(columns, settings: self, schedule: schedule)
        var grown: [DecisionTree] = []
        while grown.count < trees {
            let tree = grower.grow(objective, labels: labels, scores: &scores)
            guard let tree else { break }
            grown.append(tree)
        }
        return BoostedTrees(
            objective: objective, start: start, trees: grown, bins: columns.features)
    }

    private func check() throws(TreesError) {
        guard trees >= 0 else { throw .setting(.rounds) }
        guard (2...65_536).contains(leaves) else { throw .setting(.leaves) }
        guard learningRate > 0, learningRate <= 1 else { throw .setting(.learningRate) }
        guard leastRows >= 1 else { throw .setting(.leastRows) }
        guard penalty == 0 || penalty >= 1e-30 else { throw .setting(.penalty) }
        let penalties = [penalty, leastCurvature, leastGain]
        guard penalties.allSatisfy({ $0 >= 0 && $0.isFinite }) else { throw .setting(.penalty) }
    }
}
