// SPDX-License-Identifier: Apache-2.0

/// How far a public candidate is from a quantile: the integer loss that ``PermuteAndFlip`` chooses
/// the least of.
///
/// Smith 2011, in the integers of OpenDP: of n rows, with b below the candidate c and e equal to it,
/// the loss at level p/d is |d·b − p·(n − e)|. One row changes it by at most max(p, d − p), so C rows
/// of one contributor by C times as much.
public struct QuantileLoss: Hashable, Sendable {
    /// The quantile that is looked for.
    public let level: QuantileLevel

    /// Takes the quantile that is looked for.
    public init(_ level: QuantileLevel) {
        self.level = level
    }

    /// The most by which `rows` rows, all a contributor has, change any loss; at most 2^63 − 1.
    public func sensitivity(rows: UInt32) -> UInt64 {
        let step = max(level.numerator, level.denominator - level.numerator)
        return UInt64(step) * UInt64(rows)
    }

    /// The loss of a candidate.
    ///
    /// Counts are taken up to 2^40, which is more than there are rows; beyond, and for counts that do
    /// not fit together, the loss is still a function of them.
    public func loss(below: UInt64, equal: UInt64, count: UInt64) -> UInt64 {
        let most: UInt64 = 1 << 40
        let (below, equal, count) = (min(below, most), min(equal, most), min(count, most))
        let left = UInt64(level.denominator) * below
        let right = UInt64(level.numerator) * (count - min(equal, count))
        return left > right ? left - right : right - left
    }
}
