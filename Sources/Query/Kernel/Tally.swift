// SPDX-License-Identifier: Apache-2.0

/// A statistic made ready: what a row adds to it, and how a sum becomes a number.
struct Tally<Word: BlindWord> {
    enum Kind {
        /// 1 for each row that has a value.
        case count
        /// 1 for each row that has none.
        case missing
        /// The value.
        case sum
        /// Twice the value, less the sum of the ends of its bounds.
        case centredSum(ends: Word)
    }

    let kind: Kind
    /// The step that gives the values, within their bounds; nil when every row counts.
    let input: Int?
    /// Whether a contributor counts once, and not once for each row.
    let isPeople: Bool
    private let unit: Word
    private let reciprocal: Reciprocal<Word>
    private let lattice: Word
    /// Whether a contributor's sum fits a word, whatever she gave.
    let isNarrow: Bool
    /// The lattice units of a unit, as factor / 2^shift; rounded down by 2^-36 of it at most.
    private let factor: Word
    private let shift: Word
    /// Whether its unit is 1.
    let isWhole: Bool

    /// Rows of one contributor beyond so many are not looked at.
    static var mostRows: Int { 1 << 30 }

    /// Puts the expression of a statistic into a program.
    init(_ statistic: Statistic, lattice: Int64, in program: inout Program) {
        switch statistic {
        case .people: (kind, input) = (.count, nil)
        case .rows(let having):
            if let value = having.flatMap(Statistic.missingValue) {
                (kind, input) = (.missing, program.add(value))
            } else {
                (kind, input) = (.count, having.map { program.add($0) })
            }
        case .sum(let x, let bounds): (kind, input) = (.sum, program.add(.clip(x, bounds)))
        case .centredSum(let x, let bounds):
            kind = .centredSum(ends: Word(bounds.lowerBound &+ bounds.upperBound))
            input = program.add(.clip(x, bounds))
        }
        isPeople = statistic.isPeople
        self.lattice = Word(lattice)
        unit = Word(statistic.unit)
        reciprocal = Reciprocal(unit)
        isNarrow = statistic.unit < 1 << 31
        isWhole = statistic.unit == 1
        // The largest shift below 64 that keeps the factor below 2^62.
        var (factor, shift) = (UInt128(lattice) << 63 / UInt128(statistic.unit), Int64(63))
        while factor >= 1 << 62 { (factor, shift) = (factor >> 1, shift - 1) }
        self.factor = Word(Int64(factor))
        self.shift = Word(shift)
    }

    /// What a row adds, from its value.
    @inline(__always) func word(_ value: Word) -> Word {
        switch kind {
        case .count: (~value.isNull).truth
        case .missing: value.isNull.truth
        case .sum: value & ~value.isNull
        case .centredSum(let ends): (value &+ value &- ends) & ~value.isNull
        }
    }

    /// One contributor's number in lattice units, from her sum.
    @inline(__always) func number(_ sum: WideSum<Word>) -> Word {
        isPeople
            ? sum.count(in: lattice) : sum.scaled(by: lattice, over: unit, reciprocal)
    }

    /// The same from how many rows a contributor has: she counts once.
    @inline(__always) func number(people sum: Word) -> Word { lattice & ~sum.equals(Word(0)) }

    /// The same from a sum that fits a word and has a unit of 1.
    ///
    /// - Requires: a sum over at most ``mostRows`` rows.
    @inline(__always) func number(whole sum: Word) -> Word { sum &* lattice }

    /// The same from a sum that fits a word, to the nearest.
    ///
    /// - Requires: ``isNarrow``, a sum over at most ``mostRows`` rows.
    @inline(__always) func number(narrow sum: Word) -> Word {
        let sign = sum.isNegative
        let size = sum.magnitude
        // A half more than the quotient, rounded down: all but its last bit of twice the quotient,
        // and 1. The shift is 63 at most, and 1 at least.
        let high = size.high(times: factor)
        let twice =
            high.up(by: Word(1)).up(by: Word(64) &- shift)
            | (size &* factor).down(by: shift &- Word(1))
        return (twice &+ Word(1)).down(by: Word(1)).negated(if: sign)
    }
}
