// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Trees

/// What is known of the values to be predicted without any feature: what a model has to be better than. From the
/// same noised release as its ``Quality``.
package enum Average: Hashable, Sendable {
    /// The part of rows that are the positive one.
    case share(Double)
    /// The middle of a number from −1 to 1, how far its values spread around that, and how far around what the
    /// model predicts; both squared.
    case spread(mean: Double, variance: Double, miss: Double)

    /// Reads what a quality round released. Where the noise leaves nothing, it is the middle that is public: nobody
    /// is told that by an error, which nobody would be charged for.
    ///
    /// What noise leaves open counts against the model: shares are drawn towards one half, spreads and misses are
    /// taken two deviations wider. Else noise that makes a model look better than it is would make rows look worse.
    ///
    /// - Parameter sigma: the deviation of the noise, in the unit of the values.
    init(_ values: [Double], sigma: Double, goal: Goal) {
        guard goal.isNumber else {
            let counts = values.map { max($0, 0) }
            let positive = counts[Quality.bins...].reduce(0, +)
            let all = counts.reduce(0, +)
            let blur = sigma * Double(Quality.bins).squareRoot()
            let share = (positive + blur) / max(all + 2 * blur, 1e-9)
            self = .share(all + blur > 0 ? min(max(share, 0.001), 0.999) : 0.5)
            return
        }
        let count = max(values[0], 1)
        let blur = 2 * sigma / count
        let mean = min(max(values[1] / count, -1), 1)
        let variance = min(max(values[2] / count - mean * mean, 0) + blur + 0.001, 1)
        let miss = 4 * (max(values[3] / count, 0) + blur) + 0.0001
        self = .spread(mean: mean, variance: variance, miss: min(miss, variance))
    }

    /// What a model's score of a row gains on this, in bits: the pointwise mutual information of the row's features
    /// and its value, as far as the model knows them. At most ``most`` either way.
    func bits(score: Double, value: Double) -> Double {
        let gain: Double
        switch self {
        case .share(let positive):
            let chance = Sigmoid.value(score)
            gain =
                value > 0.5
                ? Average.log2(chance) - Average.log2(positive)
                : Average.log2(1 - chance) - Average.log2(1 - positive)
        case .spread(let mean, let variance, let miss):
            let around = (value - mean) * (value - mean) / variance
            let residual = min(max(score, -1), 1) - value
            let left = residual * residual / miss
            gain =
                Average.log2(variance / miss) / 2 + (around - left) / 2 * Average.bitsInNat
        }
        return gain == gain ? min(max(gain, -Average.most), Average.most) : 0
    }

    private static let bitsInNat = 1.4426950408889634

    /// Of what is not positive, that of the least number: far beyond ``most`` all the same.
    private static func log2(_ x: Double) -> Double {
        Elementary.logarithm(max(x, .leastNormalMagnitude)) * bitsInNat
    }

    /// The most bits that one row brings or costs.
    static let most = 4.0

    var json: JSON {
        switch self {
        case .share(let share): ["share": .string(String(share))]
        case .spread(let mean, let variance, let miss):
            [
                "mean": .string(String(mean)), "variance": .string(String(variance)),
                "miss": .string(String(miss)),
            ]
        }
    }

    init?(json: JSON) {
        func number(_ member: String) -> Double? {
            json[member]?.string.flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
        }
        if let share = number("share") {
            guard (0.0001...0.9999).contains(share) else { return nil }
            self = .share(share)
            return
        }
        guard let mean = number("mean"), let variance = number("variance"),
            let miss = number("miss"), abs(mean) <= 1, (1e-6...4).contains(variance),
            (1e-6...4).contains(miss)
        else { return nil }
        self = .spread(mean: mean, variance: variance, miss: miss)
    }
}
