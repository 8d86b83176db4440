// SPDX-License-Identifier: Apache-2.0
import TestSupport

extension Seeded {
    /// Uniform in [0, 1).
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Below a bound.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// Nearly normal: the sum of twelve uniform numbers.
    mutating func normal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    /// The numbers from 0 in a drawn order.
    mutating func permutation(_ count: Int) -> [Int] {
        var list = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) { list.swapAt(last, below(last + 1)) }
        return list
    }
}
