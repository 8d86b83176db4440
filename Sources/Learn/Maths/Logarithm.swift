// SPDX-License-Identifier: Apache-2.0

/// Logarithms, the same to the last bit on every machine, as ``Sigmoid`` is.
enum Logarithm {
    /// log₂ x of a positive number, within 2^−48 of its size or 1; −1074 for 0 and what is no number.
    static func base2(_ x: Double) -> Double {
        guard x > 0, x.isFinite else { return -1074 }
        var (exponent, part) = (Double(x.exponent), x.significand)
        if part > 1.4142135623730951 { (exponent, part) = (exponent + 1, part / 2) }
        // ln m = 2·artanh((m − 1)/(m + 1)), and |(m − 1)/(m + 1)| ≤ 0.172.
        let s = (part - 1) / (part + 1)
        let square = s * s
        var sum = 0.0
        for odd in stride(from: 21.0, through: 1, by: -2) { sum = 1 / odd + square * sum }
        return exponent + 2 * s * sum * 1.4426950408889634
    }
}
