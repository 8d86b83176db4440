// SPDX-License-Identifier: Apache-2.0

/// Exponential and logarithm of additions and multiplications alone, each rounded as IEEE 754 says.
///
/// The libraries of platforms differ in last bits; these do not, so that gradients, and with them
/// the sums of gradients and the trees, are the same bits on every machine.
package enum Elementary {
    /// e^x for x at most 0; below -700 as for -700. Within 2^-51 of the value.
    @inline(__always)
    package static func exponential(_ x: Double) -> Double {
        let x = max(x, -700)
        // Adding 1.5·2^52 rounds to a whole number, which is left in the low bits.
        let magic = 0x1.8p52
        let shifted = x * 0x1.71547652b82fep0 + magic
        let power = shifted - magic
        let r = (x - power * 0x1.62e42fee00000p-1) - power * 0x1.a39ef35793c76p-33
        // Taylor to the 13th power, in two halves that the processor works on at once; |r| < 0.347.
        let r2 = r * r
        let r4 = r2 * r2
        let low = (1 + r) + r2 * (0x1p-1 + r * 0x1.5555555555555p-3)
        let middle =
            (0x1.5555555555555p-5 + r * 0x1.1111111111111p-7)
            + r2 * (0x1.6c16c16c16c17p-10 + r * 0x1.a01a01a01a01ap-13)
        let high =
            (0x1.a01a01a01a01ap-16 + r * 0x1.71de3a556c734p-19)
            + r2 * (0x1.27e4fb7789f5cp-22 + r * 0x1.ae64567f544e4p-26)
        let top = 0x1.1eed8eff8d898p-29 + r * 0x1.6124613a86d09p-33
        let sum = low + r4 * (middle + r4 * (high + r4 * top))
        let exponent = Int64(bitPattern: shifted.bitPattern) &- Int64(bitPattern: magic.bitPattern)
        return Double(bitPattern: sum.bitPattern &+ UInt64(bitPattern: exponent &<< 52))
    }

    /// 1 / (1 + e^-x): the probability that log-odds mean. Zero and one are not reached within ±36.
    @inline(__always)
    package static func logistic(_ x: Double) -> Double {
        let small = exponential(-abs(x))
        let numerator = x < 0 ? small : 1
        return numerator / (1 + small)
    }

    /// The natural logarithm of a positive, finite, normal number.
    package static func logarithm(_ x: Double) -> Double {
        var (mantissa, exponent) = (x.significand, Double(x.exponent))
        if mantissa > 0x1.6a09e667f3bcdp0 {
            mantissa /= 2
            exponent += 1
        }
        // log m = 2 artanh s, |s| < 0.172.
        let s = (mantissa - 1) / (mantissa + 1)
        var sum = 0.0
        for power in stride(from: 23.0, through: 1, by: -2) { sum = sum * (s * s) + 1 / power }
        return exponent * 0x1.62e42fefa39efp-1 + 2 * s * sum
    }
}
