// SPDX-License-Identifier: Apache-2.0

/// Scales a vector of integers into a ball, at a nanosecond or two per coordinate: the clip of every
/// contributor in every study.
///
/// As ``L2Clip``, but each coordinate may be nearer to zero than trunc(R/‖v‖ · vᵢ) by 2^-30 of itself and
/// one unit, for which no 256-bit numbers are needed. The result has Σ out² ≤ R² all the same: the factor is never above R/‖v‖,
/// and every product is rounded toward zero. A coordinate beyond ±2^52 counts as ±2^52, which keeps the
/// norm of up to 2^20 of them in 128 bits. Blind: the steps depend on
/// the length alone, and on whether a coordinate is 2^27 or more, as those of rows without end are.
public struct L2Shrink: Hashable, Sendable {
    /// The largest size of a coordinate.
    public static let largest: Int64 = 1 << 52

    /// The radius R in lattice units, below 2^62.
    public let radius: UInt64

    /// Takes the radius R in lattice units, below 2^62; 0 makes every vector zero.
    public init(radius: UInt64) {
        precondition(radius < 1 << 62, "a radius below 2^62")
        self.radius = radius
    }

    /// Coordinates of at most this size, so many of them, have a squared norm of 64 bits.
    private static let narrow: (size: UInt64, count: Int) = (1 << 27, mostNarrow)

    /// Vectors of more coordinates are scaled as ``scaled(_:by:)`` does; of shorter ones some by half a word.
    public static let mostNarrow = 1 << 10

    /// How long a vector is.
    public struct Norm: Sendable {
        /// The squared norm.
        public let squared: UInt128
        /// Whether every coordinate is so small that half a word holds it.
        fileprivate let isNarrow: Bool
    }

    /// Brings every coordinate within ±2^52 and gives the norm then.
    ///
    /// - Requires: at most 2^20 coordinates.
    public static func bound(_ vector: UnsafeMutableBufferPointer<Int64>) -> Norm {
        precondition(vector.count <= 1 << 20, "at most 2^20 coordinates")
        // Of small coordinates, which nearly all are, 64 bits and the low halves tell everything.
        var (all, sum): (UInt64, UInt64) = (0, 0)
        for place in 0..<vector.count {
            let sign = vector[place] &>> 63
            let size = UInt64(bitPattern: (vector[place] ^ sign) &- sign)
            all |= size
            sum = sum &+ (size & 0xffff_ffff) &* (size & 0xffff_ffff)
        }
        if all < narrow.size, vector.count <= narrow.count {
            return Norm(squared: UInt128(sum), isNarrow: true)
        }
        return Norm(squared: boundWide(vector), isNarrow: false)
    }

    private static func boundWide(_ vector: UnsafeMutableBufferPointer<Int64>) -> UInt128 {
        var (high, low): (UInt64, UInt64) = (0, 0)
        for place in 0..<vector.count {
            let value = min(max(vector[place], 0 &- largest), largest)
            vector[place] = value
            let square = value.magnitude.multipliedFullWidth(by: value.magnitude)
            let (sum, overflow) = low.addingReportingOverflow(square.low)
            low = sum
            high = high &+ square.high &+ (overflow ? 1 : 0)
        }
        return UInt128(high) << 64 | UInt128(low)
    }

    /// 2^63 · R/‖v‖ or a little less, and 2^63 for a vector within the ball: what coordinates are
    /// multiplied by.
    public func factor(normSquared: UInt128) -> UInt64 {
        // The root of the first 62 bits, rounded up, is too large by 2^-30 of itself at most. With 64
        // zeros and an even shift they begin at bit 125 of a norm of 124 bits at most.
        let shift = UInt128(normSquared | 1).leadingZeroBitCount & ~1 &- 2
        let first = UInt64(truncatingIfNeeded: (normSquared << UInt128(shift)) >> 64)
        let root = L2Shrink.rootAbove(first) << 32
        let wanted = UInt128(radius) << UInt128(shift / 2)
        let isWithin: UInt64 = normSquared <= UInt128(radius) * UInt128(radius) ? 1 : 0
        // Outside of the ball the quotient is at most 2^63; elsewhere any division will do.
        let part = UInt64(truncatingIfNeeded: wanted) & (isWithin &- 1)
        let quotient = root.dividingFullWidth((part &>> 1, part &<< 63)).quotient
        return isWithin << 63 | (quotient & (isWithin &- 1))
    }

    /// Multiplies a coordinate by a factor, toward zero.
    @inlinable
    public static func scaled(_ value: Int64, by factor: UInt64) -> Int64 {
        let sign = value &>> 63
        let size = UInt64(bitPattern: (value ^ sign) &- sign)
        let product = size.multipliedFullWidth(by: factor)
        let shrunk = Int64(truncatingIfNeeded: product.high &<< 1 | product.low &>> 63)
        return (shrunk ^ sign) &- sign
    }

    /// Adds a vector, scaled by a factor, to sums that wrap.
    ///
    /// - Requires: the vector as ``bound(_:)`` left it, with the norm that it gave; as many sums.
    public static func add(
        _ vector: UnsafeBufferPointer<Int64>, of norm: Norm, times factor: UInt64,
        to sums: UnsafeMutableBufferPointer<Int64>
    ) {
        precondition(vector.count == sums.count, "as many sums as coordinates")
        guard norm.isNarrow else {
            for place in 0..<vector.count {
                sums[place] &+= scaled(vector[place], by: factor)
            }
            return
        }
        // The first 32 bits of the factor: of half a word, what they leave out is less than a unit.
        let isWithin = 0 &- (factor &>> 63)
        let short = factor &>> 31 & 0xffff_ffff
        for place in 0..<vector.count {
            let sign = vector[place] &>> 63
            let size = UInt64(bitPattern: (vector[place] ^ sign) &- sign)
            let product = (size & 0xffff_ffff) &* short
            let shrunk = Int64(bitPattern: (product &>> 32 & ~isWithin) | (size & isWithin))
            sums[place] &+= (shrunk ^ sign) &- sign
        }
    }

    /// ⌊√value⌋ + 1 of a value of 2^60 or more and below 2^62, or of 0; above the root of value + 1
    /// too. Without a branch or a division.
    static func rootAbove(_ value: UInt64) -> UInt64 {
        // 2^31/√value in units of 2^-62, by Newton's y ← y · (3 − value · y²)/2. A straight line is a
        // tenth off; four steps leave less than 2^-40.
        var inverse = 0x8999_9999_9999_9999 &- value &- value &>> 2
        for _ in 0..<4 {
            let square = inverse.multipliedFullWidth(by: inverse).high
            let part = square.multipliedFullWidth(by: value).high
            let missing = (3 << 58) &- part
            inverse = inverse.multipliedFullWidth(by: missing).high &<< 5
        }
        // One off at most, which the squares tell.
        let near = inverse.multipliedFullWidth(by: value).high &>> 29
        let root = near &- (near &* near > value ? 1 : 0)
        let next = root &+ 1
        return next &+ (next &* next <= value ? 1 : 0)
    }
}
