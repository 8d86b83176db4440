// SPDX-License-Identifier: Apache-2.0

/// How a recommender is learned: from the published items, the number of people and the privacy alone.
struct FactorPlan: Hashable, Sendable {
    /// How many items there are.
    let items: Int
    /// How many factors an item has; none where people are too few for any.
    let factors: Int
    /// How often the factors are solved.
    let rounds: Int

    /// The most items: each round adds noise to a number for each item and factor.
    static let mostItems = 10_000
    /// The factors of an item where the buyer does not say.
    static let usualFactors = 4
    /// How often the factors are solved where they are.
    static let usualRounds = 4
    /// How far ratings have to stand out from the noise for factors to be worth what they take from the biases.
    private static let clear = 40.0

    /// - Parameters:
    ///   - rows: how many ratings of one person count at most.
    ///   - mu: the μ of the one Gaussian that costs as much as all rounds.
    init(items: Int, factors: Int, rows: Int, people: Int, mu: Double) {
        // A row of n ratings tells √n as much as one, spread over all items. Most people give far fewer rows than count:
        // a quarter is taken for the usual.
        let usual = max(Double(min(rows, items)) / 4, 1)
        let clarity = Double(people) * mu * usual.squareRoot() / Double(items)
        let isClear = clarity >= FactorPlan.clear
        (self.items, self.factors) = (items, isClear ? factors : 0)
        rounds = isClear ? FactorPlan.usualRounds : 0
    }

    /// What one rating counts for the number of an item's ratings, in parts of what it counts for their sum: a number
    /// that needs less.
    static let countWeight = 0.3
    /// The radius of the number of people and of their means: what one gives at most.
    static let middleRadius = 2.0.squareRoot()
    /// The radius of numbers and residuals by item. One person's, each divided by the root of their number, have a norm
    /// of √(0.09 + the mean of squared residuals): a rating's usual distance is 0.4.
    static let biasRadius = 0.6
    /// The radius of the products with her factors, whose norm is the root of the mean of squared residuals.
    static let factorRadius = 0.5

    /// What draws a person's offset and factors to zero.
    static let ridge = ItemFactors.Ridge(offset: 5, factor: 0.3)
    /// What is left of a rating that nothing explains, squared; and how far biases and factors spread, squared. Of
    /// numbers from −1 to 1, as they are in sets of ratings that are public.
    static let left = 0.14
    static let spread = 0.0225
    /// How large the factors are with which the first round begins.
    static let first = 0.3
}
