// SPDX-License-Identifier: Apache-2.0

/// A signed sum in two words.
struct WideSum<Word: BlindWord> {
    private var high = Word(0)
    private var low = Word(0)

    @inline(__always) mutating func add(_ word: Word) {
        low = low &+ word
        high = high &+ word.isNegative &- low.isBelow(word)
    }

    /// `lattice` when anything was counted, else 0.
    @inline(__always) func count(in lattice: Word) -> Word {
        lattice & ~(high | low).equals(Word(0))
    }

    /// The sum in lattice units, to the nearest: a sum over many people is not biased.
    ///
    /// |sum| is at most rows · unit, so the result is at most rows · lattice, as without rounding.
    /// What does not fit is the nearest that does.
    ///
    /// - Requires: |sum| · lattice below 2^127; a unit that is not 0, and its reciprocal.
    @inline(__always) func scaled(
        by lattice: Word, over unit: Word, _ reciprocal: Reciprocal<Word>
    ) -> Word {
        let sign = high.isNegative
        // The size: all bits turned and 1 added where the sign is minus.
        let size = low.negated(if: sign)
        let sizeHigh = (high ^ sign) &+ (sign & size.equals(Word(0))).truth
        let half = unit.down(by: Word(1))
        let below = size &* lattice &+ half
        let above = size.high(times: lattice) &+ sizeHigh &* lattice &- below.isBelow(half)
        let fits = above.isBelow(unit)
        let quotient = reciprocal.quotient(above & fits, below)
        let largest = Word(.max) &- sign
        let isTooLarge = ~fits | largest.isBelow(quotient)
        return isTooLarge.choose(largest, quotient).negated(if: sign)
    }
}
