// SPDX-License-Identifier: Apache-2.0
internal import Trees

/// A network with one hidden layer in the making.
///
/// It goes down the loss by noised slopes of everybody's rows: DP-SGD (Abadi and others 2016) with everybody in every
/// step, each person's slopes clipped together. Momentum carries a step on, and the result is the mean of the later
/// half of the steps, in which much of the noise cancels. It begins at weights that everybody knows.
struct Backpropagation: Sendable {
    private let coding: FeatureCoding
    private let goal: Goal
    private let plan: NetworkPlan
    private var standard: Standard
    /// Where the middle of what is predicted lies, from −1 to 1, and how far it spreads.
    private var target = (mean: 0.0, spread: 1.0)
    /// How many rows there are, about.
    private var count: Double
    /// In the order of ``NetworkSlope``, and in its units.
    private var weights: [Double]
    private var speed: [Double]
    private var sum: [Double]
    /// How many slopes were had.
    private var slopes = 0

    init(_ coding: FeatureCoding, _ goal: Goal, _ plan: NetworkPlan, people: Int) {
        (self.coding, self.goal, self.plan) = (coding, goal, plan)
        standard = Standard(numbers: coding.numbers.count)
        weights = Backpropagation.start(coding, units: plan.units)
        let zeros = [Double](repeating: 0, count: weights.count)
        (speed, sum) = (zeros, zeros)
        count = Double(people)
    }

    /// Where every training of these features begins: weights of features drawn by public dice, with a deviation of 1, so
    /// that no two units are alike; every other unit counts against the ones beside it.
    static func start(_ coding: FeatureCoding, units: Int) -> [Double] {
        var hash = RowHash()
        for name in coding.names { for byte in name.utf8 { hash.add(UInt64(byte)) } }
        var dice = SplitDice(seed: hash.value, stream: UInt64(units))
        let root = 3.0.squareRoot()
        return (0..<coding.width * units).map { _ in root * (2 * dice.unit() - 1) }
            + (0..<units).map { $0 % 2 == 0 ? 1 : -1 } + [0]
    }

    /// What the next round adds up.
    func sums(for kind: Schedule.Kind) -> NetworkSums {
        guard kind == .slope else { return .moments(coding) }
        return .slope(
            NetworkSlope(network: network(weights), spread: target.spread, scale: plan.scale))
    }

    /// Takes what a round let out, in units of one.
    mutating func take(_ values: [Double], sigma: Double, of kind: Schedule.Kind) {
        guard kind == .slope else {
            return takeMoments(
                Moments(values, sigma: sigma, alike: coding.numbers.count))
        }
        for place in weights.indices {
            speed[place] =
                0.9 * speed[place] + values[place] / count + plan.decay * weights[place]
            weights[place] -= plan.rate * speed[place]
        }
        // The later half of the steps counts for the mean.
        if slopes >= plan.steps / 2 {
            for place in sum.indices { sum[place] += weights[place] }
        }
        slopes += 1
    }

    private mutating func takeMoments(_ moments: Moments) {
        count = moments.count
        let numbers = coding.numbers.count
        standard = Standard(
            means: Array(moments.means.prefix(numbers)),
            deviations: Array(moments.deviations.prefix(numbers)), norm: 1)
        if goal.isNumber, let mean = moments.means.last, let deviation = moments.deviations.last {
            target = (2 * mean - 1, 2 * deviation)
        }
    }

    /// What the rounds done so far give.
    var form: NetworkSum {
        let number = Double(slopes - plan.steps / 2)
        return network(number > 0 ? sum.map { $0 / number } : weights)
    }

    /// The network of some weights.
    private func network(_ weights: [Double]) -> NetworkSum {
        let first = coding.width * plan.units
        let unit = target.spread * plan.scale
        return NetworkSum(
            coding: coding, standard: standard, hidden: Array(weights[..<first]),
            outputs: weights[first..<first + plan.units].map { unit * $0 },
            constant: target.mean + target.spread * weights[first + plan.units])
    }
}
