// SPDX-License-Identifier: Apache-2.0
internal import Trees

/// Public dice for people who do not exist: the same seed gives the same ones everywhere, and nothing of them is secret.
struct TwinDice: RandomNumberGenerator {
    private var dice: SplitDice

    init(_ seed: UInt64, _ parts: UInt64...) {
        var hash = RowHash()
        for part in parts { hash.add(part) }
        dice = SplitDice(seed: seed, stream: hash.value)
    }

    mutating func next() -> UInt64 { dice.next() }

    /// From 0 to below 1, all alike.
    mutating func uniform() -> Double { dice.unit() }

    /// About normal, of mean 0 and deviation 1: three uniform numbers together.
    mutating func bell() -> Double { (uniform() + uniform() + uniform() - 1.5) * 2 }

    /// One of so many, the first ones more often than the last.
    mutating func place(of count: Int) -> Int {
        let root = uniform()
        return min(Int(root * root * Double(count)), count - 1)
    }
}
