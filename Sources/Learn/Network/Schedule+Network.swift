// SPDX-License-Identifier: Apache-2.0
internal import Privacy

extension Schedule {
    /// Rounds for a network: one of moments, which gets a tenth, then one slope for each step, all alike.
    ///
    /// The slopes of one person's rows are clipped together, over all weights, to the root of their number times what one
    /// row may move, as those of a logistic regression are.
    ///
    /// - Parameter measured: whether a part of the rows and of the privacy goes to measuring the model.
    init(
        _ goal: Goal, _ coding: FeatureCoding, units: Int, rows: Int, people: Int,
        spending whole: Rho, measured: Bool
    ) {
        let rho = measured ? whole.part(9, of: 10) : whole
        // Sums of many rows need no finer lattice than those of one, and noise has a widest.
        let unit = Double(
            sign: .plus, exponent: max(8, 20 - Schedule.log2(rows)), significand: 1)
        let (all, steady) = (Double(rows), Double(rows).squareRoot())
        let plan = NetworkPlan(
            units: units, features: coding.width, people: people, steady: steady,
            mu: rho.gaussianMu, isNumber: goal.isNumber)
        let numbers = coding.numbers.count + (goal.isNumber ? 1 : 0)
        let moments = Round(
            kind: .moments,
            radius: Schedule.radius(Moments.norm(numbers: numbers), of: all, unit: unit),
            spending: rho.part(1, of: 10))
        let slope = Round(
            kind: .slope, radius: Schedule.radius(plan.clip, of: steady, unit: unit),
            spending: rho.part(9, of: UInt64(10 * plan.steps)))
        self.init(
            rounds: [moments] + Array(repeating: slope, count: plan.steps)
                + Schedule.measuring(
                    goal, rows: rows, unit: unit, spending: whole, measured: measured),
            descent: .network(plan), unit: unit)
    }
}
