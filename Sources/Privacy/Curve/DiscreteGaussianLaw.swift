// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The discrete Gaussian law by its sums: its probabilities, and exactly what it promises.
///
/// Canonne, Kamath, Steinke (arXiv:2004.00010), Definition 1 and Theorem 7. On a coarse lattice the
/// continuous curve (``GaussianCurve``) understates δ: by 6 % at σ = 2.25 and a change of 1. For
/// showing, checking and planning; what draws from the law is ``DiscreteGaussian``.
public struct DiscreteGaussianLaw: Hashable, Sendable {
    /// The parameter σ in lattice units.
    public let sigma: Double
    private let total: Double

    /// Takes σ; one above 10^6 is taken as that. Cost: some 40σ exponentials.
    ///
    /// - Requires: σ of 0.05 or more. Below, noise is almost never anything but zero.
    public init(sigma: Double) {
        precondition(sigma >= 0.05, "a discrete Gaussian of width below 0.05 hides nothing")
        let sigma = min(sigma, 1e6)
        self.sigma = sigma
        // Smallest terms first, both sides; beyond 39σ they are below the smallest double.
        var sum = 0.0
        for x in stride(from: Int64(39 * sigma) + 1, through: 1, by: -1) {
            sum += Self.weight(x, sigma)
        }
        total = 1 + 2 * sum
    }

    private static func weight(_ x: Int64, _ sigma: Double) -> Double {
        let scaled = Double(x) / sigma
        return exp(-scaled * scaled / 2)
    }

    /// P(X = x), within 10^−12 of itself.
    public func probability(_ x: Int64) -> Double { Self.weight(x, sigma) / total }

    /// The variance, which lies below σ², within 10^−13 of itself.
    public var variance: Double {
        var sum = 0.0
        for x in stride(from: Int64(39 * sigma) + 1, through: 1, by: -1) {
            sum += Double(x) * Double(x) * Self.weight(x, sigma)
        }
        return 2 * sum / total
    }

    /// The least δ at ε for a change of `sensitivity` units in one number, rounded up:
    /// Σ (P(x) − e^ε P(x − D))₊, both terms of each x in one exponential.
    ///
    /// Cost: some 50σ exponentials.
    public func delta(at epsilon: Double, sensitivity: Int64 = 1) -> DisplayNumber {
        let change = Double(max(1, sensitivity))
        // The loss ln P(x)/P(x − D) = (D² − 2Dx)/2σ² exceeds ε below this point.
        let edge = (change / 2 - epsilon * sigma * sigma / change).rounded(.down)
        let last = Int64(min(max(edge, -1e15), 1e15)) + 1
        let first = min(last, Int64((-39 * sigma).rounded(.down))) - 1
        guard last - first < 200_000_000, edge > -39 * sigma - 1 else {
            return DisplayNumber(0x1p-1000, rounding: .up)
        }
        var sum = 0.0
        for x in first...last {
            let loss = (change * change - 2 * change * Double(x)) / (2 * sigma * sigma)
            guard loss > epsilon else { continue }
            sum += Self.weight(x, sigma) * -expm1(epsilon - loss)
        }
        let relative = 0x1p-40
        return DisplayNumber(min(1, sum / total * (1 + relative)), rounding: .up)
    }
}
