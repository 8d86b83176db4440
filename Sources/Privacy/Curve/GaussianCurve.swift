// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// What Gaussian noise promises, exactly: the curve δ(ε) of one Gaussian, or of several as one.
///
/// Balle, Wang, "Improving the Gaussian Mechanism" (arXiv:1805.06530), Theorem 8:
///
///     δ(ε) = Φ(1/2m − εm) − e^ε · Φ(−1/2m − εm),  m = σ/D,
///
/// and Dong, Roth, Su (arXiv:1905.02383), Corollary 3.3: Gaussians one after the other, adaptively,
/// are one with 1/m² added. These are doubles for planning and showing, each rounded to its safe
/// side. For the *discrete* Gaussian the curve holds where the sensitivity is 100 lattice units or
/// more, up to 10^−5 of δ; ``DiscreteGaussianLaw`` gives that one exactly, and what a ledger is
/// charged is ρ (``Rho``), which needs no such care.
public struct GaussianCurve: Hashable, Sendable {
    /// σ over the L2 sensitivity, never above the exact value.
    let multiplier: Double

    /// One Gaussian of width `sigma` on an answer of L2 sensitivity `sensitivity`, `times` over.
    ///
    /// - Requires: all three above zero; otherwise the curve promises nothing.
    public init(sigma: Double, sensitivity: Double = 1, times: Int = 1) {
        let isOne = sensitivity == 1 && times == 1
        let ratio = sigma / (sensitivity * Double(times).squareRoot())
        multiplier = isOne ? sigma : max(0, ratio * (1 - 0x1p-50))
    }

    /// The least δ at ε, rounded up; 1 where nothing is promised. Cost: below a microsecond.
    public func delta(at epsilon: Double) -> DisplayNumber {
        DisplayNumber(Self.delta(multiplier, epsilon), rounding: .up)
    }

    /// The least ε at δ, rounded up: what a buyer is told of `times` Gaussians, exactly.
    ///
    /// Infinite for a δ of zero. Cost: some ten microseconds.
    public func epsilon(at delta: Double) -> DisplayNumber {
        if Self.delta(multiplier, 0) <= delta { return DisplayNumber(0, rounding: .up) }
        var high = 1.0
        while Self.delta(multiplier, high) > delta, high < 0x1p200 { high *= 2 }
        guard high < 0x1p200 else { return DisplayNumber(.infinity, rounding: .up) }
        let root = Normal.bisect(from: 0, to: high) { Self.delta(multiplier, $0) <= delta }
        return DisplayNumber(root, rounding: .up)
    }

    /// The smallest σ for (ε, δ) on an answer of this L2 sensitivity, rounded up.
    ///
    /// - Requires: ε ≥ 0, 0 < δ < 1; otherwise the answer is infinite.
    public static func sigma(
        epsilon: Double, delta: Double, sensitivity: Double = 1
    ) -> DisplayNumber {
        let least = multiplier(epsilon: epsilon, delta: delta)
        let wide = sensitivity == 1 ? least : (least * sensitivity).nextUp
        return DisplayNumber(wide, rounding: .up)
    }

    /// The budget μ = D/σ of Gaussian differential privacy in (ε, δ), rounded down: Gaussians whose
    /// μ² add up to μ² keep the promise together.
    public static func mu(epsilon: Double, delta: Double) -> DisplayNumber {
        DisplayNumber(
            max(0, (1 / multiplier(epsilon: epsilon, delta: delta)).nextDown), rounding: .down)
    }

    private static func multiplier(epsilon: Double, delta: Double) -> Double {
        guard epsilon >= 0, delta > 0, delta < 1 else { return .infinity }
        var high = 1.0
        while Self.delta(high, epsilon) > delta, high < 0x1p60 { high *= 2 }
        guard high < 0x1p60 else { return .infinity }
        return Normal.bisect(from: 0, to: high) { Self.delta($0, epsilon) <= delta }
    }

    /// δ, never below the exact value. Each term's error is bounded, the first is rounded up and the
    /// second down; where they nearly cancel the answer is loose on the safe side.
    static func delta(_ multiplier: Double, _ epsilon: Double) -> Double {
        guard multiplier > 0, epsilon >= 0 else { return 1 }
        let half = 0.5 / multiplier
        let product = epsilon * multiplier
        let (near, far) = (product - half, product + half)
        // How far rounding may move the arguments, in tails: |z| · (sum of magnitudes) · 2^−51.
        let slack = 4 * (product + half) * (1 + far.magnitude) * 0x1p-52
        let first = Normal.upper(near) * (1 + Normal.error(near) + slack)
        guard far < 35 else { return min(1, first) }
        let second =
            Foundation.exp(epsilon + Normal.logUpper(far))
            * (1 - Normal.error(far) - slack - (epsilon + 8) * 0x1p-50)
        return min(1, max(0, (first - second).nextUp))
    }
}
