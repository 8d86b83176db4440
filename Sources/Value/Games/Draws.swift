// SPDX-License-Identifier: Apache-2.0

/// Draws that depend on the generator's words alone, not on the standard library's version: the same
/// seed gives the same bytes for good.
enum Draws {
    /// A uniform number from 0 to bound - 1, by rejection under a mask.
    static func below(_ bound: Int, using generator: inout some RandomNumberGenerator) -> Int {
        precondition(bound > 0, "a bound above 0")
        guard bound > 1 else { return 0 }
        let mask = UInt64.max >> UInt64((UInt64(bound) - 1).leadingZeroBitCount)
        while true {
            let word: UInt64 = generator.next() & mask
            if word < UInt64(bound) { return Int(word) }
        }
    }

    /// Puts a list in a uniformly drawn order (Fisher and Yates).
    static func shuffle(_ list: inout [Int], using generator: inout some RandomNumberGenerator) {
        for last in stride(from: list.count - 1, to: 0, by: -1) {
            list.swapAt(last, below(last + 1, using: &generator))
        }
    }
}
