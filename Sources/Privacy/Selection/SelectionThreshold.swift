// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The thresholds of the literature on the real line, each rounded up: to compare and to show. What
/// releases groups are the integer plans, such as ``WeightedGaussianSelection``.
///
/// A group that only one contributor is in must appear with probability at most δ, over all the
/// groups t ≤ L0 which she alone is in: each may appear with probability 1 − (1−δ)^(1/t).
public enum SelectionThreshold {
    /// Laplace noise of scale L0/ε on a count: 1 − (L0/ε) · ln(2(1 − (1−δ)^(1/L0))).
    ///
    /// Wilson et al. (arXiv:1909.01917). Requires ε > 0, 0 < δ < 1, L0 ≥ 1.
    public static func laplace(epsilon: Double, delta: Double, mostGroups: Int) -> DisplayNumber {
        let share = SelectionTerms.share(of: delta, groups: mostGroups)
        let value = 1 - Double(mostGroups) / epsilon * log(2 * share)
        return DisplayNumber(value * (1 + 0x1p-46), rounding: .up)
    }

    /// Gaussian noise of width σ on a count: 1 + σ · Φ⁻¹((1−δ)^(1/L0)).
    ///
    /// Google, "Delta for thresholding". Requires σ > 0, 0 < δ < 1, L0 ≥ 1.
    public static func gaussian(sigma: Double, delta: Double, mostGroups: Int) -> DisplayNumber {
        let share = SelectionTerms.share(of: delta, groups: mostGroups)
        let value = 1 + sigma * Normal.quantileAbove(upperTail: share)
        return DisplayNumber(value * (1 + 0x1p-50), rounding: .up)
    }

    /// Gaussian noise of width σ on votes of 1/√k in each of k groups:
    /// the largest over t ≤ L0 of 1/√t + σ · Φ⁻¹((1−δ)^(1/t)).
    ///
    /// Gopi et al., "Differentially Private Set Union" (arXiv:2002.09745), Algorithm 5. Requires
    /// σ > 0, 0 < δ < 1, L0 ≥ 1. Cost: some ten microseconds for each of the L0.
    public static func weightedGaussian(
        sigma: Double, delta: Double, mostGroups: Int
    ) -> DisplayNumber {
        var highest = 0.0
        for groups in 1...max(1, mostGroups) {
            let share = SelectionTerms.share(of: delta, groups: groups)
            let vote = 1 / Double(groups).squareRoot()
            highest = max(highest, vote + sigma * Normal.quantileAbove(upperTail: share))
        }
        return DisplayNumber(highest * (1 + 0x1p-50), rounding: .up)
    }
}
