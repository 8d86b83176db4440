// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The normal law in doubles whose error is bounded on a stated side: for planning and showing.
///
/// The library's erfc is within one unit in the last place of its argument's value; rounding the
/// argument z itself moves the tail by z² times as much. ``error(_:)`` covers both with room.
enum Normal {
    /// A bound on the relative error of ``upper(_:)`` at z.
    static func error(_ z: Double) -> Double { (8 + 4 * z * z) * 0x1p-52 }

    /// P(N > z), nearest.
    static func upper(_ z: Double) -> Double { erfc(z * 0.5.squareRoot()) / 2 }

    /// P(N > z), never below the exact value.
    static func upperAbove(_ z: Double) -> Double {
        let tail = upper(z)
        return min(1, (tail * (1 + error(z))).nextUp)
    }

    /// ln P(N > z) for any z, also where the tail itself is too small for a double.
    ///
    /// From z = 30 on by the continued fraction of Mills' ratio (DLMF 7.9.3), evaluated backwards.
    static func logUpper(_ z: Double) -> Double {
        if z < -5 { return log1p(-upper(-z)) }
        if z < 30 { return log(upper(z)) }
        var fraction = 0.0
        for k in stride(from: 60.0, through: 1, by: -1) { fraction = k / (z + fraction) }
        return -z * z / 2 - log((2 * Double.pi).squareRoot()) - log(z + fraction)
    }

    /// The smallest z with P(N > z) ≤ p, never below the exact value. Requires 0 < p < 1; from
    /// p = 1/2 on the answer may be negative.
    static func quantileAbove(upperTail p: Double) -> Double {
        bisect(from: -40, to: 40) { upperAbove($0) <= p }
    }

    /// The point where a test turns true and stays true, by halving until the doubles run out; the
    /// upper end of the last bracket, where it is true, if it is true anywhere up to `high`.
    static func bisect(
        from low: Double, to high: Double, _ isPast: (Double) -> Bool
    ) -> Double {
        var (low, high) = (low, high)
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { break }
            if isPast(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
