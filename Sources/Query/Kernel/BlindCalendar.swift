// SPDX-License-Identifier: Apache-2.0

/// Years, months and weekdays of days counted from 1970-01-01, in the same steps for every day.
///
/// The proleptic Gregorian calendar by eras of 400 years that begin in March, as in Howard Hinnant's
/// "chrono-compatible low-level date algorithms". Days beyond ±10,000,000 are NULL.
struct BlindCalendar<Word: BlindWord> {
    private let cycle: Divisor
    private let century: Divisor
    private let fourYears: Divisor
    private let year: Divisor
    private let five: Divisor
    private let months: Divisor
    private let week: Divisor
    private let three: Divisor
    private let fourCenturies: Divisor

    /// A divisor, made ready.
    private struct Divisor {
        let word: Word
        private let reciprocal: Reciprocal<Word>

        init(_ value: Int64) {
            word = Word(value)
            reciprocal = Reciprocal(word)
        }

        /// The quotient of a word that is not negative.
        @inline(__always) func quotient(_ dividend: Word) -> Word {
            reciprocal.quotient(Word(0), dividend)
        }
    }

    init() {
        cycle = Divisor(146_097)
        century = Divisor(36_524)
        fourYears = Divisor(1_460)
        year = Divisor(365)
        five = Divisor(5)
        months = Divisor(153)
        week = Divisor(7)
        three = Divisor(3)
        fourCenturies = Divisor(400)
    }

    /// 400 years times so many lie before 1970, so that days that count are not negative.
    private static var eras: Int64 { 70 }
    private static var most: Int64 { 10_000_000 }

    /// What is asked of a day, or NULL.
    @inline(__always) func part(_ part: Scalar.DatePart, of day: Word) -> Word {
        let isFar =
            day.isLess(than: Word(-Self.most)) | Word(Self.most).isLess(than: day) | day.isNull
        // Any day will do for those that give NULL.
        let known = isFar.choose(Word(0), day)
        return told(part, known).orNull(if: isFar)
    }

    @inline(__always) private func told(_ part: Scalar.DatePart, _ day: Word) -> Word {
        let past = day &+ Word(719_468 + Self.eras * 146_097)
        switch part {
        case .dow: return remainder(day &+ Word(4 + 7 * 2_000_000), week)
        case .startOfWeek:
            return day &- remainder(day &+ Word(3 + 7 * 2_000_000), week)
        default: break
        }
        let era = cycle.quotient(past)
        let dayOfEra = past &- era &* cycle.word
        // (d − d/1460 + d/36524 − d/146096) / 365
        let leap =
            dayOfEra &- fourYears.quotient(dayOfEra) &+ century.quotient(dayOfEra)
            &- dayOfEra.equals(Word(146_096)).truth
        let yearOfEra = year.quotient(leap)
        let dayOfYear =
            dayOfEra
            &- (year.word &* yearOfEra &+ yearOfEra.down(by: Word(2))
                &- hundredth(yearOfEra))
        let shifted = months.quotient(five.word &* dayOfYear &+ Word(2))
        let isNextYear = Word(9).isLess(than: shifted)
        let month = shifted &+ isNextYear.choose(Word(-9), Word(3))
        let dayOfMonth =
            dayOfYear &- five.quotient(months.word &* shifted &+ Word(2)) &+ Word(1)
        let civil = yearOfEra &+ era &* Word(400) &+ isNextYear.truth &- Word(400 * Self.eras)
        let quarter = three.quotient(month &+ Word(2))
        switch part {
        case .year: return civil
        case .month: return month
        case .day: return dayOfMonth
        case .quarter: return quarter
        case .startOfMonth: return day &- dayOfMonth &+ Word(1)
        case .startOfQuarter: return first(of: quarter &* three.word &- Word(2), civil)
        default: return first(of: Word(1), civil)
        }
    }

    /// yearOfEra / 100: 0 to 3, since a year of an era is below 400.
    @inline(__always) private func hundredth(_ year: Word) -> Word {
        (Word(99).isLess(than: year).truth &+ Word(199).isLess(than: year).truth)
            &+ Word(299).isLess(than: year).truth
    }

    @inline(__always) private func remainder(_ word: Word, _ divisor: Divisor) -> Word {
        word &- divisor.quotient(word) &* divisor.word
    }

    /// The first day of a month.
    @inline(__always) private func first(of month: Word, _ civil: Word) -> Word {
        let isEarly = month.isLess(than: Word(3))
        let past = civil &- isEarly.truth &+ Word(400 * Self.eras)
        let era = fourCenturies.quotient(past)
        let yearOfEra = past &- era &* Word(400)
        let shifted = month &+ isEarly.choose(Word(9), Word(-3))
        let dayOfYear = five.quotient(months.word &* shifted &+ Word(2))
        let dayOfEra =
            yearOfEra &* year.word &+ yearOfEra.down(by: Word(2)) &- hundredth(yearOfEra)
            &+ dayOfYear
        return era &* cycle.word &+ dayOfEra &- Word(719_468 + Self.eras * 146_097)
    }
}

extension BlindWord {
    /// This over a divisor above 0, to the nearest, halves away from zero.
    ///
    /// - Requires: the divisor's half, the divisor being even or 1.
    @inline(__always) func rounded(
        over divisor: Self, _ half: Self, _ reciprocal: Reciprocal<Self>
    ) -> Self {
        // The size is below 2^63, and half a divisor too.
        let quotient = reciprocal.quotient(Self(0), magnitude &+ half)
        return quotient.negated(if: isNegative).orNull(if: isNull)
    }

    /// −1, 0 or 1, or NULL.
    @inline(__always) var sign: Self {
        (isNegative | (~equals(Self(0)) & Self(1))).orNull(if: isNull)
    }

    /// The smaller one, or the one that is not NULL.
    @inline(__always) func least(_ other: Self) -> Self {
        // NULL is below everything.
        let isMine = isLess(than: other) ^ (isNull | other.isNull)
        return isMine.choose(self, other)
    }

    /// The larger one, or the one that is not NULL.
    @inline(__always) func greatest(_ other: Self) -> Self {
        isLess(than: other).choose(other, self)
    }

    /// This less the other times their quotient; NULL where the other is 0.
    @inline(__always) func remainder(_ other: Self) -> Self {
        minus(times(Self(1), over: other).times(other))
    }

    /// This over a divisor above 0, rounded down.
    @inline(__always) func floored(over divisor: Self, _ reciprocal: Reciprocal<Self>) -> Self {
        let sign = isNegative
        // ⌊x/d⌋ of a negative x is −1 − ⌊(−1 − x)/d⌋, and −1 − x is x with all bits turned.
        let quotient = reciprocal.quotient(Self(0), self ^ sign)
        return (quotient ^ sign).orNull(if: isNull)
    }
}
