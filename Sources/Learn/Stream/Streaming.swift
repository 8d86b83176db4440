// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// A stream in the making: DP-FTRL (Kairouz and others 2021), in one pass.
///
/// Part after part is asked for its slope at the weights that follow from all parts before it: where it began, less the sum of
/// their slopes, with momentum. That sum is never let out by itself; it follows from few noised sums of a tree
/// (``Privacy/TreeAggregation``), each with noise of its own. The result is the mean of the weights after the later half of
/// the steps, in which much of the noise cancels. A stream that goes on begins at the weights it had, keeps what
/// was known of the columns, and asks only how many rows there are; its tree begins anew.
struct Streaming: Sendable {
    private let coding: FeatureCoding
    private let plan: StreamPlan
    private var standard: Standard
    /// How many people there are at least, which everybody knows.
    private let people: Double
    /// How many rows there are, about.
    private var count: Double
    /// Who is in which part: drawn by the first round.
    private var parts: StreamParts
    /// What the steps let out, the first first.
    private var sums: [[Double]] = []
    /// The weights before the first step, and after each.
    private var weights: [[Double]]
    /// The sum of all slopes so far, and what a step goes by.
    private var total: [Double]
    private var speed: [Double]

    init(_ coding: FeatureCoding, _ plan: StreamPlan, people: Int) {
        (self.coding, self.plan) = (coding, plan)
        standard = plan.start?.standard ?? Standard(numbers: coding.numbers.count)
        parts = StreamParts(among: plan.tree.parts, drawnBy: [])
        let zeros = [Double](repeating: 0, count: coding.width)
        weights = [plan.start?.weights ?? zeros]
        (total, speed) = (zeros, zeros)
        self.people = Double(people)
        count = self.people
    }

    /// What the next round adds up.
    ///
    /// - Requires: a kind of round that a stream has, in their order.
    func sums(for kind: Schedule.Kind) -> TrainingStep.Sums {
        guard case .part(let step) = kind else {
            return .moments(plan.start == nil ? coding : FeatureCoding(numbers: [], choices: []))
        }
        let block = plan.tree.node(at: step)
        return .stream(
            StreamSums(
                coding: coding, standard: standard, parts: parts, first: block.lowerBound,
                weights: Array(weights[block.lowerBound - 1...block.upperBound - 1])))
    }

    /// Takes what a round let out, in units of one.
    mutating func take(_ values: [Double], sigma: Double, of kind: Schedule.Kind) {
        guard case .part(let step) = kind else {
            parts = StreamParts(among: plan.tree.parts, drawnBy: values)
            return takeMoments(Moments(values, sigma: sigma), sigma: sigma)
        }
        sums.append(values)
        var all = [Double](repeating: 0, count: coding.width)
        for known in plan.tree.nodes(upTo: step) {
            for place in all.indices { all[place] += sums[known - 1][place] }
        }
        // About how many rows a part has.
        let rows = count / Double(plan.tree.parts)
        var next = weights[step - 1]
        for place in next.indices {
            speed[place] = StreamPlan.momentum * speed[place] + (all[place] - total[place]) / rows
            next[place] -= plan.rate * speed[place]
        }
        total = all
        weights.append(next)
    }

    private mutating func takeMoments(_ moments: Moments, sigma: Double) {
        // Steps are divided by it: what noise alone may have made so small is not below the number of people.
        count = max(moments.count, min(people, 2 * sigma))
        guard plan.start == nil else { return }
        standard = Standard(means: moments.means, deviations: moments.deviations, norm: 1)
    }

    /// What the rounds done so far give.
    var form: WeightedSum {
        let later = weights.suffix((plan.tree.parts + 1) / 2)
        var mean = [Double](repeating: 0, count: coding.width)
        for weights in later {
            for place in mean.indices { mean[place] += weights[place] / Double(later.count) }
        }
        return WeightedSum(coding: coding, standard: standard, weights: mean)
    }
}
