// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The Rényi divergence of a mechanism at a grid of orders: what is added up over the steps of a
/// learning run.
///
/// Mironov, "Rényi Differential Privacy" (arXiv:1702.07476): divergences add over steps, adaptively.
/// For reporting (ε, δ); every value is rounded up.
public struct RenyiCurve: Hashable, Sendable {
    /// The orders: 1.1 to 10.9 by tenths, 11 to 63, 128, 256, 512, 1024.
    public static let orders: [Double] = {
        let tenths: [Double] = (11...109).map { Double($0) / 10 }
        let wholes: [Double] = (11...63).map { Double($0) }
        return tenths + wholes + [128, 256, 512, 1024]
    }()

    /// The divergence at each of ``orders``.
    public let divergences: [Double]

    init(divergences: [Double]) {
        self.divergences = divergences
    }

    /// No step at all.
    public static let zero = RenyiCurve(divergences: orders.map { _ in 0 })

    /// Gaussian noise of σ times the L2 sensitivity: α/2σ² (Proposition 7).
    public static func gaussian(multiplier sigma: Double) -> RenyiCurve {
        RenyiCurve(divergences: orders.map { ($0 / (2 * sigma * sigma)).nextUp.nextUp })
    }

    /// Gaussian noise of σ times the L2 sensitivity on a sum in which every contributor is with
    /// probability `rate`, independently.
    ///
    /// Mironov, Talwar, Zhang (arXiv:1908.10530), Section 3.3: for whole orders the binomial sum, for
    /// others the two alternating series, in logarithms.
    /// - Requires: 0 ≤ rate ≤ 1, σ > 0.
    public static func subsampledGaussian(rate: Double, multiplier sigma: Double) -> RenyiCurve {
        if rate >= 1 { return gaussian(multiplier: sigma) }
        guard rate > 0 else { return .zero }
        let moment = SubsampledMoment(rate: rate, sigma: sigma)
        return RenyiCurve(
            divergences: orders.map { order in
                let log = order == order.rounded() ? moment.whole(order) : moment.broken(order)
                return max(0, log + 0x1p-36 * log.magnitude + 0x1p-46) / (order - 1)
            })
    }

    /// The curve of doing this `count` times over.
    public func times(_ count: Int) -> RenyiCurve {
        RenyiCurve(divergences: divergences.map { ($0 * Double(count)).nextUp })
    }

    /// The curve of one after the other.
    public func adding(_ other: RenyiCurve) -> RenyiCurve {
        RenyiCurve(divergences: zip(divergences, other.divergences).map { ($0 + $1).nextUp })
    }

    /// The ε at δ, the least over the orders, rounded up: D_α + ln(1 − 1/α) − ln(δα)/(α − 1).
    ///
    /// Canonne, Kamath, Steinke (arXiv:2004.00010), Proposition 12.
    public func epsilon(at delta: Double) -> DisplayNumber {
        var least = Double.infinity
        for (order, divergence) in zip(Self.orders, divergences) {
            let tail = log1p(-1 / order) - log(delta * order) / (order - 1)
            least = min(least, divergence + tail + (divergence + tail.magnitude) * 0x1p-48)
        }
        return DisplayNumber(max(0, least), rounding: .up)
    }
}

/// ln E[(p/q)^α] of the mixture (1−q)·N(0, σ²) + q·N(1, σ²) against N(0, σ²).
private struct SubsampledMoment {
    let rate: Double
    let sigma: Double

    /// Σ C(α,i) (1−q)^(α−i) q^i e^((i²−i)/2σ²).
    func whole(_ order: Double) -> Double {
        var sum = -Double.infinity
        for i in 0...Int(order) {
            let i = Double(i)
            let choose = lgamma(order + 1) - lgamma(i + 1) - lgamma(order - i + 1)
            let term =
                choose + i * log(rate) + (order - i) * log1p(-rate)
                + (i * i - i) / (2 * sigma * sigma)
            sum = Self.add(sum, term)
        }
        return sum
    }

    /// The integral cut at the point where both densities are as likely, either part by the binomial
    /// series. From the order on the terms fall and alternate in sign, so what is left out is less
    /// than the last term, which is added on top. They fall like a power of i: a thousand are enough
    /// for any order, and what that leaves is of no account but at the lowest ones.
    func broken(_ order: Double) -> Double {
        let cut = sigma * sigma * log(1 / rate - 1) + 0.5
        var (plus, minus) = (-Double.infinity, -Double.infinity)
        var (coefficient, isNegative) = (0.0, false)
        var last = -Double.infinity
        for step in 0..<1000 {
            let (i, j) = (Double(step), order - Double(step))
            let first =
                coefficient + i * log(rate) + j * log1p(-rate)
                + (i * i - i) / (2 * sigma * sigma) + Normal.logUpper((i - cut) / sigma)
            let second =
                coefficient + j * log(rate) + i * log1p(-rate)
                + (j * j - j) / (2 * sigma * sigma) + Normal.logUpper((cut - j) / sigma)
            let both = Self.add(first, second)
            if isNegative { minus = Self.add(minus, both) } else { plus = Self.add(plus, both) }
            last = both
            if i > order, both < -36 { break }
            // C(α, i+1) = C(α, i) · (α − i)/(i + 1).
            coefficient += log((j / (i + 1)).magnitude)
            if j < 0 { isNegative.toggle() }
        }
        plus = Self.add(plus, last)
        return minus > -.infinity ? plus + log1p(-exp(minus - plus)) : plus
    }

    private static func add(_ a: Double, _ b: Double) -> Double {
        let (high, low) = (max(a, b), min(a, b))
        return low == -.infinity ? high : high + log1p(exp(low - high))
    }
}
