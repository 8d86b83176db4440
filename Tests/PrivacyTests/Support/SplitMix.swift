// SPDX-License-Identifier: Apache-2.0

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every run, for tests only.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z &>> 31)
    }

    /// A number whose bit length is uniform, so that small and huge ones are equally likely.
    mutating func anySize(bits: Int = 64) -> UInt64 {
        let length = Int(next() % UInt64(bits + 1))
        return length == 0 ? 0 : next() >> UInt64(64 - length)
    }
}
