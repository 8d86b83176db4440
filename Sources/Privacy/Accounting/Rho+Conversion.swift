// SPDX-License-Identifier: Apache-2.0

extension Rho {
    /// The ε that this amount of zCDP implies at δ, rounded up; for showing and planning.
    ///
    /// The tight conversion of Canonne, Kamath, Steinke (arXiv:2004.00010) Proposition 12, 6 to 18 %
    /// below the textbook ρ + 2√(ρ ln(1/δ)). A δ of 1 or more gives 0. Cost: a few microseconds.
    public func epsilon(at delta: ExactDecimal) -> DisplayNumber {
        guard delta.above < 1 else { return DisplayNumber(0, rounding: .up) }
        return DisplayNumber(
            Conversion.epsilon(rho: valueRoundedUp, delta: delta.below), rounding: .up)
    }

    /// The δ that this amount of zCDP implies at ε, rounded up; for showing and planning.
    ///
    /// Same source as ``epsilon(at:)``. Cost: a few microseconds.
    public func delta(at epsilon: ExactDecimal) -> DisplayNumber {
        DisplayNumber(
            Conversion.delta(rho: valueRoundedUp, epsilon: epsilon.below), rounding: .up)
    }

    /// The amount as a binary fraction, exact below 2^53 units.
    private var valueRoundedUp: Double {
        let nearest = Double(units)
        let up = units > 1 << 53 ? nearest.nextUp : nearest
        return up / Conversion.unitsPerOne
    }
}
