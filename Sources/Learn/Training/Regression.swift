// SPDX-License-Identifier: Apache-2.0

/// A logistic or linear regression in the making.
///
/// Logistic regression goes down the loss by noised slopes. Where there are enough people, the products of
/// the features are asked once: a quarter of them bounds the curvature of the loss everywhere (Böhning,
/// Lindsay 1988), so that each step goes as far in every direction as it safely can. The result is the mean
/// of the later half of the steps, in which much of the noise cancels. Linear regression needs the products
/// and nothing more.
struct Regression: Sendable {
    private let coding: FeatureCoding
    private let goal: Goal
    private let schedule: Schedule
    private var standard: Standard
    /// How many rows there are, about.
    private var count: Double
    /// What a slope is turned by.
    private var bound: SymmetricMatrix?
    private var weights: [Double]
    private var speed: [Double]
    private var sum: [Double]
    /// How many slopes were had.
    private var slopes = 0

    init(_ coding: FeatureCoding, _ goal: Goal, _ schedule: Schedule, people: Int) {
        (self.coding, self.goal, self.schedule) = (coding, goal, schedule)
        let zeros = [Double](repeating: 0, count: coding.width)
        (weights, speed, sum) = (zeros, zeros, zeros)
        standard = Standard(numbers: coding.numbers.count)
        count = Double(people)
    }

    /// What the next round adds up.
    ///
    /// - Requires: a kind of round that a regression has.
    func sums(for kind: Schedule.Kind) -> TrainingStep.Sums {
        switch kind {
        case .moments: .moments(coding)
        case .products: .products(coding, standard)
        default: .slope(WeightedSum(coding: coding, standard: standard, weights: weights))
        }
    }

    /// Takes what a round let out, in units of one.
    mutating func take(_ values: [Double], sigma: Double, of kind: Schedule.Kind) {
        switch kind {
        case .moments: takeMoments(Moments(values, sigma: sigma))
        case .products: takeProducts(values, sigma)
        default: takeSlope(values)
        }
    }

    private mutating func takeMoments(_ moments: Moments) {
        count = moments.count
        standard = Standard(
            means: moments.means, deviations: moments.deviations,
            norm: schedule.plain?.norm ?? 1)
    }

    private mutating func takeProducts(_ values: [Double], _ sigma: Double) {
        let width = coding.width
        let triangle = SymmetricMatrix.triangle(of: width)
        let products = SymmetricMatrix(size: width, triangle: values[..<triangle])
        // The norm of the noise, about: a matrix whose elements off the diagonal deviate by σ/√2.
        let noise = sigma * (2 * Double(width)).squareRoot()
        // Each person's products are rounded to the lattice: what lies below is no direction either.
        let rounding = count / schedule.unit
        guard goal.isNumber else {
            bound = products.inverse(ridge: max(noise, rounding))
            return
        }
        let inverse = products.inverse(ridge: max(noise / 2, rounding))
        weights = inverse.times(Array(values[triangle...]))
    }

    private mutating func takeSlope(_ slope: [Double]) {
        if let bound {
            let step = bound.times(slope)
            for place in weights.indices { weights[place] -= 4 * step[place] }
        } else if let plain = schedule.plain {
            for place in weights.indices {
                speed[place] =
                    plain.momentum * speed[place] + slope[place] / count + 1e-3 * weights[place]
                weights[place] -= plain.rate * speed[place]
            }
        }
        // The later half of the steps counts for the mean.
        if slopes >= all / 2 { for place in sum.indices { sum[place] += weights[place] } }
        slopes += 1
    }

    /// How many slopes there are.
    private var all: Int { schedule.rounds.count { $0.kind == .slope } }

    /// What the rounds done so far give.
    var form: WeightedSum {
        let number = Double(all - all / 2)
        return WeightedSum(
            coding: coding, standard: standard,
            weights: all > 0 ? sum.map { $0 / number } : weights)
    }
}
