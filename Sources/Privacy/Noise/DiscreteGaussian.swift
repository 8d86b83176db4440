// SPDX-License-Identifier: Apache-2.0

/// The discrete Gaussian law on the integers: P(x) ∝ e^(−x²/2σ²).
///
/// Drawn exactly, in integers, by Algorithm 3 of Canonne, Kamath, Steinke (arXiv:2004.00010): propose
/// from the discrete Laplace law of scale t = σ + 1, accept with probability
/// e^(−(|y|·t − σ²)² / 2σ²t²). Its variance is below σ², and noise of this law on integers of L2
/// sensitivity D costs exactly ρ = D²/2σ² of zCDP, as the continuous one (Thm. 4).
public struct DiscreteGaussian: Hashable, Sendable {
    /// The largest σ: 2^31 − 1.
    public static let maximumSigma = DiscreteLaplace.maximumScale

    /// The parameter σ in lattice units; the standard deviation is just below it.
    public let sigma: Int
    private let t: UInt64
    private let sigmaSquared: UInt64
    private let denominator: UInt128
    private let proposal: DiscreteLaplace

    /// Takes σ in lattice units.
    ///
    /// - Throws: ``NoiseError/scaleOutOfRange`` unless 1 ≤ σ ≤ 2^31 − 1.
    public init(sigma: Int) throws(NoiseError) {
        guard sigma >= 1, sigma <= Self.maximumSigma else { throw .scaleOutOfRange }
        self.sigma = sigma
        t = UInt64(sigma) + 1
        sigmaSquared = UInt64(sigma) * UInt64(sigma)
        proposal = DiscreteLaplace(unchecked: t)
        // At most 2 · (2^31)² · (2^31)² = 2^125.
        denominator = 2 * UInt128(sigmaSquared) * UInt128(t * t)
    }

    /// Draws one value.
    ///
    /// Cost: about 76 random bytes at σ = 2^20. The time depends on the value drawn: draw before the
    /// data is read.
    public func draw(from source: inout ByteSource) -> Int64 {
        while true {
            let candidate = proposal.draw(from: &source)
            // |y| < 2^63 and t ≤ 2^31, so the product fits 94 bits and its square 188.
            let product = UInt128(candidate.magnitude) &* UInt128(t)
            let center = UInt128(sigmaSquared)
            let distance = product > center ? product &- center : center &- product
            if source.bernoulliExp(minus: Self.square(distance), over: denominator) {
                return candidate
            }
        }
    }

    /// Draws `count` values; none for a negative count.
    public func draw(_ count: Int, from source: inout ByteSource) -> [Int64] {
        var values: [Int64] = []
        values.reserveCapacity(max(0, count))
        while values.count < count { values.append(draw(from: &source)) }
        return values
    }

    private static func square(_ x: UInt128) -> (high: UInt128, low: UInt128) {
        if x <= UInt128(UInt64.max) { return (0, x &* x) }
        return x.multipliedFullWidth(by: x)
    }
}
