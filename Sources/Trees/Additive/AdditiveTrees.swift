// SPDX-License-Identifier: Apache-2.0

/// A model that is a sum of one curve for each feature, learnt from noised sums over people.
///
/// The additive form of boosted trees, after Nori, Caruana, Bu, Shen, Kulkarni, "Accuracy,
/// Interpretability, and Differential Privacy via Explainable Boosting" (ICML 2021). The value is
/// the public state; each of ``releases`` rounds is
///
/// 1. ``contribution(of:rows:labels:)``: a function of the state and one person's rows alone, whole
///    numbers in lattice units;
/// 2. outside: each person's vector is clipped to an L2 norm, they are added, Gaussian noise is
///   added;
/// 3. ``updated(with:noise:)``: the next state, a function of this one and the noised sums.
///
/// Release 0 counts the rows in every bin of every feature, and adds the labels. Each later one
/// gives, for every feature that moves, the residuals in each leaf of a tree that was split at
/// random, so splits cost nothing. A leaf moves by its noised sum over its noised count; no
/// number of the data but the noised ones is ever divided by. All features of an epoch move at
/// once, with a part of their last move made again, and the model is the mean over the last half
/// of the steps: so an epoch is one round over the people and not one for every feature, for the
/// same noise and no loss.
///
/// Budget: with noise σ₀ on counts and σ on the E steps, one row a person, clipped at
/// ``Plan/clip`` R, K features: μ² = (K + 1)/σ₀² + E·K·R²/σ², exactly (Gaussian privacy), in
/// units of one. A tenth of μ² is right for the counts.
public struct AdditiveTrees: Hashable, Sendable {
    /// What was fixed before.
    public let plan: Plan
    /// How many releases went into the state; the number of the next one.
    public internal(set) var released = 0
    /// The output before any curve: log-odds, or the value.
    public internal(set) var start = 0.0
    /// The noised number of rows, at least 1; 1 before the counts.
    public internal(set) var people = 1.0
    /// For each feature, each code, the noised number of rows. May be negative.
    var counts: [[Double]]
    /// The width of the noise of one count.
    var countNoise = 0.0
    /// For each feature, each code, what is added to the output now.
    var curves: [[Double]]
    /// For each feature, each code, its last move.
    var moves: [[Double]]
    /// The curves of the last half of the steps, added up, and of how many.
    var tail: [[Double]]
    var tailSteps = 0
    /// The features that the next step moves, and for each of them the leaf of each code.
    var moving: [Int] = []
    var trees: [[UInt8]] = []

    /// A model that nothing was released to.
    ///
    /// - Throws: ``TreesError`` where the plan has no feature or a setting out of its range.
    public init(_ plan: Plan) throws(TreesError) {
        try plan.check()
        self.plan = plan
        counts = plan.bins.map { [Double](repeating: 0, count: $0.codes) }
        (curves, moves, tail) = (counts, counts, counts)
    }

    /// How many lattice units are one.
    ///
    /// A residual is rounded toward zero to them, so a row stays within its bound exactly.
    public static let unit: Int64 = 1 << 20

    /// How many releases there are: one of counts, and then E for every batch of features.
    public var releases: Int { 1 + plan.epochs * plan.batches }

    /// Whether all releases were had.
    public var isFinished: Bool { released == releases }

    /// How many numbers the next release has; 0 where there is none.
    ///
    /// Counts: for each feature each code, then the sum of 2·label - 1. Steps: for each moving
    /// feature each leaf.
    public var releaseLength: Int {
        if released == 0 { return plan.bins.reduce(1) { $0 + $1.codes } }
        return isFinished ? 0 : moving.count * plan.leaves
    }

    /// The squared L2 norm, in lattice units, that what a person with so many rows gives for a
    /// release does not exceed.
    ///
    /// A row counts in one bin, and later in one leaf, of each feature: r²·(K + 1) units² for the
    /// counts and the sum of labels of r rows, r²·R²·m for the leaf sums of a step of m features.
    ///
    /// - Parameters:
    ///   - release: 0 for the counts, 1 and on for the steps.
    ///   - rows: How many rows a person has, below 2^32.
    public func largestNormSquared(release: Int, rows: Int = 1) -> UInt128 {
        let largest = release == 0 ? AdditiveTrees.unit : plan.clipUnits
        let one = UInt128(largest.magnitude) * UInt128(max(rows, 0))
        return one * one * UInt128(release == 0 ? plan.bins.count + 1 : plan.batch)
    }
}
