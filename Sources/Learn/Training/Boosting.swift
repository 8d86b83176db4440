// SPDX-License-Identifier: Apache-2.0
internal import Study
internal import Trees

/// Additive trees in the making: first the rows in every bin of every column are counted, then the residuals in the
/// leaves of trees that were split by public dice move the curves, step by step (``Trees/AdditiveTrees``).
struct Boosting: Sendable {
    private let bins: ColumnBins
    /// How many units of ``Trees/AdditiveTrees/unit`` are one of the lattice.
    private let coarseness: Int64
    private var trees: AdditiveTrees

    /// - Parameter unit: lattice units in 1, a power of two.
    init(_ bins: ColumnBins, _ trees: AdditiveTrees, unit: Double) {
        (self.bins, self.trees) = (bins, trees)
        coarseness = TreeSums.coarseness(unit)
    }

    /// What the next round adds up.
    var sums: TrainingStep.Sums { .trees(TreeSums(bins, trees.round, coarseness: coarseness)) }

    /// Takes what a round let out.
    ///
    /// - Requires: as many numbers as the round has.
    mutating func take(_ block: NoisedBlock) {
        let most = Int64.max / coarseness
        let values = block.values.map { min(max($0, -most), most) * coarseness }
        do throws(TreesError) {
            trees = try trees.updated(
                with: values, noise: Double(block.sigma) * Double(coarseness))
        } catch { preconditionFailure("the answer of the round's plan: \(error)") }
    }

    /// What the rounds done so far give.
    var form: CurveSum { CurveSum(trees, bins: bins) }
}

/// What a round of trees adds up of each row.
struct TreeSums: Hashable, Sendable {
    let bins: ColumnBins
    let round: AdditiveTrees.Round
    let coarseness: Int64

    init(_ bins: ColumnBins, _ round: AdditiveTrees.Round, coarseness: Int64) {
        (self.bins, self.round, self.coarseness) = (bins, round, coarseness)
    }

    /// How many numbers there are.
    var width: Int { round.length }

    /// Units of trees in one of a lattice that has so many in 1, at most as many as trees have.
    static func coarseness(_ unit: Double) -> Int64 { AdditiveTrees.unit / Int64(unit) }

    /// Adds a row.
    ///
    /// - Parameter label: from 0 to 1.
    func add(
        _ values: UnsafeBufferPointer<Int64>, label: Double, _ codes: inout [UInt8],
        to sums: inout [Int64]
    ) {
        bins.read(values, to: &codes)
        round.add(codes: codes, label: label, to: &sums)
    }

    /// One spelling for one meaning.
    var canonical: String { "\(coarseness): \(bins.canonical): \(round.canonical)" }
}
