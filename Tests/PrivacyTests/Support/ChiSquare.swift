// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Pearson's test of goodness of fit.
enum ChiSquare {
    /// The probability that draws of the law fit it worse than these counts do.
    static func pValue(counts: [Int], probabilities: [Double]) -> Double {
        let total = Double(counts.reduce(0, +))
        var statistic = 0.0
        for (count, probability) in zip(counts, probabilities) {
            let expected = total * probability
            statistic += (Double(count) - expected) * (Double(count) - expected) / expected
        }
        return upperGamma(Double(counts.count - 1) / 2, statistic / 2)
    }

    /// The regularised upper incomplete gamma function Q(a, x), by its series below a + 1 and its
    /// continued fraction (modified Lentz) above: DLMF 8.11.4 and 8.9.2.
    static func upperGamma(_ a: Double, _ x: Double) -> Double {
        guard x > 0 else { return 1 }
        let scale = exp(a * log(x) - x - lgamma(a))
        if x < a + 1 {
            var (term, sum) = (1 / a, 1 / a)
            for n in 1..<10_000 where term > sum * 1e-16 {
                term *= x / (a + Double(n))
                sum += term
            }
            return max(0, 1 - scale * sum)
        }
        var b = x + 1 - a
        var c = 1e300
        var d = 1 / b
        var fraction = d
        for n in 1..<10_000 {
            let factor = -Double(n) * (Double(n) - a)
            b += 2
            d = 1 / nonzero(factor * d + b)
            c = nonzero(b + factor / c)
            fraction *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return scale * fraction
    }

    private static func nonzero(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }
}
