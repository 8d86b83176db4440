// SPDX-License-Identifier: Apache-2.0

/// One number that is worked out of a ``CodedTable``: what it counts or adds up, and in what units it is let out.
public struct AnswerNumber: Hashable, Sendable {
    /// What is counted or added up. Columns count from 1.
    public enum Kind: Hashable, Sendable {
        /// All rows.
        case rows
        /// The rows where a column has a value.
        case present(column: Int)
        /// The rows where it has none.
        case missing(column: Int)
        /// Σ x over the rows that have a value, x clipped to low … high.
        case sum(column: Int, low: Int, high: Int)
        /// Σ (2 x − low − high) over the rows that have a value, x clipped to low … high.
        case centred(column: Int, low: Int, high: Int)
        /// The rows that have a code in a column.
        case group(column: Int, code: Int)
        /// The rows whose value in a column is within low … high.
        case part(column: Int, low: Int, high: Int)
    }

    /// What is counted or added up.
    public let kind: Kind
    /// How many units one is, 1 to 2³⁰: what is let out is the number times that, and noise.
    public let units: Int64

    /// Describes a number.
    public init(_ kind: Kind, units: Int64) { (self.kind, self.units) = (kind, units) }

    /// How many numbers an answer may have.
    public static let most = 700
    /// The most units that one may be.
    public static let mostUnits: Int64 = 1 << 30

    /// What is wrong with some numbers of a table with so many columns; nil when nothing is.
    ///
    /// Groups stand alone: those of one column, from code 0 on, in order. So do parts: those of one column, in order and
    /// without gaps from 0 to ``CodedTable/mostValue``, and last the rows where it has no value.
    public static func fault(in numbers: [AnswerNumber], columns: Int) -> AnswerProofError? {
        guard (1...most).contains(numbers.count) else {
            return .numbers("\(numbers.count) numbers: 1 to \(most) wanted")
        }
        guard numbers.allSatisfy({ (1...mostUnits).contains($0.units) }) else {
            return .numbers("a number is let out in units of none, or of too many, for each one")
        }
        func isColumn(_ column: Int) -> Bool { (1...columns).contains(column) }
        for (place, number) in numbers.enumerated() {
            switch number.kind {
            case .rows: break
            case .present(let column), .missing(let column):
                guard isColumn(column) else { return .numbers("there is no column \(column)") }
            case .sum(let column, let low, let high), .centred(let column, let low, let high):
                guard isColumn(column) else { return .numbers("there is no column \(column)") }
                guard low >= 0, low <= high, high <= Int(CodedTable.mostValue) else {
                    return .numbers(
                        "sums are proven of whole numbers clipped within 0 … \(CodedTable.mostValue), "
                            + "not \(low) … \(high)")
                }
            case .group(let column, let code):
                guard isColumn(column) else { return .numbers("there is no column \(column)") }
                guard case .group(column, _) = numbers[0].kind, code == place else {
                    return .numbers("groups are those of one column, from the first code on")
                }
            case .part: break
            }
        }
        if case .group = numbers[0].kind {
            let isAlone = numbers.allSatisfy { if case .group = $0.kind { true } else { false } }
            guard isAlone else { return .numbers("groups stand alone") }
        }
        return fault(inParts: numbers, columns: columns)
    }

    /// The same of parts, where there are any.
    private static func fault(
        inParts numbers: [AnswerNumber], columns: Int
    ) -> AnswerProofError? {
        let hasParts = numbers.contains { if case .part = $0.kind { true } else { false } }
        guard hasParts else { return nil }
        let wrong = AnswerProofError.numbers(
            "parts are those of one column, in order and without gaps, and last the rows without a value"
        )
        guard case .part(let column, _, _) = numbers[0].kind, (1...columns).contains(column),
            numbers.last?.kind == .missing(column: column)
        else { return wrong }
        var next = 0
        for number in numbers.dropLast() {
            guard case .part(column, next, let high) = number.kind, high >= next else {
                return wrong
            }
            next = high + 1
        }
        return next == Int(CodedTable.mostValue) + 1 ? nil : wrong
    }

    /// Whether so many rows, whatever they are, leave room in 64 bits for noise.
    func isWithin(rows: Int64) -> Bool {
        var most: Int64 = 1
        switch kind {
        case .sum(_, _, let high), .centred(_, _, let high): most = max(1, Int64(high))
        case .rows, .present, .missing, .group, .part: break
        }
        let (ones, first) = rows.multipliedReportingOverflow(by: most)
        let (all, second) = ones.multipliedReportingOverflow(by: units)
        return !first && !second && all < 1 << 62
    }

    /// What it comes to, from how often each code stands in its column.
    func value(of counts: [Int]) -> Int64 {
        let above = { (code: Int) in counts[(code + 1)...].reduce(0, +) }
        switch kind {
        case .rows: return Int64(counts.reduce(0, +))
        case .present: return Int64(above(0))
        case .missing: return Int64(counts[0])
        case .group(_, let code): return Int64(counts[code])
        case .part(_, let low, let high):
            return Int64(counts[low + 1...high + 1].reduce(0, +))
        case .sum(_, let low, let high):
            return counts.enumerated().dropFirst().reduce(0) { sum, item in
                sum + Int64(item.element * min(max(item.offset - 1, low), high))
            }
        case .centred(_, let low, let high):
            return counts.enumerated().dropFirst().reduce(0) { sum, item in
                sum
                    + Int64(
                        item.element * (2 * min(max(item.offset - 1, low), high) - low - high))
            }
        }
    }

    /// The column that is looked at; 0 is the one that is 1 in every row.
    var column: Int {
        switch kind {
        case .rows: 0
        case .present(let column), .missing(let column), .group(let column, _),
            .sum(let column, _, _), .centred(let column, _, _), .part(let column, _, _):
            column
        }
    }

    /// How far a circuit's total lies above the number, where there is room for so many rows: its totals never fall.
    func lift(room: Int) -> Int64 {
        guard case .centred(_, let low, let high) = kind else { return 0 }
        return Int64(room) * Int64(high - low)
    }
}
