// SPDX-License-Identifier: Apache-2.0

/// Amounts of money whose logarithm is normal: half are below the median, few are far above it.
package struct LogNormal: Sendable, Hashable {
    /// In micro-units.
    package let medianMicros: Int64
    /// The deviation of the logarithm.
    package let sigma: Double

    /// Takes a median and the deviation of the logarithm.
    package init(medianMicros: Int64, sigma: Double) {
        self.medianMicros = medianMicros
        self.sigma = sigma
    }

    /// Draws an amount in micro-units.
    func draw(_ dice: inout Dice) -> Int64 {
        let factor = LogNormal.power(min(max(sigma * dice.normal(), -20), 20))
        return Int64((Double(medianMicros) * factor).rounded())
    }

    /// e^x for |x| ≤ 20, by additions, products and quotients alone: the same bits everywhere, where a library's
    /// exponential differs from the next.
    private static func power(_ x: Double) -> Double {
        let k = (x * 1.4426950408889634).rounded()
        let rest = x - k * 0.6931471805599453
        var sum = 1.0
        for step in stride(from: 14.0, through: 1, by: -1) { sum = 1 + rest / step * sum }
        return sum * Double(sign: .plus, exponent: Int(k), significand: 1)
    }
}
