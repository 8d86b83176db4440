// SPDX-License-Identifier: Apache-2.0

/// Public dice for people who do not exist: the same seed gives the same ones everywhere, and nothing of them is secret.
/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
struct TwinDice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(_ seed: UInt64, _ parts: UInt64...) {
        var hash = RowHash()
        hash.add(seed)
        for part in parts { hash.add(part) }
        state = hash.value
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    /// From 0 to below 1, all alike.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// About normal, of mean 0 and deviation 1: three uniform numbers together.
    mutating func bell() -> Double { (uniform() + uniform() + uniform() - 1.5) * 2 }

    /// One of so many, the first ones more often than the last.
    mutating func place(of count: Int) -> Int {
        let root = uniform()
        return min(Int(root * root * Double(count)), count - 1)
    }
}
