// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Trees

extension Schedule {
    /// Rounds for additive trees: one of counts, which gets a tenth, then one for each step. How many steps, how many
    /// leaves and how long a step is, follows from people and privacy (``Trees/AdditiveTrees/Plan``).
    ///
    /// The radius of the counts is what r rows give at most, r·√(columns + 1). In a step a row gives its residual, no
    /// more than R of it, to one leaf for each column, and the radius is R·√columns·√r: the residuals of one person's
    /// rows point both ways and fall into many leaves, and add up by the root of their number. Rows that are alike
    /// give more, and are clipped.
    ///
    /// - Parameter measured: whether a part of the rows and of the privacy goes to measuring the model.
    /// - Throws: ``Trees/TreesError`` for bins that trees do not take.
    init(
        _ goal: Goal, _ bins: ColumnBins, rows: Int, people: Int, spending whole: Rho,
        measured: Bool
    ) throws(TreesError) {
        let rho = measured ? whole.part(9, of: 10) : whole
        // Sums of many rows need no finer lattice than those of one, and noise has a widest.
        let unit = Double(
            sign: .plus, exponent: max(8, 20 - Schedule.log2(rows)), significand: 1)
        let (all, steady) = (Double(rows), Double(rows).squareRoot())
        let trees = try AdditiveTrees(
            AdditiveTrees.Plan(
                goal.isNumber ? .squaredError : .logLoss, bins: try bins.features, people: people,
                mu: rho.gaussianMu * steady))
        func radius(_ release: Int, of rows: Double) -> UInt64 {
            let norm = Double(trees.largestNormSquared(release: release)).squareRoot()
            return Schedule.radius(norm / Double(AdditiveTrees.unit), of: rows, unit: unit)
        }
        let steps = trees.releases - 1
        let step = Round(
            kind: .leaves, radius: radius(1, of: steady),
            spending: rho.part(9, of: UInt64(10 * steps)))
        self.init(
            rounds: [
                Round(kind: .counts, radius: radius(0, of: all), spending: rho.part(1, of: 10))
            ]
                + Array(repeating: step, count: steps)
                + Schedule.measuring(
                    goal, rows: rows, unit: unit, spending: whole, measured: measured),
            descent: .trees(trees), unit: unit)
    }
}
