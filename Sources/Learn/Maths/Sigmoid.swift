// SPDX-License-Identifier: Apache-2.0

/// The logistic function, the same to the last bit on every machine: made of additions, multiplications and
/// divisions alone, which IEEE 754 defines, where a library's exponential differs from the next.
enum Sigmoid {
    /// 1/(1 + e^−x), within 2^−50; 0 and 1 far out, 1/2 for what is no number.
    static func value(_ x: Double) -> Double {
        guard x == x else { return 0.5 }
        let size = min(abs(x), 700)
        let power = exp(-size)
        return x >= 0 ? 1 / (1 + power) : power / (1 + power)
    }

    /// e^x for −700 ≤ x ≤ 700: x = k·ln 2 + r with |r| ≤ ln 2 / 2, and a Taylor sum of r.
    static func exp(_ x: Double) -> Double {
        let k = (x * 1.4426950408889634).rounded()
        // ln 2 in two parts, so that k times the first is exact.
        let r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10
        var sum = 1.0
        for step in stride(from: 14.0, through: 1, by: -1) { sum = 1 + r / step * sum }
        return sum * Double(sign: .plus, exponent: Int(k), significand: 1)
    }
}
