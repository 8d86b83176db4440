// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// From ρ-zCDP to (ε, δ) and back by the tight bound of Canonne, Kamath, Steinke (arXiv:2004.00010)
/// Proposition 12 and Corollary 13: for every α > 1,
///
///     δ ≤ e^((α−1)(αρ−ε)) / (α−1) · (1 − 1/α)^α.
///
/// Every α gives a true bound; only tightness depends on finding the best one. So the search for α
/// may be careless, and only the last evaluation is rounded, outwards, by more than its error.
/// These are doubles for showing and planning; what is charged is computed in integers.
enum Conversion {
    static let unitsPerOne = 0x1p40

    /// A bound on the relative error of each term: a logarithm within 2 units in the last place and
    /// up to five roundings make 7 · 2^−53, well below 2^−48.
    private static let error = 0x1p-48

    /// ε at δ, never below the exact value. Requires ρ ≥ 0 and 0 < δ < 1.
    ///
    /// With a = α − 1 the bound reads ε(a) = αρ + (ln(1/δ) + α ln(1−1/α) − ln a)/a, and its
    /// derivative has the sign of ρa² + ln(1+a) − ln(1/δ), which grows with a: one root, the minimum.
    static func epsilon(rho: Double, delta: Double) -> Double {
        guard rho > 0 else { return 0 }
        let log = -Foundation.log(delta)
        let highest = min(Foundation.exp(log), (log / rho).squareRoot()) * 2
        let a = bisect(from: 0, to: highest) { a in rho * a * a + log1p(a) > log }
        return epsilon(rho: rho, delta: delta, order: Order(a))
    }

    private static func epsilon(rho: Double, delta: Double, order: Order) -> Double {
        let first = order.alpha * rho
        let rest = tail(delta: delta, order: order)
        let up = error * (first + rest.magnitude)
        return max(0, (first + rest.value + up).nextUp)
    }

    /// δ at ε, never below the exact value. Requires ρ ≥ 0 and ε > 0.
    ///
    /// The derivative of the logarithm of the bound has the sign of (2α−1)ρ − ε + ln(1 − 1/α).
    static func delta(rho: Double, epsilon: Double) -> Double {
        guard rho > 0 else { return 0 }
        // The logarithm is at least −1/(α−1), so the sign is positive from here on.
        let highest = (epsilon + 1) / rho + 2
        let a = bisect(from: 0, to: highest) { a in
            (2 * a + 1) * rho - epsilon - log1p(1 / a) > 0
        }
        let order = Order(a)
        let terms = [
            order.a * order.alpha * rho, -order.a * epsilon, order.entropy,
            -Foundation.log(order.a),
        ]
        let magnitude = terms.reduce(0) { $0 + abs($1) }
        let exponent = terms.reduce(0, +) + error * magnitude
        return min(1, (Foundation.exp(exponent) * (1 + error)).nextUp)
    }

    /// The largest ρ for (ε, δ), never above the exact value. Requires ε > 0 and 0 < δ < 1.
    ///
    /// Solving the bound for ρ gives ρ(a) = (ε − (ln(1/δ) + α ln(1−1/α) − ln a)/a)/α. It rises while
    /// ρ(a)·a² + ln(1+a) < ln(1/δ) and falls after: one maximum.
    static func rho(epsilon: Double, delta: Double) -> Double {
        let log = -Foundation.log(delta)
        let a = bisect(from: 0, to: Foundation.exp(log) * 2) { a in
            let order = Order(a)
            let rho = (epsilon - tail(delta: delta, order: order).value) / order.alpha
            return rho * order.a * order.a + log1p(order.a) > log
        }
        let order = Order(a)
        let rest = tail(delta: delta, order: order)
        let down = error * (epsilon + rest.magnitude)
        return max(0, ((epsilon - rest.value - down) / order.alpha).nextDown)
    }

    /// (ln(1/δ) + α ln(1−1/α) − ln a)/a and the sum of the magnitudes of its terms.
    private static func tail(
        delta: Double, order: Order
    ) -> (value: Double, magnitude: Double) {
        let terms = [-Foundation.log(delta), order.entropy, -Foundation.log(order.a)]
        let value = terms.reduce(0, +) / order.a
        return (value, terms.reduce(0) { $0 + abs($1) } / order.a)
    }

    /// An order α of the divergence, with α − 1 exact: what is left after rounding α.
    private struct Order {
        let alpha: Double
        let a: Double

        init(_ a: Double) {
            alpha = 1 + max(a, 0x1p-30)
            self.a = alpha - 1
        }

        /// α ln(1 − 1/α), by the form that keeps its digits on either side of α = 2.
        var entropy: Double {
            alpha > 2 ? alpha * log1p(-1 / alpha) : alpha * Foundation.log(a / alpha)
        }
    }

    /// The point where the test turns true, by halving until the doubles run out.
    private static func bisect(
        from low: Double, to high: Double, _ isAbove: (Double) -> Bool
    ) -> Double {
        var (low, high) = (low, high)
        for _ in 0..<400 {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { break }
            if isAbove(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
