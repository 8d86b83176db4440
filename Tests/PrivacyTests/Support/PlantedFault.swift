// SPDX-License-Identifier: Apache-2.0
@testable import Privacy

/// A second, plain writing of Algorithms 1 to 3 of arXiv:2004.00010 with a switch for each fault that
/// real samplers had. Without a fault it draws the very same numbers as the library.
struct PlantedFault {
    enum Fault: String, CaseIterable {
        case none
        /// The noise is 2 % too wide (or, for the buyer, the cost is wrong).
        case scaleTwoPercentWide
        /// Negative with probability 0.51.
        case signBias
        /// The negative zero is not rejected: P(0) doubles.
        case zeroDoubled
        /// σ²/t is rounded down before it is squared, as a broken rational type would.
        case flooredDivision
        /// Uniform numbers by remainder.
        case moduloBias
    }

    let fault: Fault

    private func below(_ n: UInt128, _ source: inout ByteSource) -> UInt128 {
        guard fault == .moduloBias, n > 1 else { return source.below(wide: n) }
        var value: UInt128 = 0
        for _ in 0..<(128 - (n - 1).leadingZeroBitCount + 7) / 8 {
            value = value << 8 | UInt128(source.take(1))
        }
        return value % n
    }

    private func coin(_ r: UInt128, _ d: UInt128, _ source: inout ByteSource) -> Bool {
        var k: UInt128 = 1
        while true {
            if below(d, &source) >= r { return k % 2 == 1 }
            if k > 1, below(k, &source) != 0 { return k % 2 == 1 }
            k += 1
        }
    }

    private func anyCoin(_ n: UInt128, _ d: UInt128, _ source: inout ByteSource) -> Bool {
        for _ in 0..<n / d where !coin(1, 1, &source) { return false }
        return coin(n % d, d, &source)
    }

    /// Scale t, or 1.02·t.
    func laplace(_ t: UInt64, _ source: inout ByteSource) -> Int64 {
        if fault == .scaleTwoPercentWide { return laplace(51 * t, over: 50, &source) }
        return laplace(t, over: 1, &source)
    }

    private func laplace(_ t: UInt64, over s: UInt64, _ source: inout ByteSource) -> Int64 {
        while true {
            let u = UInt64(below(UInt128(t), &source))
            guard coin(UInt128(u), UInt128(t), &source) else { continue }
            var v: UInt64 = 0
            while coin(1, 1, &source) { v += 1 }
            let y = Int64((u + t * v) / s)
            let negative =
                fault == .signBias ? below(100, &source) < 51 : below(2, &source) == 1
            if negative, y == 0, fault != .zeroDoubled { continue }
            return negative ? -y : y
        }
    }

    /// σ, or 1.02·σ.
    func gaussian(_ sigma: UInt64, _ source: inout ByteSource) -> Int64 {
        let t = UInt128(sigma) + 1
        // σ as the fraction a/b.
        let wide = fault == .scaleTwoPercentWide
        let a = UInt128(sigma) * (wide ? 51 : 1)
        let b: UInt128 = wide ? 50 : 1
        while true {
            let y = laplace(UInt64(t), over: 1, &source)
            let size = UInt128(y.magnitude)
            if fault == .flooredDivision {
                let x = distance(size, a * a / t)
                if anyCoin(x * x, 2 * a * a, &source) { return y }
            } else {
                let x = distance(size * t * b * b, a * a)
                if anyCoin(x * x, 2 * a * a * t * t * b * b, &source) { return y }
            }
        }
    }

    private func distance(_ x: UInt128, _ y: UInt128) -> UInt128 { x > y ? x - y : y - x }
}
