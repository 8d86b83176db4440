// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Which groups may be shown, by the best rule there is for a contributor in one group.
///
/// Desfontaines, Voss, Gipson, Mandayam, "Differentially Private Partition Selection"
/// (arXiv:2006.03684), Theorem 1: a group of n contributors is shown with probability
///
///     π(0) = 0,  π(n) = min(e^ε π(n−1) + δ,  1 − e^−ε (1 − π(n−1) − δ),  1),
///
/// and no (ε, δ)-private rule shows it more often. For L0 groups it takes ε/L0 and
/// 1 − (1−δ)^(1/L0); above L0 = 1 ``WeightedGaussianSelection`` shows more.
///
/// The curve is kept in counts of 2^−120, each computed from the one before with every product and
/// quotient rounded so that π comes out smaller: e^ε down, e^−ε up, δ down. Hence the two
/// inequalities of the theorem hold between the integers themselves, and π(1) ≤ δ. A draw compares
/// 120 uniform bits with π(n): its probability is that integer over 2^120, exactly.
public struct TruncatedGeometricSelection: Hashable, Sendable {
    /// L0: in how many groups one contributor can be.
    public let mostGroups: Int
    /// How many contributors a group must have at the least: with fewer it is never shown.
    public let fewestContributors: Int
    /// The ε over all L0 groups.
    public let epsilon: ExactDecimal
    /// The δ over all L0 groups.
    public let delta: ExactDecimal
    /// The same as ρ of δ-approximate zCDP: L0 times (ε/L0)²/2, rounded up.
    public let charge: Rho
    /// π(1), π(2), … in counts of 2^−120, up to the last below one.
    private let curve: [UInt128]

    private static let one: UInt128 = 1 << 120
    private static let mostSteps = 65_536

    /// Plans a selection.
    ///
    /// - Parameters:
    ///   - epsilon: Above 0 and at most 64, with at most six digits behind the point.
    ///   - delta: 10^−30 up to 10^−2.
    ///   - mostGroups: L0, 1 to 65,536.
    ///   - fewestContributors: k: a group of n ≥ k is shown with probability π(n − k + 1), one of
    ///     fewer never (Google's pre-thresholding).
    /// - Throws: ``SelectionError``; ``SelectionError/epsilon(_:)`` also when more than 65,536
    ///   contributors would be needed for certainty.
    public init(
        epsilon: ExactDecimal, delta: ExactDecimal, mostGroups: Int = 1,
        fewestContributors: Int = 1
    ) throws(SelectionError) {
        let terms = try SelectionTerms(
            delta: delta, mostGroups: mostGroups, fewestContributors: fewestContributors)
        guard let ratio = epsilon.ratio else { throw .epsilon(epsilon) }
        self.mostGroups = mostGroups
        self.fewestContributors = fewestContributors
        self.epsilon = epsilon
        self.delta = delta
        charge = Rho.ofPure(ratio, parts: UInt128(mostGroups))
        let share = UInt128(terms.share(of: mostGroups) * 0x1p120)
        guard share > 0 else { throw .delta(delta) }
        let each = (epsilon.below / Double(mostGroups)).nextDown
        let relative = (each + 4) * 0x1p-51
        let grow = Factor(below: exp(each) * (1 - relative))
        let shrink = Factor(below: (exp(-each) * (1 + relative)).nextUp)
        var (curve, last) = ([UInt128](), UInt128(0))
        while last < Self.one {
            guard curve.count < Self.mostSteps else { throw .epsilon(epsilon) }
            let raised = grow.timesRoundedDown(last).addingReportingOverflow(share)
            let first = raised.overflow ? Self.one : raised.partialValue
            let (rest, isPast) = (Self.one - last).subtractingReportingOverflow(share)
            let second = isPast ? Self.one : Self.one - min(Self.one, shrink.timesRoundedUp(rest))
            let next = min(first, second, Self.one)
            guard next > last else { throw .epsilon(epsilon) }
            if next < Self.one { curve.append(next) }
            last = next
        }
        self.curve = curve
    }

    /// The fewest contributors with whom a group is certain to be shown.
    public var certain: Int { curve.count + fewestContributors }

    /// The fewest contributors with whom a group is shown at least every second time.
    public var evens: Int {
        (curve.firstIndex { $0 >= Self.one / 2 } ?? curve.count) + fewestContributors
    }

    /// How likely a group of so many contributors is shown, rounded down as it is drawn.
    public func keepProbability(contributors: Int) -> DisplayNumber {
        DisplayNumber(Double(count(contributors)) * 0x1p-120, rounding: .down)
    }

    /// Draws whether a group of so many contributors is shown.
    ///
    /// Reads 15 bytes whatever the number, certain and impossible groups included.
    public func keeps(contributors: Int, from source: inout ByteSource) -> Bool {
        source.below(wide: Self.one) < count(contributors)
    }

    /// π in counts of 2^−120.
    func count(_ contributors: Int) -> UInt128 {
        guard contributors >= fewestContributors else { return 0 }
        let step = contributors - fewestContributors
        return step < curve.count ? curve[step] : Self.one
    }
}

/// A positive double as an exact fraction m/2^shift, to multiply integers with.
private struct Factor {
    let significand: UInt128
    let exponent: Int

    init(below value: Double) {
        significand = UInt128(value.significandBitPattern | 1 << 52)
        exponent = Int(value.exponent) - 52
    }

    /// ⌊x·factor⌋, and the largest number when it does not fit. Requires x ≤ 2^120.
    func timesRoundedDown(_ x: UInt128) -> UInt128 {
        let product = x.multipliedFullWidth(by: significand)
        guard exponent < 0 else {
            let room = product.low.leadingZeroBitCount
            return product.high > 0 || exponent > room ? .max : product.low << UInt128(exponent)
        }
        let shift = UInt128(-exponent)
        guard shift < 128 else { return product.high >> (shift - 128) }
        guard product.high >> shift == 0 else { return .max }
        return product.high << (128 - shift) | product.low >> shift
    }

    func timesRoundedUp(_ x: UInt128) -> UInt128 {
        let down = timesRoundedDown(x)
        return down == .max ? .max : down + 1
    }
}
