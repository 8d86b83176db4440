// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// Fills the tables' cells.
struct AnswerFilling {
    private let form: AnswerCircuit
    private let table: CodedTable
    private let activeRows: [Int]
    /// Of each asked column, how often each code stands in it, and how many codes are above.
    private let counts: [[Int]]
    private let above: [[Int]]

    init(_ form: AnswerCircuit, _ table: CodedTable, activeRows: [Int]) {
        (self.form, self.table, self.activeRows) = (form, table, activeRows)
        counts = form.layout.asked.map { table.counts(of: $0) }
        above = counts.map { counts in
            var sum = 0
            return counts.reversed().map { count in
                defer { sum += count }
                return sum
            }.reversed()
        }
    }

    /// What a number comes to.
    func value(of number: AnswerNumber) -> Int64 {
        number.value(of: counts[form.layout.asked.firstIndex(of: number.column) ?? 0])
    }

    private static func element(_ number: Int) -> KoalaBear {
        KoalaBear(reducing: UInt64(number))
    }

    func fillRows(_ trace: ColumnTiles) {
        typealias Column = AnswerCircuit.Row
        for row in 0..<activeRows[AnswerCircuit.Place.rows] {
            trace[row, Column.index] = AnswerFilling.element(row)
            if row < form.area { trace[row, Column.inside] = .one }
        }
        for row in 0..<table.rows {
            trace[row % form.area, Column.sent + row / form.area] = .one
        }
    }

    /// Fills codes and noise: digits are sent by both and counted in the one.
    func fill(
        codes: ColumnTiles, noise: ColumnTiles, _ values: borrowing CommittedNoise
    ) throws(AnswerProofError) {
        let columns = AnswerCircuit.Code(layout: form.layout)
        var digits = [Int](repeating: 0, count: CodedTable.codes)
        fillCounts(codes, columns)
        var totals: [Int: (low: Int, high: Int)] = [:]
        for (place, number) in form.layout.sums.enumerated() {
            totals[number] = fillSum(codes, columns, place, number, &digits)
        }
        for (number, shape) in form.layout.numbers.enumerated() where totals[number] == nil {
            switch shape {
            case .rows(let asked): totals[number] = (counts[asked][0] + above[asked][0], 0)
            case .present(let asked): totals[number] = (above[asked][0], 0)
            case .missing(let asked): totals[number] = (counts[asked][0], 0)
            case .group(let asked): totals[number] = (counts[asked][number], 0)
            case .part: totals[number] = (Int(value(of: form.numbers[number])), 0)
            case .sum, .lifted, .centred: break
            }
        }
        try fillNoise(noise, values, totals, &digits)
        for (code, count) in digits.enumerated() {
            codes[code, AnswerCircuit.Code.digits] = AnswerFilling.element(count)
        }
    }

    private func fillCounts(_ trace: ColumnTiles, _ columns: AnswerCircuit.Code) {
        typealias Column = AnswerCircuit.Code
        trace[0, Column.first] = .one
        trace[CodedTable.codes - 1, Column.last] = .one
        for code in 0..<CodedTable.codes {
            trace[code, Column.code] = AnswerFilling.element(code)
            for asked in counts.indices {
                trace[code, columns.count(asked)] = AnswerFilling.element(counts[asked][code])
                trace[code, columns.above(asked)] = AnswerFilling.element(above[asked][code])
            }
            for asked in form.layout.held {
                trace[code, columns.held(asked)] = AnswerFilling.element(above[asked][0])
            }
            if form.layout.isGrouped, code < form.numbers.count {
                trace[code, columns.isGroup] = .one
            }
        }
        if form.layout.parts > 0 { fillParts(trace, columns) }
    }

    private func fillParts(_ trace: ColumnTiles, _ columns: AnswerCircuit.Code) {
        for (part, number) in form.numbers.enumerated() {
            // What has no value is before all parts.
            var (first, end) = (0, 0)
            if case .part(_, let low, let high) = number.kind {
                (first, end) = (low + 1, high + 1)
                trace[first, columns.begins] = .one
                trace[first, columns.part] = AnswerFilling.element(part)
            }
            var sum = 0
            for code in (first...end).reversed() {
                sum += counts[0][code]
                trace[code, columns.inPart] = AnswerFilling.element(sum)
            }
        }
    }

    /// Fills the columns of one sum, and gives its total.
    private func fillSum(
        _ trace: ColumnTiles, _ columns: AnswerCircuit.Code, _ place: Int, _ number: Int,
        _ digits: inout [Int]
    ) -> (low: Int, high: Int) {
        typealias Column = AnswerCircuit.Code
        let start = columns.sum(place)
        let asked = form.layout.asked.firstIndex(of: form.numbers[number].column) ?? 0
        let (above, held) = (self.above[asked], self.above[asked][0])
        let bounds: (low: Int, high: Int)
        switch form.numbers[number].kind {
        case .sum(_, let low, let high), .centred(_, let low, let high): bounds = (low, high)
        case .rows, .present, .missing, .group, .part: bounds = (0, 0)
        }
        let inside = bounds.low + 1..<bounds.high + 1
        var (low, high) = (0, 0)
        for code in 0..<CodedTable.codes {
            var added = 0
            switch form.layout.numbers[number] {
            case .centred where inside.contains(code): added = 2 * above[code] + form.room - held
            case .sum where inside.contains(code), .lifted where inside.contains(code):
                added = above[code]
            case .lifted where code > 0 && code < inside.lowerBound: added = held
            default: break
            }
            let isLast = code == CodedTable.codes - 1
            let carry = isLast ? 0 : (low + added) / CodedTable.codes
            if code >= inside.lowerBound { trace[code, start + Column.begun] = .one }
            if code >= inside.upperBound { trace[code, start + Column.ended] = .one }
            trace[code, start + Column.low] = AnswerFilling.element(low)
            trace[code, start + Column.high] = AnswerFilling.element(high)
            trace[code, start + Column.carry] = AnswerFilling.element(carry)
            digits[low] += 1
            digits[carry] += 1
            guard !isLast else { break }
            low += added - carry * CodedTable.codes
            high += carry
        }
        return (low, high)
    }

    private func fillNoise(
        _ trace: ColumnTiles, _ noise: borrowing CommittedNoise,
        _ totals: [Int: (low: Int, high: Int)],
        _ digits: inout [Int]
    ) throws(AnswerProofError) {
        typealias Column = AnswerCircuit.Noise
        let base = CodedTable.codes
        for row in 0..<activeRows[AnswerCircuit.Place.noise] {
            func write(_ value: Int, _ column: Int) {
                trace[row, column - Column.committed] = AnswerFilling.element(value)
            }
            write(row, Column.number)
            guard let total = totals[row] else { continue }
            let ones = Digits.whole(noise.values[row], units: noise.units[row]).ones
            guard let own = Digits.of(ones)?.map({ Int($0.value) }) else { throw .overflow }
            let first = (total.low + own[0]) / base
            let second = (total.high + own[1] + first) / base
            guard own[2] + second < base else { throw .overflow }
            write(1, Column.active)
            write(total.low, Column.total)
            write(total.high, Column.total + 1)
            write(first, Column.carries)
            write(second, Column.carries + 1)
            for digit in own + [first, second] { digits[digit] += 1 }
        }
    }
}
