// SPDX-License-Identifier: Apache-2.0

/// What an experiment draws from: numbers that depend on a seed alone (SplitMix64, Steele et al. 2014), the same
/// on every machine.
///
/// Never for the noise of anything that is sold: whoever knows the seed can take the noise away. Here nobody is
/// to be protected from the experimenter, who has the rows.
package struct Dice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts at a seed.
    package init(seed: UInt64) { state = seed }

    /// Starts a stream of its own for one purpose, so that drawing more for one does not move the others.
    package init(seed: UInt64, stream: UInt64) {
        self.init(seed: Dice.mixed(Dice.mixed(seed) ^ stream))
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Dice.mixed(state)
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        var mixed = word
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but not including 1, in steps of 2^-53.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A whole number from 0 up to but not including a limit of at least 1; uneven by less than one in 2^32
    /// for limits that fit 32 bits.
    mutating func below(_ limit: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(limit)).high)
    }

    /// A whole number within a range.
    mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound) + 1))
    }

    /// About normal, of mean 0 and deviation 1: the sum of twelve uniform numbers less six. It never leaves ±6,
    /// and is made of additions alone, which give the same bits everywhere.
    mutating func normal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    /// The same things in an order that any permutation is as likely to be (Fisher, Yates).
    mutating func shuffled<Thing>(_ things: [Thing]) -> [Thing] {
        var things = things
        for last in stride(from: things.count - 1, to: 0, by: -1) {
            things.swapAt(last, below(last + 1))
        }
        return things
    }
}
