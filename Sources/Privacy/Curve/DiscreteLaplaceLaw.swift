// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The discrete Laplace law in closed form: its probabilities, and what it promises k times over.
///
/// Ghosh, Roughgarden, Sundararajan 2009; Canonne, Kamath, Steinke (arXiv:2004.00010), Section 5.2.
/// For showing and planning; what draws from the law is ``DiscreteLaplace``.
public struct DiscreteLaplaceLaw: Hashable, Sendable {
    /// The scale t: P(x) ∝ e^(−|x|/t).
    public let scale: Double

    /// Takes the scale. Requires it above zero.
    public init(scale: Double) {
        self.scale = scale
    }

    /// P(X = x), within 10^−14 of itself.
    public func probability(_ x: Int64) -> Double {
        tanh(1 / (2 * scale)) * exp(-Double(x.magnitude) / scale)
    }

    /// P(|X| ≥ x) for x ≥ 1, within 10^−14 of itself.
    public func twoSidedTail(_ x: Int64) -> Double {
        2 * exp(-Double(x.magnitude) / scale) / (1 + exp(-1 / scale))
    }

    /// The variance: 2e^(−1/t)/(1 − e^(−1/t))², within 10^−14 of itself.
    public var variance: Double {
        let half = sinh(1 / (2 * scale))
        return 1 / (2 * half * half)
    }

    /// The least δ at ε when noise of this law hides a change of 1, `times` over; rounded up.
    public func delta(at epsilon: Double, times: Int = 1) -> DisplayNumber {
        PureComposition(epsilon: 1 / scale, times: times).delta(at: epsilon)
    }
}
