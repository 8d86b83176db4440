// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Which groups may be shown, by counts with discrete Laplace noise of scale L0/ε: pure ε but for δ.
///
/// Wilson et al. (arXiv:1909.01917), with the tail of the discrete law. Each contributor counts
/// ``unit`` lattice units in at most L0 groups. A group of one is shown with probability
/// P(unit + X ≥ T) = e^(−(T−unit)/t) / (1 + e^(−1/t)); the threshold T is the smallest integer at
/// which that is at most 1 − (1−δ)^(1/L0).
public struct LaplaceSelection: Hashable, Sendable {
    /// What a contributor counts in a group, in lattice units.
    public let unit: Int64
    /// L0: in how many groups one contributor can be.
    public let mostGroups: Int
    /// The noise on the count of each group, in lattice units.
    public let noise: DiscreteLaplace
    /// A group is shown when count and noise are at least this, in lattice units.
    public let threshold: Int64
    /// The ε of the counts.
    public let epsilon: ExactDecimal
    /// The δ of the selection.
    public let delta: ExactDecimal
    /// The same as ρ of δ-approximate zCDP: ε²/2, rounded up (Bun, Steinke, arXiv:1605.02065).
    public let charge: Rho

    /// Plans a selection.
    ///
    /// - Parameters:
    ///   - epsilon: Above 0 and at most 64, with at most six digits behind the point.
    ///   - delta: 10^−30 up to 10^−2.
    ///   - mostGroups: L0, 1 to 65,536.
    ///   - unit: What a contributor counts; more makes the whole scale nearer to L0/ε.
    ///   - fewestContributors: Raises the threshold by that many contributors less one.
    /// - Throws: ``SelectionError``; with ``NoiseError/latticeTooFine`` when the scale would exceed
    ///   2^31 − 1.
    public init(
        epsilon: ExactDecimal, delta: ExactDecimal, mostGroups: Int, unit: Int64 = 1,
        fewestContributors: Int = 1
    ) throws(SelectionError) {
        let terms = try SelectionTerms(
            delta: delta, mostGroups: mostGroups, fewestContributors: fewestContributors)
        guard unit >= 1, unit <= Int64(Int32.max) else { throw .unit(unit) }
        guard let ratio = epsilon.ratio else { throw .epsilon(epsilon) }
        // ⌈unit · L0 / ε⌉: below 2^31 · 2^16 · 10^6.
        let wanted =
            (UInt128(unit) * UInt128(mostGroups) * ratio.denominator + ratio.numerator - 1)
            / ratio.numerator
        guard let scale = Int(exactly: wanted), scale <= DiscreteLaplace.maximumScale else {
            throw .noise(.latticeTooFine)
        }
        do { noise = try DiscreteLaplace(scale: scale) } catch { throw .noise(error) }
        self.unit = unit
        self.mostGroups = mostGroups
        self.epsilon = epsilon
        self.delta = delta
        charge = Rho.ofPure(ratio)
        let t = Double(scale)
        let share = terms.share(of: mostGroups)
        // From the logarithm a guess just below, from there the first integer that passes.
        let guess = t * -(log(share) + log1p(exp(-1 / t)))
        var beyond = Int64(max(0, (guess * (1 - 0x1p-45)).rounded(.down)))
        while Self.tail(beyond, scale: t) > share { beyond += 1 }
        threshold = beyond + unit + Int64(fewestContributors - 1) * unit
    }

    /// P(X ≥ x) of the discrete Laplace for x ≥ 0, never below the exact value.
    private static func tail(_ x: Int64, scale t: Double) -> Double {
        let exponent = Double(x) / t
        return exp(-exponent) / (1 + exp(-1 / t)) * (1 + (exponent + 8) * 0x1p-51)
    }

    /// How likely a contributor's own group is shown, rounded up; at most δ over all L0.
    public var aloneProbability: DisplayNumber {
        DisplayNumber(Self.tail(threshold - unit, scale: Double(noise.scale)), rounding: .up)
    }

    /// Whether a group with this count, ``unit`` for each contributor, is shown.
    public func keeps(count: Int64, noise: Int64) -> Bool {
        let (total, overflow) = count.addingReportingOverflow(noise)
        return overflow ? noise > 0 : total >= threshold
    }
}
