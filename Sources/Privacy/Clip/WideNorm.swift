// SPDX-License-Identifier: Apache-2.0

/// The squared L2 norm of a vector of Int64, exactly: carries · 2^128 + low.
///
/// Its steps do not depend on the numbers: truths are 0 or 1, and nothing branches on them.
struct WideNorm {
    private(set) var carries: UInt64 = 0
    private(set) var low: UInt128 = 0

    /// Adds up the squares. Each is at most 2^126, so the carries count at most a quarter of the
    /// coordinates.
    init(of vector: UnsafeBufferPointer<Int64>) {
        for value in vector {
            let size = value.magnitude
            let (sum, overflow) = low.addingReportingOverflow(UInt128(size) &* UInt128(size))
            low = sum
            carries &+= bit(overflow)
        }
    }

    /// 1 when the squared norm is at most that, else 0.
    func isAtMost(_ radiusSquared: UInt128) -> UInt64 {
        bit(carries == 0) & bit(low <= radiusSquared)
    }

    /// ⌊2^64 · R/‖v‖⌋, and 2^64 − 1 where that would be more: bit by bit, the largest f with
    /// f² · ‖v‖² ≤ R² · 2^128. Cost: 64 comparisons, about half a microsecond.
    func ratio(of radiusSquared: UInt128) -> UInt64 {
        var factor: UInt64 = 0
        for place in (0..<64 as Range<UInt64>).reversed() {
            let one: UInt64 = 1 &<< place
            factor |= one & (0 &- times(square: factor | one, isAtMost: (radiusSquared, 0)))
        }
        return factor
    }

    /// 1 when root² · ‖v‖² is at most the target, exactly, else 0.
    @inline(__always)
    func times(square root: UInt64, isAtMost target: (high: UInt128, low: UInt128)) -> UInt64 {
        let square = UInt128(root) &* UInt128(root)
        let lower = square.multipliedFullWidth(by: low)
        let upper = square.multipliedFullWidth(by: UInt128(carries))
        let (high, overflow) = lower.high.addingReportingOverflow(upper.low)
        let isBelow = bit(high < target.high)
        let isEqual = bit(high == target.high) & bit(lower.low <= target.low)
        return bit(!overflow) & bit(upper.high == 0) & (isBelow | isEqual)
    }
}

/// A truth as a number, for what may not branch on it.
private func bit(_ truth: Bool) -> UInt64 { truth ? 1 : 0 }
