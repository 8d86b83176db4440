// SPDX-License-Identifier: Apache-2.0
@testable import Privacy

/// Algorithms 1 to 3 of arXiv:2004.00010 as printed, with fractions in lowest terms: what the vectors
/// named kat_ were drawn by. Slower than the library, other bytes, the same law.
struct TextbookSampler {
    typealias Fraction = (numerator: UInt128, denominator: UInt128)

    private func lowest(_ p: UInt128, _ q: UInt128) -> Fraction {
        var (a, b) = (p, q)
        while b > 0 { (a, b) = (b, a % b) }
        return a == 0 ? (0, 1) : (p / a, q / a)
    }

    private func coin(_ p: UInt128, _ q: UInt128, _ source: inout ByteSource) -> Bool {
        let fraction = lowest(p, q)
        return source.below(wide: fraction.denominator) < fraction.numerator
    }

    /// Bernoulli(exp(−p/q)).
    private func exponential(_ p: UInt128, _ q: UInt128, _ source: inout ByteSource) -> Bool {
        var (p, q) = lowest(p, q)
        while p > q {
            guard exponential(1, 1, &source) else { return false }
            (p, q) = lowest(p - q, q)
        }
        var k: UInt128 = 1
        while coin(p, q * k, &source) { k += 1 }
        return k % 2 == 1
    }

    /// The discrete Laplace of scale t/s.
    func laplace(_ t: UInt128, over s: UInt128, _ source: inout ByteSource) -> Int64 {
        while true {
            let u = source.below(wide: t)
            guard exponential(u, t, &source) else { continue }
            var v: UInt128 = 0
            while exponential(1, 1, &source) { v += 1 }
            let y = Int64((u + t * v) / s)
            let negative = source.below(2) == 1
            if negative, y == 0 { continue }
            return negative ? -y : y
        }
    }

    /// The discrete Gaussian of σ² = a/b.
    func gaussian(_ squared: Fraction, _ source: inout ByteSource) -> Int64 {
        let (a, b) = squared
        let t = UInt128((a / b).squareRoot) + 1
        while true {
            let y = laplace(t, over: 1, &source)
            // (|y| − σ²/t)² / 2σ² = (|y|·t·b − a)² / (2·a·b·t²).
            let (left, right) = (UInt128(y.magnitude) * t * b, a)
            let distance = left > right ? left - right : right - left
            if exponential(distance * distance, 2 * a * b * t * t, &source) { return y }
        }
    }
}
