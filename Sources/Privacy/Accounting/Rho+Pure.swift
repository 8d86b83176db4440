// SPDX-License-Identifier: Apache-2.0

extension Rho {
    /// The cost of an ε-differentially private step as zCDP: ε²/2, rounded up.
    ///
    /// Bun, Steinke (arXiv:1605.02065), Proposition 1.4: for any such step, permute-and-flip among
    /// them. The ε²/8 of Cesar, Rogers (arXiv:2004.07223) holds for steps of bounded range only.
    /// - Returns: nil unless 0 < ε ≤ 64 with at most six digits behind the point.
    public static func ofPure(epsilon: ExactDecimal) -> Rho? {
        epsilon.ratio.map { ofPure($0) }
    }

    /// The cost of a step of ε-bounded range as zCDP: ε²/8, rounded up.
    ///
    /// Cesar, Rogers (arXiv:2004.07223): the exponential mechanism. Not valid for permute-and-flip.
    /// - Returns: nil unless 0 < ε ≤ 64 with at most six digits behind the point.
    public static func ofBoundedRange(epsilon: ExactDecimal) -> Rho? {
        epsilon.ratio.map { ofPure($0, parts: 4) }
    }

    /// ε²/2n, rounded up: at most (64 · 10^6)² · 2^39, which is below 2^92.
    static func ofPure(
        _ epsilon: (numerator: UInt128, denominator: UInt128), parts: UInt128 = 1
    ) -> Rho {
        let half: UInt128 = 1 << UInt128(fractionBits - 1)
        let (units, rest) = (epsilon.numerator * epsilon.numerator * half).quotientAndRemainder(
            dividingBy: epsilon.denominator * epsilon.denominator * parts)
        return Rho(units: UInt64(units) + (rest == 0 ? 0 : 1))
    }
}

extension ExactDecimal {
    /// An ε as a fraction of integers below 2^26 and at most 10^6; nil unless it is above 0 and at
    /// most 64, with at most six digits behind the point.
    var ratio: (numerator: UInt128, denominator: UInt128)? {
        guard coefficient > 0, self <= ExactDecimal(coefficient: 64, exponent: 0), exponent >= -6
        else { return nil }
        var (numerator, denominator) = (UInt128(coefficient), UInt128(1))
        for _ in 0..<max(0, exponent) { numerator *= 10 }
        for _ in 0..<max(0, -exponent) { denominator *= 10 }
        return (numerator, denominator)
    }
}
