// SPDX-License-Identifier: Apache-2.0

/// Exact Shapley values of training records under a classifier by neighbours.
///
/// The value of a record is its share in how well the test records are predicted, so a set of records
/// that is split over many names is worth what it was worth under one: values of records add up.
///
/// Bits: the same with any number of threads and on every machine. With averaged ties and with the
/// threshold, also the same for each record in any order of the training records.
///
/// What is left of privacy: values tell whether a record is among the training records; publish them
/// rounded or noised only (Wang et al., NeurIPS 2023).
public struct NeighbourShapley: Sendable {
    /// The records that are valued.
    public let training: LabelledRows
    private let blocks: DistanceBlocks

    /// Lays out the training records for measuring.
    ///
    /// - Throws: ``ValueError/empty(_:)`` when there are none.
    /// - Cost: one pass, a copy of the numbers.
    public init(_ training: LabelledRows) throws(ValueError) {
        guard training.count > 0 else { throw .empty("training records") }
        self.training = training
        blocks = DistanceBlocks(training.features)
    }

    /// Values the training records by how test records are classified.
    ///
    /// - Parameters:
    ///   - test: Records that no contributor knows beforehand, at least 1.
    ///   - utility: What is measured; ``NeighbourUtility/threshold(radiusSquared:)`` for pay.
    ///   - groups: The owner of each training record, when values by owner are wanted too.
    ///   - threads: How many threads to use; the result does not depend on it.
    /// - Returns: Means and standard errors over test records, in the order of the training records.
    ///   Their means add up to U(D) - U(∅), to rounding.
    /// - Throws: ``ValueError`` for no test records, other columns or classes, or a bad setting.
    /// - Cost: for N training records of d numbers, per test record N·d products, and a sort in linear
    ///   time if the utility needs one: 0.02 s for 1,400 × 64 by 397, some 3 s for 100,000 × 32 by
    ///   1,000. Memory: twice the training records, and some 120 bytes · N per thread.
    public func values(
        on test: LabelledRows, of utility: NeighbourUtility, groups: Groups? = nil, threads: Int = 2
    ) throws(ValueError) -> Valuation {
        try utility.check()
        guard test.classes == training.classes else {
            throw .shape("classes", expected: training.classes, got: test.classes)
        }
        let scorer = NeighbourScorer(utility, training: training, test: test)
        return try TestPasses(blocks: blocks, groups: groups)
            .run(over: test.features, scorer, threads: threads)
    }
}

/// How records are scored by neighbours when a number is predicted instead of a class.
///
/// U(S) = (1/K) Σ max(0, 1 - |yᵢ - y| / scale) over the min(K, |S|) nearest, U(∅) = 0: additive in the
/// records, so the recursion of Jia et al. is exact and their quadratic regression (theorem 6) is not
/// needed. Ties are averaged; bits are as those of ``NeighbourShapley``.
public struct RegressionShapley: Sendable {
    /// The records that are valued.
    public let training: TargetRows
    private let blocks: DistanceBlocks

    /// Lays out the training records for measuring.
    ///
    /// - Throws: ``ValueError/empty(_:)`` when there are none.
    public init(_ training: TargetRows) throws(ValueError) {
        guard training.features.count > 0 else { throw .empty("training records") }
        self.training = training
        blocks = DistanceBlocks(training.features)
    }

    /// Values the training records by how the targets of test records are met.
    ///
    /// - Parameters:
    ///   - k: How many neighbours predict, at least 1.
    ///   - scale: The error from which on a neighbour is worth nothing, above 0.
    /// - Throws: ``ValueError`` for no test records, other columns, or a bad setting.
    /// - Cost: as of a sorted utility of ``NeighbourShapley``.
    public func values(
        on test: TargetRows, k: Int, scale: Double, groups: Groups? = nil, threads: Int = 2
    ) throws(ValueError) -> Valuation {
        guard k >= 1 else { throw .setting("K = \(k); at least 1 neighbour wanted") }
        guard scale > 0, scale.isFinite else {
            throw .setting("a scale of errors that is finite and above 0 wanted")
        }
        let rule = NeighbourRule.additive(
            rows: training.features.count, k: k, averagesTies: true)
        let scorer = RegressionScorer(
            rule: rule, targets: training.targets, wanted: test.targets, scale: scale)
        return try TestPasses(blocks: blocks, groups: groups)
            .run(over: test.features, scorer, threads: threads)
    }
}
