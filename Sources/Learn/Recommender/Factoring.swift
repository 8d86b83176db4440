// SPDX-License-Identifier: Apache-2.0

/// A recommender in the making: the middle, then the items' biases, then their factors again and again.
///
/// It alternates as private least squares do (Chien, Jain, Krichene, Rendle, Song, Thakurta, Zhang, *Private
/// Alternating Least Squares*, ICML 2021): people solve their own factors locally, items' factors follow from noised
/// sums. Of those sums only the products with ratings are asked. The products of a person's factors with each other
/// are left out: only the direction of her factors counts, and over an item's people directions point every way
/// alike, so that their products come to the number of its ratings, which is known since the biases.
struct Factoring: Hashable, Sendable {
    private let plan: FactorPlan
    private var form: ItemFactors
    /// How many people there are, about.
    private var people = 1.0
    /// How many ratings each item has, each as one over the root of its person's; never less than noise leaves open.
    private var counts: [Double]
    /// How much of a rating counts, on average.
    private var weight = 1.0

    init(_ plan: FactorPlan, column: String, rating: String, items: [String]) {
        self.plan = plan
        let zeros = [Double](repeating: 0, count: plan.items)
        counts = zeros
        form = ItemFactors(
            column: column, rating: rating, items: items, middle: 0, biases: zeros,
            factors: Factoring.first(plan), width: plan.factors, ridge: FactorPlan.ridge)
    }

    /// Where the factors begin: by public dice.
    private static func first(_ plan: FactorPlan) -> [Double] {
        (0..<plan.items * plan.factors).map { place in
            var hash = RowHash()
            hash.add(UInt64(place))
            hash.add(0)
            return hash.value >> 40 & 1 == 1 ? FactorPlan.first : -FactorPlan.first
        }
    }

    /// What the next round adds up.
    ///
    /// - Requires: a kind of round that a recommender has.
    func sums(for kind: Schedule.Kind) -> TrainingStep.Sums {
        switch kind {
        case .middle: .ratings(RatingSums(kind: .middle, form: form))
        case .biases: .ratings(RatingSums(kind: .biases, form: form))
        default: .ratings(RatingSums(kind: .factors, form: form))
        }
    }

    /// Takes what a round let out, in units of one.
    mutating func take(_ values: [Double], sigma: Double, of kind: Schedule.Kind) {
        switch kind {
        case .middle:
            people = max(values[0], 1)
            form = form.with(middle: min(max(values[1] / people, -1), 1))
        case .biases: takeBiases(values, sigma)
        default: takeFactors(values, sigma)
        }
    }

    private mutating func takeBiases(_ values: [Double], _ sigma: Double) {
        let noise = sigma / FactorPlan.countWeight
        counts = values[..<plan.items].map {
            max($0 / FactorPlan.countWeight, noise / 2, 1e-6)
        }
        weight = 1 / max(counts.reduce(0, +) / people, 1)
        let residuals = values[plan.items...]
        form = form.with(
            biases: zip(counts, residuals).map { count, residual in
                residual / shrunk(count, noise: sigma)
            })
    }

    private mutating func takeFactors(_ values: [Double], _ sigma: Double) {
        // Of directions, whose squares are one together, each component's square is one part in so many.
        let root = Double(plan.factors).squareRoot()
        form = form.with(
            factors: values.enumerated().map { place, value in
                root * value / shrunk(counts[place / plan.factors], noise: root * sigma)
            })
    }

    /// What a sum over so many ratings is divided by: their number, and a ridge for the noise and for what
    /// ratings leave unexplained, so that the result is the likeliest for a spread that is known.
    private func shrunk(_ count: Double, noise: Double) -> Double {
        let blur = noise * noise + FactorPlan.left * count * weight
        return count + blur / (FactorPlan.spread * count)
    }

    /// What the rounds done so far give.
    var learned: ItemFactors { form }
}

extension ItemFactors {
    fileprivate func with(
        middle: Double? = nil, biases: [Double]? = nil, factors: [Double]? = nil
    ) -> ItemFactors {
        ItemFactors(
            column: column, rating: rating, items: items, middle: middle ?? self.middle,
            biases: biases ?? self.biases, factors: factors ?? self.factors, width: width,
            ridge: ridge)
    }
}
