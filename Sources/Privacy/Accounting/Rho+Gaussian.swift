// SPDX-License-Identifier: Apache-2.0

extension Rho {
    /// The cost of Gaussian noise: ρ = D²/2σ², rounded up to the next unit, from integers.
    ///
    /// For the continuous Gaussian this is Bun, Steinke (arXiv:1605.02065) Proposition 1.6; for the
    /// discrete one, with D an integer vector's L2 norm, Canonne, Kamath, Steinke (arXiv:2004.00010)
    /// Theorem 4, where the Rényi divergences of independent coordinates add.
    /// - Parameters:
    ///   - sensitivitySquared: D², the squared L2 norm by which one contributor moves the answer.
    ///   - sigmaSquared: σ², in the same units squared.
    /// - Throws: ``RhoError/noNoise`` for σ = 0, ``RhoError/tooLarge`` above ``maximum``.
    public static func ofGaussian(
        sensitivitySquared: UInt128, sigmaSquared: UInt128
    ) throws(RhoError) -> Rho {
        guard sigmaSquared > 0 else { throw .noNoise }
        // In units of 2^−40: D² · 2^39 / σ². The product has up to 167 bits.
        let half: UInt128 = 1 << UInt128(fractionBits - 1)
        let product = sensitivitySquared.multipliedFullWidth(by: half)
        guard product.high < sigmaSquared else { throw .tooLarge }
        let (quotient, remainder) = sigmaSquared.dividingFullWidth(product)
        let (units, overflow) = quotient.addingReportingOverflow(remainder == 0 ? 0 : 1)
        guard !overflow, let units = UInt64(exactly: units) else { throw .tooLarge }
        return Rho(units: units)
    }
}
