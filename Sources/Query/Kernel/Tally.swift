// SPDX-License-Identifier: Apache-2.0

/// A statistic made ready: what a row adds to it, and how a sum becomes a number.
struct Tally<Word: BlindWord> {
    enum Kind {
        /// 1 for each row that has a value.
        case count
        /// The value.
        case sum
        /// Twice the value, less the sum of the ends of its bounds.
        case centredSum(ends: Word)
    }

    let kind: Kind
    /// The step that gives the values, within their bounds; nil when every row counts.
    let input: Int?
    private let isPeople: Bool
    private let unit: Word
    private let reciprocal: Reciprocal<Word>

    /// Puts the expression of a statistic into a program.
    init(_ statistic: Statistic, in program: inout Program) {
        switch statistic {
        case .people: (kind, input) = (.count, nil)
        case .rows(let having): (kind, input) = (.count, having.map { program.add($0) })
        case .sum(let x, let bounds): (kind, input) = (.sum, program.add(.clip(x, bounds)))
        case .centredSum(let x, let bounds):
            kind = .centredSum(ends: Word(bounds.lowerBound &+ bounds.upperBound))
            input = program.add(.clip(x, bounds))
        }
        isPeople = statistic.isPeople
        unit = Word(statistic.unit)
        reciprocal = Reciprocal(unit)
    }

    /// What a row adds, from its value.
    @inline(__always) func word(_ value: Word) -> Word {
        switch kind {
        case .count: (~value.isNull).truth
        case .sum: value & ~value.isNull
        case .centredSum(let ends): (value &+ value &- ends) & ~value.isNull
        }
    }

    /// One contributor's number in lattice units, from her sum.
    @inline(__always) func number(_ sum: WideSum<Word>, _ lattice: Word) -> Word {
        isPeople
            ? sum.count(in: lattice) : sum.scaled(by: lattice, over: unit, reciprocal)
    }
}
