// SPDX-License-Identifier: Apache-2.0

/// How a network is learned: how many steps there are, how far one row moves each, how long a step is. Fixed before
/// anything is read, by the schema, the number of people and the privacy alone.
struct NetworkPlan: Hashable, Sendable {
    /// How many hidden units there are.
    let units: Int
    /// How many slopes are asked.
    let steps: Int
    /// What one row may move the sum of slopes by.
    let clip: Double
    /// How far a step goes along the mean slope.
    let rate: Double
    /// What part of each weight a step takes off it.
    let decay: Double
    /// Whether noise leaves hardly more than the direction of the first steps.
    let isThin: Bool

    /// - Parameters:
    ///   - features: how many there are, with the constant.
    ///   - people: how many there are at least.
    ///   - steady: what the slopes of one person's rows come to, in rows.
    ///   - mu: of all steps together.
    init(
        units: Int, features: Int, people: Int, steady: Double, mu: Double, isNumber: Bool
    ) {
        self.units = units
        // How far the slope of all stands out from the noise, were it one step: the less, the fewer steps there are, and the
        // more a few long slopes cost.
        let weights = Double((features + 1) * units + 1)
        let clarity = Double(people) * mu * steady / weights.squareRoot()
        isThin = clarity < NetworkPlan.thin
        // Squares bend by 1 where the logistic loss bends by a quarter at most, and misses that are in deviations are
        // seldom as short as a chance's: steps are shorter, and less is cut.
        if isThin {
            (steps, clip, rate, decay) = (20, 0.25, isNumber ? 1.5 : 12, 1e-3)
        } else if clarity < 60 {
            (steps, clip, rate, decay) = (40, isNumber ? 1 : 0.5, isNumber ? 1.5 : 8, 1e-3)
        } else {
            (steps, clip, rate, decay) = (80, 1, isNumber ? 1.5 : 12, 1e-4)
        }
    }

    private static let thin = 20.0

    /// What a unit counts in the score, so that the first slopes along the units' own weights are as long, whatever
    /// their number, as those along the weights in them.
    var scale: Double { 2 / Double(units).squareRoot() }
}
