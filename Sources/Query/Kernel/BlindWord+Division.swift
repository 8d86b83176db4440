// SPDX-License-Identifier: Apache-2.0

/// A divisor, made ready: with it a division is two multiplications, whatever the numbers.
///
/// Möller and Granlund, "Improved division by invariant integers" (IEEE TC 2011): with the divisor
/// d shifted up until its top bit is set, v = ⌊(2^128 − 1) / d⌋ − 2^64 gives quotients that are off
/// by one at most, which two masked steps mend (algorithm 4 there).
struct Reciprocal<Word: BlindWord> {
    /// d · 2^shift.
    private let divisor: Word
    private let shift: Word
    private let inverse: Word

    /// Prepares the division by an unsigned word; in fixed time too, for divisors that are data.
    ///
    /// Newton's iteration x ← x · (2 − D · x) for D = d / 2^64, with x counted in units of 2^-62,
    /// from 48/17 − 32/17 · D, which is off by 1/17 of 1/D at most. The error is squared each time:
    /// after four it is below 2^-65. Whatever is cut off makes x smaller, never larger: by less
    /// than 1 in the product and by at most 2 in 2 − D · x. So in the end
    /// 2^126 / d − 3.2 < x < 2^126 / d, and (2^128 − 1) − 4x·d is at most 12.8 d: four masked
    /// steps (8, 4, 2, 1) find how often d still goes into it.
    ///
    /// - Requires: a divisor that is not 0.
    @inline(__always) init(_ word: Word) {
        let shift = word.leadingZeros
        let divisor = word.up(by: shift)
        let (one, two) = (Word(1), Word(2))
        var x = Reciprocal.start &- divisor.high(times: Reciprocal.slope)
        for _ in 0..<4 {
            // 2^63 − 1 − D · x.
            let rest = Word(.max) &- divisor.high(times: x)
            x = x.up(by: one).high(times: rest.up(by: one))
        }
        // The rest (2^128 − 1) − 4x·d in two words.
        let (high, low) = (x.high(times: divisor), x &* divisor)
        var above = ~(high.up(by: two) | low.down(by: Word(62)))
        var below = ~low.up(by: two)
        var found = x.up(by: two)
        func take(_ places: Int64) {
            // The divisor times 2^places.
            let partLow = divisor.up(by: Word(places))
            let partHigh = divisor.down(by: one).down(by: Word(63 - places))
            let left = above &- partHigh &+ below.isBelow(partLow)
            // The rest is small, so a difference below zero is one with the top bit set.
            let fits = ~left.isNegative
            above = fits.choose(left, above)
            below = fits.choose(below &- partLow, below)
            found = found &+ (one.up(by: Word(places)) & fits)
        }
        take(3)
        take(2)
        take(1)
        take(0)
        (self.divisor, self.shift, inverse) = (divisor, shift, found)
    }

    /// ⌊(high · 2^64 + low) / d⌋ for unsigned words.
    ///
    /// - Requires: high < d, else the quotient has more than 64 bits.
    @inline(__always) func quotient(_ high: Word, _ low: Word) -> Word {
        let one = Word(1)
        let top = high.up(by: shift) | low.down(by: one).down(by: Word(63) &- shift)
        let bottom = low.up(by: shift)
        let below = inverse &* top &+ bottom
        let carry = below.isBelow(bottom) & one
        var quotient = inverse.high(times: top) &+ top &+ carry &+ one
        var rest = bottom &- quotient &* divisor
        let tooMany = below.isBelow(rest)
        quotient = quotient &+ tooMany
        rest = rest &+ (tooMany & divisor)
        return quotient &- ~rest.isBelow(divisor)
    }

    /// 48/17 · 2^62, rounded down.
    private static var start: Word { Word(Int64(bitPattern: 13_021_231_110_853_801_140)) }
    /// 32/17 · 2^62, rounded up.
    private static var slope: Word { Word(8_680_820_740_569_200_761) }
}
