// SPDX-License-Identifier: Apache-2.0
internal import Foundation

extension QuantileTree {
    /// The values between which a quantile lies 95 times in 100, as far as noise can tell.
    ///
    /// Noise of width σ on every counter moves the rank at which the search ends. At a level where j of b
    /// children are passed and a share s of them is wanted, the rank is off by the noise of
    /// (1−s) times those passed and −s times the rest, a variance of σ²((1−s)²j + s²(b−j)); the levels'
    /// noises are independent and add. The interval is what the search finds at the wanted rank less
    /// and plus 1.96 of these deviations. Only noise is in it: not what clipping cut off, nor how
    /// finely the leaves tell values apart.
    /// - Requires: ``nodes`` counters in units of one lattice; σ in the same units.
    /// - Returns: bounds that hold the quantile of ``quantile(_:of:)``.
    public func quantileInterval(
        _ level: QuantileLevel, of counters: [Int64], sigma: Int
    ) -> ClosedRange<Int64> {
        let share = UInt128(level.numerator) * Self.whole / UInt128(level.denominator)
        let middle = search(share, of: counters)
        guard let root = middle.steps.first else { return bounds }
        var variance = 0.0
        for step in middle.steps {
            let (passed, wanted) = (Double(step.passed), Double(step.share) * 0x1p-56)
            variance +=
                (1 - wanted) * (1 - wanted) * passed
                + wanted * wanted * (Double(branching) - passed)
        }
        let deviation = Double(max(0, sigma)) * variance.squareRoot() / Double(root.total)
        let reach = UInt128(min(1, 1.959_963_984_540_055 * deviation) * 0x1p56)
        let low = search(share > reach ? share - reach : 0, of: counters).value
        let high = search(share + reach, of: counters).value
        return min(low, middle.value)...max(high, middle.value)
    }
}
