// SPDX-License-Identifier: Apache-2.0

/// A generator whose draws depend on the seed alone (SplitMix64, Steele et al. 2014).
struct Seeded: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

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
