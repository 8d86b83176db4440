// SPDX-License-Identifier: Apache-2.0
internal import Trees

/// The form of a model made of trees: a score is a sum of one value for each column, found by the bin in which the row's
/// value lies.
struct CurveSum: Hashable, Sendable {
    /// The columns, and how each is cut.
    let bins: ColumnBins
    /// The score of a row that is average in everything.
    let base: Double
    /// For each column, each code, what is added to the score.
    let curves: [[Double]]
    /// How much each column matters: the mean size of what it adds, over the rows as their noised counts have them.
    let importances: [Double]

    init(bins: ColumnBins, base: Double, curves: [[Double]], importances: [Double]) {
        (self.bins, self.base, self.curves, self.importances) = (bins, base, curves, importances)
    }

    /// Takes what trees have learned, in the units of a score: log-odds, or −1 to 1 for what they know as 0 to 1.
    init(_ trees: AdditiveTrees, bins: ColumnBins) {
        let explanation = trees.explanation
        let isNumber = trees.plan.objective == .squaredError
        let unit = isNumber ? 2.0 : 1
        self.init(
            bins: bins, base: unit * explanation.base - (isNumber ? 1 : 0),
            curves: explanation.shapes.map { $0.values.map { unit * $0 } },
            importances: explanation.shapes.map { unit * $0.importance })
    }

    /// The score of a row: the same bits on every machine.
    func score(_ values: UnsafeBufferPointer<Int64>) -> Double {
        var sum = base
        for (place, column) in bins.columns.enumerated() {
            sum += curves[place][Int(column.code(of: values[place]))]
        }
        return sum
    }

    /// One spelling for one meaning.
    var canonical: String { "\(bins.canonical) \(base) \(curves)" }
}
