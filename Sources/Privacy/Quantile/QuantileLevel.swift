// SPDX-License-Identifier: Apache-2.0

/// Which quantile is meant, as a fraction: 1/2 is the median, 9/10 what nine in ten are below.
public struct QuantileLevel: Hashable, Sendable {
    /// The middle.
    public static let median = QuantileLevel(unchecked: 1, over: 2)
    /// What none is below.
    public static let least = QuantileLevel(unchecked: 0, over: 1)
    /// What none is above.
    public static let greatest = QuantileLevel(unchecked: 1, over: 1)
    /// The largest denominator.
    public static let maximumDenominator: UInt32 = 1_000_000

    /// The part.
    public let numerator: UInt32
    /// The whole.
    public let denominator: UInt32

    /// Takes a fraction from 0 to 1; nil for any other, or above ``maximumDenominator``.
    public init?(_ numerator: UInt32, over denominator: UInt32) {
        guard denominator > 0, denominator <= Self.maximumDenominator, numerator <= denominator
        else { return nil }
        var (a, b) = (numerator, denominator)
        while b > 0 { (a, b) = (b, a % b) }
        self.init(unchecked: numerator / a, over: denominator / a)
    }

    /// Takes a decimal such as 0.95; nil above 1 or with more than six digits behind the point.
    public init?(_ decimal: ExactDecimal) {
        guard let ratio = decimal.ratio, ratio.numerator <= ratio.denominator else { return nil }
        self.init(UInt32(ratio.numerator), over: UInt32(ratio.denominator))
    }

    private init(unchecked numerator: UInt32, over denominator: UInt32) {
        self.numerator = numerator
        self.denominator = denominator
    }
}
