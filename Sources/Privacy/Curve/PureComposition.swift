// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// What k steps of pure ε₀ each promise together, at the best.
///
/// Kairouz, Oh, Viswanath, "The Composition Theorem for Differential Privacy" (arXiv:1311.0776),
/// Theorem 3.3. The worst step answers one bit by randomised response with p = 1/(1 + e^−ε₀), so the
/// loss of k steps is ε₀(2j − k) with j binomial, and
///
///     δ(ε) = Σ_j C(k,j) p^j (1−p)^(k−j) (1 − e^(ε − ε₀(2j−k)))₊.
///
/// The discrete Laplace on a change of 1 is such a step exactly. For showing; rounded to the safe side.
public struct PureComposition: Hashable, Sendable {
    /// ε₀ of each step.
    public let epsilon: Double
    /// How many steps.
    public let times: Int

    /// Takes ε₀ above zero and the number of steps, 1 or more.
    public init(epsilon: Double, times: Int) {
        self.epsilon = epsilon
        self.times = max(1, times)
    }

    /// The least δ at this ε, rounded up. Cost: one exponential a step.
    public func delta(at target: Double) -> DisplayNumber {
        let count = Double(times)
        let (logWin, logLose) = (-log1p(exp(-epsilon)), -epsilon - log1p(exp(-epsilon)))
        var sum = 0.0
        for wins in 0...times {
            let (j, loss) = (Double(wins), epsilon * Double(2 * wins - times))
            guard loss > target else { continue }
            let logChoose = lgamma(count + 1) - lgamma(j + 1) - lgamma(count - j + 1)
            let logTerm = logChoose + j * logWin + (count - j) * logLose
            sum += exp(logTerm) * -expm1(target - loss)
        }
        // Log-gammas are off by a few units of their size, the sum by one a term.
        let size: Double = 8 * lgamma(count + 1) + count * (epsilon + 4) + 64
        let relative = size * 0x1p-51
        return DisplayNumber(min(1, (sum * (1 + relative)).nextUp), rounding: .up)
    }

    /// The theorem's ε at δ: the least of (k − 2i)ε₀ whose δ is at most this one, rounded up; kε₀
    /// when no smaller one is.
    public func epsilon(at delta: Double) -> DisplayNumber {
        var best = times
        for i in stride(from: 0, through: times / 2, by: 1) {
            let target = epsilon * Double(times - 2 * i)
            guard self.delta(at: target).value <= delta else { break }
            best = times - 2 * i
        }
        return DisplayNumber((epsilon * Double(best)).nextUp, rounding: .up)
    }

    /// What (ε, δ) promises to a group of `size` contributors: (kε, k e^((k−1)ε) δ), rounded up.
    ///
    /// Vadhan, "The Complexity of Differential Privacy" (2017), Lemma 2.2.
    public static func group(
        of size: Int, epsilon: Double, delta: Double
    ) -> (epsilon: DisplayNumber, delta: DisplayNumber) {
        let k = Double(max(1, size))
        let grown = k * exp((k - 1) * epsilon) * delta * (1 + (k * epsilon + 8) * 0x1p-51)
        return (
            DisplayNumber(size == 1 ? epsilon : (k * epsilon).nextUp, rounding: .up),
            DisplayNumber(min(1, grown), rounding: .up)
        )
    }

    /// What a step of pure ε costs when each contributor is in it with probability `rate` only:
    /// ln(1 + q(e^ε − 1)), rounded up (Balle, Barthe, Gaboardi, arXiv:1807.01647, Theorem 8).
    public static func subsampled(epsilon: Double, rate: Double) -> DisplayNumber {
        DisplayNumber(log1p(rate * expm1(epsilon)) * (1 + 0x1p-49), rounding: .up)
    }
}
