// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// How good a model is on rows that it was not trained on, with the 95 % interval that the noise and the number of
/// rows leave.
///
/// Of one that tells two apart: the part of rows that it gets right, and the area under its curve (the chance
/// that a positive row scores above a negative one). Of a number: the part of its variance that is explained. Of clusters:
/// the part of the squares of distances. Of a forecast: how far it is off, beside what the value of a season ago is off
/// (``ForecastErrors``). All from one noised release: a histogram of the scores of either kind, or a few sums.
package struct Quality: Hashable, Sendable {
    /// One measure.
    package struct Measure: Hashable, Sendable {
        /// "accuracy", "auc", "r2", "explained", "mase" or "naive mase".
        package let name: String
        /// In ten-thousandths.
        package let value: Int64
        /// Half of the interval, in ten-thousandths.
        package let margin: Int64
    }

    /// The measures.
    package let measures: [Measure]

    /// Between 0 and 1 in so many parts scores are counted.
    static let bins = 16

    /// How many numbers are released.
    static func width(_ goal: Goal) -> Int {
        switch goal {
        case .either: 2 * bins
        case .number: 4
        case .group: 3
        }
    }

    /// The norm that one row adds at most.
    static func norm(_ goal: Goal) -> Double {
        switch goal {
        case .either: 1
        case .number: 2
        case .group: 3.0.squareRoot()
        }
    }

    /// Adds a row.
    static func add(_ score: Double, _ wanted: Double, _ goal: Goal, to totals: inout [Double]) {
        guard goal.isNumber else {
            let place = min(Int(Sigmoid.value(score) * Double(bins)), bins - 1)
            totals[(wanted > 0.5 ? bins : 0) + place] += 1
            return
        }
        // Each of at most 1, so that together their norm is 2.
        let miss = min(max(score, -1), 1) - wanted
        totals[0] += 1
        totals[1] += wanted
        totals[2] += wanted * wanted
        totals[3] += miss * miss / 4
    }

    /// Reads what was released.
    init(_ values: [Double], sigma: Double, goal: Goal) {
        switch goal {
        case .either: measures = Quality.told(values, sigma)
        case .number: measures = Quality.explained(values, sigma)
        case .group: measures = Quality.gathered(values, sigma)
        }
    }

    /// Counts below nothing stay as they are: what noise adds to one bin it takes from another. Were they taken for nothing, the
    /// bins that nobody is in would add rows that are right as often as wrong, and every model would look half as good.
    private static func told(_ counts: [Double], _ sigma: Double) -> [Measure] {
        let (negative, positive) = (Array(counts[..<bins]), Array(counts[bins...]))
        let (n, p) = (negative.reduce(0, +), positive.reduce(0, +))
        let total = n + p
        guard n > 0, p > 0 else { return [] }
        let half = bins / 2
        let right = negative[..<half].reduce(0, +) + positive[half...].reduce(0, +)
        let accuracy = min(max(right / total, 0), 1)
        let noise = sigma * Double(2 * bins).squareRoot() / total
        let drawn = (accuracy * (1 - accuracy) / total).squareRoot()
        // Pairs in one bin count half.
        var (above, below) = (0.0, 0.0)
        for bin in 0..<bins {
            above += positive[bin] * (below + negative[bin] / 2)
            below += negative[bin]
        }
        // Sums of many parts may come out a little beyond, whose root would be no number.
        let auc = min(max(above / (n * p), 0), 1)
        let least = min(n, p)
        let spread = (auc * (1 - auc) / least).squareRoot()
        let blur = sigma * Double(bins).squareRoot() * (1 / n + 1 / p) / 2
        return [
            measure("accuracy", accuracy, noise * noise + drawn * drawn),
            measure("auc", auc, blur * blur + spread * spread),
        ]
    }

    private static func explained(_ sums: [Double], _ sigma: Double) -> [Measure] {
        let count = sums[0]
        guard count > 1 else { return [] }
        let mean = sums[1] / count
        let variance = sums[2] / count - mean * mean
        guard variance > 0 else { return [] }
        let r2 = 1 - 4 * sums[3] / count / variance
        let blur = sigma * 5 / count / variance
        return [measure("r2", r2, blur * blur + 1 / count)]
    }

    init(measures: [Measure]) { self.measures = measures }

    /// A measure from −`most` to `most`.
    static func measure(
        _ name: String, _ value: Double, _ variance: Double, most: Double = 1
    ) -> Measure {
        // What is no number says nothing: it may be anything between the bounds.
        let bounded = value == value ? min(max(value, -most), most) : 0
        let root = variance.squareRoot()
        let margin = root == root ? min(1.96 * root, most) : most
        return Measure(
            name: name, value: Int64((bounded * 10_000).rounded()),
            margin: Int64((margin * 10_000).rounded(.up)))
    }
}

extension Quality {
    var json: JSON {
        .array(
            measures.map {
                [
                    "name": .string($0.name), "tenThousandths": .integer($0.value),
                    "margin": .integer($0.margin),
                ]
            })
    }

    init?(json: JSON) {
        var measures: [Measure] = []
        for item in json.array ?? [] {
            guard let name = item["name"]?.string, let value = item["tenThousandths"]?.integer,
                let margin = item["margin"]?.integer
            else { return nil }
            measures.append(Measure(name: name, value: value, margin: margin))
        }
        guard json.array != nil else { return nil }
        self.measures = measures
    }
}
