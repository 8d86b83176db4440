// SPDX-License-Identifier: Apache-2.0
internal import Privacy

extension Schedule {
    /// Rounds for a stream: one of moments, with a tenth of the privacy, or where it goes on one that counts rows, with a
    /// twentieth; then a sum for each step of the tree, all alike.
    ///
    /// Nobody is in more of those sums than the first part is, and that is what everybody is charged for: the sums
    /// share what is left among so many.
    ///
    /// - Parameter measured: whether a part of the rows and of the privacy goes to measuring the model.
    init(
        _ goal: Goal, _ coding: FeatureCoding, from start: (form: WeightedSum, people: Int)?,
        rows: Int, people: Int, spending whole: Rho, measured: Bool
    ) {
        let rho = measured ? whole.part(9, of: 10) : whole
        // Sums of many rows need no finer lattice than those of one, and noise has a widest.
        let unit = Double(
            sign: .plus, exponent: max(8, 20 - Schedule.log2(rows)), significand: 1)
        let (all, slopes) = (Double(rows), Double(rows).squareRoot())
        let plan = StreamPlan(
            clarity: Double(people) * rho.gaussianMu * slopes / Double(coding.width).squareRoot(),
            start: start?.form,
            part: start.map { Double(people) / Double(people + $0.people) } ?? 1)
        let numbers = start == nil ? coding.numbers.count : 0
        let first: UInt64 = start == nil ? 10 : 5
        let moments = Round(
            kind: .moments,
            radius: Schedule.radius(Moments.norm(numbers: numbers), of: all, unit: unit),
            spending: rho.part(first, of: 100))
        let each = rho.part(100 - first, of: UInt64(100 * plan.tree.mostReleases))
        let radius = Schedule.radius(plan.clip, of: slopes, unit: unit)
        self.init(
            rounds: [moments]
                + (1...plan.tree.parts).map {
                    Round(kind: .part($0), radius: radius, spending: each)
                }
                + Schedule.measuring(
                    goal, rows: rows, unit: unit, spending: whole, measured: measured),
            descent: .stream(plan), unit: unit)
    }

    /// How a stream is learned; nil of others.
    var stream: StreamPlan? { if case .stream(let plan) = descent { plan } else { nil } }

    /// Whether whoever pays most pays for a round: for a stream's sums whoever is in the first part, for others everybody.
    func isCharged(_ round: Round) -> Bool {
        guard case .part(let step) = round.kind, let stream else { return true }
        return stream.tree.node(at: step).contains(1)
    }
}
