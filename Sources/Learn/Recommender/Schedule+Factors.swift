// SPDX-License-Identifier: Apache-2.0
internal import Privacy

extension Schedule {
    /// Rounds for a recommender: one of the middle, one of the items' biases, then those of their factors; of the biases
    /// all where there are too few people for factors.
    ///
    /// - Parameter measured: whether a part of the rows and of the privacy goes to measuring the model.
    init(
        _ goal: Goal, items: Int, factors: Int, rows: Int, people: Int, spending whole: Rho,
        measured: Bool
    ) {
        let rho = measured ? whole.part(9, of: 10) : whole
        // As for a regression: the largest radius, that of measuring, times the most people stays below 2^62.
        let unit = Double(
            sign: .plus, exponent: max(8, 20 - max(0, Schedule.log2(rows) - 8)), significand: 1)
        let plan = FactorPlan(
            items: items, factors: factors, rows: rows, people: people, mu: rho.gaussianMu)
        func round(_ kind: Kind, _ norm: Double, _ spending: Rho) -> Round {
            Round(
                kind: kind, radius: Schedule.radius(norm, of: 1, unit: unit), spending: spending)
        }
        let isPlain = plan.rounds == 0
        let each = isPlain ? Rho.zero : rho.part(78, of: UInt64(100 * plan.rounds))
        self.init(
            rounds: [
                round(.middle, FactorPlan.middleRadius, rho.part(isPlain ? 5 : 2, of: 100)),
                round(.biases, FactorPlan.biasRadius, rho.part(isPlain ? 95 : 20, of: 100)),
            ]
                + Array(
                    repeating: round(.factors(plan.factors), FactorPlan.factorRadius, each),
                    count: plan.rounds)
                + Schedule.measuring(
                    goal, rows: rows, unit: unit, spending: whole, measured: measured),
            descent: .factors(plan), unit: unit)
    }
}
