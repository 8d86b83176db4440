// SPDX-License-Identifier: Apache-2.0

/// What rows add up to: the gradient in one word; the curvature and the number of rows in the
/// other.
///
/// Whole numbers, so that sums are exact, and the same in any order and however rows are dealt to
/// threads. Both words are added at once.
typealias Moments = SIMD2<Int64>

/// The units of ``Moments`` in one round of boosting.
///
/// With n rows, n < 2^b, b ≤ 24: a gradient is at most 2^36 units, so a sum is below 2^60. The
/// second word is curvature · 2^b + 1, with curvature at most 2^(62 - 2b) units; so the counts
/// stay below 2^b and the word below 2^62.
struct FixedPoint {
    private let gradientUnit: Double
    private let perGradient: Double
    private let curvatureUnit: Double
    private let perCurvature: Double
    private let countBits: Int64

    /// Takes the number of rows, at most 2^23, and the largest size of a gradient, finite. The
    /// curvature of a row is at most 1.
    init(rows: Int, largestGradient: Double) {
        let bits = Int.bitWidth - rows.leadingZeroBitCount
        countBits = Int64(bits)
        // The power of two at or above the largest; below 2^-400 squares would vanish.
        let size = max(largestGradient, 0x1p-400)
        let exponent = size.significand == 1 ? size.exponent : size.exponent + 1
        gradientUnit = Double(sign: .plus, exponent: exponent - 36, significand: 1)
        perGradient = Double(sign: .plus, exponent: 36 - exponent, significand: 1)
        let curvatureBits = min(36, 62 - 2 * bits)
        curvatureUnit = Double(sign: .plus, exponent: -curvatureBits, significand: 1)
        perCurvature = Double(sign: .plus, exponent: curvatureBits, significand: 1)
    }

    /// One row in units, rounded to the nearest, from ties to the even.
    @inline(__always)
    func moments(gradient: Double, curvature: Double) -> Moments {
        // Adding 1.5·2^52 leaves the whole number in the low bits: both are below 2^37.
        let magic = 0x1.8p52
        let first = (gradient * perGradient + magic).bitPattern
        let second = (curvature * perCurvature + magic).bitPattern
        return Moments(
            Int64(bitPattern: first &- magic.bitPattern),
            Int64(bitPattern: second &- magic.bitPattern) &<< countBits &+ 1)
    }

    @inline(__always) func gradient(_ sum: Moments) -> Double { Double(sum.x) * gradientUnit }

    @inline(__always)
    func curvature(_ sum: Moments) -> Double { Double(sum.y &>> countBits) * curvatureUnit }

    @inline(__always) func rows(_ sum: Moments) -> Int { Int(sum.y & (1 &<< countBits &- 1)) }
}
