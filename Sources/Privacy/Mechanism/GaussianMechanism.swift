// SPDX-License-Identifier: Apache-2.0

/// Gaussian noise planned in integers: how wide for a given amount of privacy, and what it costs.
///
/// Numbers live on a lattice: integers that count one small public unit. One contributor moves the
/// vector of sums by at most `sensitivity` units in L2; every coordinate gets its own discrete
/// Gaussian of one σ. Choose the unit so that the sensitivity is at least ``advisedSensitivity``:
/// then σ being whole costs no accuracy worth naming, and the discrete law lies within 10^−5 of the
/// continuous one.
public struct GaussianMechanism: Hashable, Sendable {
    /// The least sensitivity, in lattice units, at which rounding no longer matters.
    public static let advisedSensitivity: UInt64 = 100

    /// The L2 norm by which one contributor can move the vector of sums, in lattice units.
    public let sensitivity: UInt64
    /// The noise on each coordinate, in lattice units.
    public let noise: DiscreteGaussian
    /// What the release of the whole vector costs: D²/2σ², rounded up.
    public let charge: Rho

    /// Chooses the smallest whole σ whose cost stays within the amount.
    ///
    /// The charge never exceeds the amount: σ² ≥ D²·2^39/units, so D²·2^39/σ² ≤ units.
    /// - Throws: ``NoiseError/sensitivityZero``, ``NoiseError/nothingToSpend``, or
    ///   ``NoiseError/latticeTooFine`` when σ would exceed 2^31 − 1.
    public init(sensitivity: UInt64, spending amount: Rho) throws(NoiseError) {
        guard sensitivity > 0 else { throw .sensitivityZero }
        guard amount > .zero else { throw .nothingToSpend }
        let squared = UInt128(sensitivity) * UInt128(sensitivity)
        let half: UInt128 = 1 << UInt128(Rho.fractionBits - 1)
        let product = squared.multipliedFullWidth(by: half)
        let units = UInt128(amount.units)
        guard product.high < units else { throw .latticeTooFine }
        let (quotient, remainder) = units.dividingFullWidth(product)
        guard quotient < .max else { throw .latticeTooFine }
        let least = quotient + (remainder == 0 ? 0 : 1)
        guard let sigma = Int(exactly: least.squareRootRoundedUp) else { throw .latticeTooFine }
        try self.init(sensitivity: sensitivity, sigma: sigma)
    }

    /// Takes a σ in lattice units and reports what it costs.
    ///
    /// - Throws: ``NoiseError/sensitivityZero``, ``NoiseError/latticeTooFine`` for a σ above
    ///   2^31 − 1, ``NoiseError/scaleOutOfRange`` for one below 1 or so small that the cost passes
    ///   ``Rho/maximum``.
    public init(sensitivity: UInt64, sigma: Int) throws(NoiseError) {
        guard sensitivity > 0 else { throw .sensitivityZero }
        guard sigma <= DiscreteGaussian.maximumSigma else { throw .latticeTooFine }
        noise = try DiscreteGaussian(sigma: sigma)
        self.sensitivity = sensitivity
        let charge = try? Rho.ofGaussian(
            sensitivitySquared: UInt128(sensitivity) * UInt128(sensitivity),
            sigmaSquared: UInt128(sigma) * UInt128(sigma))
        guard let charge else { throw .scaleOutOfRange }
        self.charge = charge
    }

    /// Whether the lattice is fine enough that rounding does not matter.
    public var isFine: Bool { sensitivity >= Self.advisedSensitivity }

    /// The standard error of each released number, in units of 2^`latticeBits` lattice units; the
    /// true one is smaller by less than a part in a million.
    public func standardError(latticeBits: Int = 0) -> DisplayNumber {
        shown(deviations: 1, latticeBits: latticeBits)
    }

    /// Half the width of the interval that covers the exact number 95 times in 100, in units of
    /// 2^`latticeBits` lattice units. Only noise is in it, not what clipping cut off.
    public func halfWidth95(latticeBits: Int = 0) -> DisplayNumber {
        shown(deviations: 1.959_963_984_540_055, latticeBits: latticeBits)
    }

    private func shown(deviations: Double, latticeBits: Int) -> DisplayNumber {
        let unit = Double(sign: .plus, exponent: -min(max(latticeBits, 0), 63), significand: 1)
        return DisplayNumber(Double(noise.sigma) * deviations * unit, rounding: .up)
    }

    /// Draws the noise for `count` numbers, before anything is read.
    public func drawAll(count: Int, from source: inout ByteSource) -> NoisePool {
        NoisePool(noise, count: count, from: &source)
    }
}
