// SPDX-License-Identifier: Apache-2.0
internal import Fields
internal import Stark

extension AnswerCircuit {
    /// The columns of a row of the rows, behind those that are committed to.
    enum Row {
        /// Committed: 1 where there is a row.
        static let real = 0
        static let index = 0
        /// 1 within the area.
        static let inside = 1
        /// 1 where there is a row, of each of those side by side.
        static let sent = 2
        static let columns = sent + CodedTable.share
    }

    static func rows(_ layout: Layout) -> TableBuilder {
        let width = layout.columns + 1
        let committed = CodedTable.share * width
        var table = TableBuilder(
            "rows", columns: committed + Row.columns, committed: committed)
        let index = table.cell(committed + Row.index)
        table.require(index, .first)
        table.require(table.next(committed + Row.index) - index - Linear(1), .transition)
        step(&table, committed + Row.inside, at: table.input(Input.area), index, rising: false)
        let inside = table.cell(committed + Row.inside)
        for beside in 0..<CodedTable.share {
            // 0 or 1 within the area, whatever was committed to; what stands behind it is never a bit.
            let real = table.cell(beside * width + Row.real)
            let sent = table.cell(committed + Row.sent + beside)
            table.require(sent - table.product(real, inside))
            table.require(table.product(sent, real) - sent)
            for (place, column) in layout.asked.enumerated() {
                table.send(
                    [Linear(place), table.cell(beside * width + column)], on: Bus.codes,
                    times: sent)
            }
        }
        return table
    }

    /// Demands of a column that it is 0 in the rows before a place and 1 from there on, or the other way round.
    ///
    /// The place has to be within the rows, or 0 where it rises.
    private static func step(
        _ table: inout TableBuilder, _ column: Int, at place: Linear, _ index: Linear, rising: Bool
    ) {
        let (here, next) = (table.cell(column), table.next(column))
        // It changes at one place at most, and how it begins and ends is said below.
        table.require(
            table.product(next - here, index + Linear(1) - place), .transition)
        if rising {
            // It has to rise somewhere; where it cannot, at 0, it is 1 from the beginning.
            table.require(table.product(here, place), .first)
            table.require(here - Linear(1), .last)
        } else {
            table.require(here - Linear(1), .first)
            table.require(here, .last)
        }
    }

    /// The columns of a row of the codes.
    struct Code {
        static let code = 0
        /// 1 in the first row; 1 in the last.
        static let first = 1
        static let last = 2
        /// How often the code is sent as a digit.
        static let digits = 3
        /// Of each asked column how often the code stands in it, and how many codes in it are above.
        static let counts = 4
        private static let perColumn = 2
        /// Of each sum whether its codes have begun, and ended; the total of the rows before in two digits; and what
        /// is carried.
        static let begun = 0
        static let ended = 1
        static let low = 2
        static let high = 3
        static let carry = 4
        private static let perSum = 5

        let layout: Layout

        func count(_ asked: Int) -> Int { Code.counts + Code.perColumn * asked }
        func above(_ asked: Int) -> Int { count(asked) + 1 }
        private var held: Int { count(layout.asked.count) }
        /// How many values an asked column has, in every row.
        func held(_ asked: Int) -> Int { held + (layout.held.firstIndex(of: asked) ?? 0) }
        private var sums: Int { held + layout.held.count }
        func sum(_ place: Int) -> Int { sums + Code.perSum * place }
        /// 1 where the code is a group.
        var isGroup: Int { sum(layout.sums.count) }
        /// Of parts: 1 where one begins; which one that is, else 0; and how many codes its column has from here to the
        /// end of the part.
        var begins: Int { isGroup }
        var part: Int { isGroup + 1 }
        var inPart: Int { isGroup + 2 }
        var columns: Int { isGroup + (layout.isGrouped ? 1 : layout.parts > 0 ? 3 : 0) }
    }

    static func codes(_ layout: Layout) -> TableBuilder {
        let columns = Code(layout: layout)
        var table = TableBuilder("codes", columns: columns.columns)
        let (code, first, last) = (
            table.cell(Code.code), table.cell(Code.first), table.cell(Code.last)
        )
        // The first code is 0, because the first row's flag is 1 and stands where the code is 0.
        table.require(table.next(Code.code) - code - Linear(1), .transition)
        table.require(table.product(first, code))
        table.require(first - Linear(1), .first)
        table.require(table.product(last, code - Linear(CodedTable.codes - 1)))
        table.require(last - Linear(1), .last)
        table.receive([code], on: Bus.digits, times: table.cell(Code.digits))
        for asked in layout.asked.indices {
            let (count, above) = (
                table.cell(columns.count(asked)), table.cell(columns.above(asked))
            )
            table.receive([Linear(asked), code], on: Bus.codes, times: count)
            let next = table.next(columns.above(asked))
            table.require(above - next - table.next(columns.count(asked)), .transition)
            table.require(above, .last)
        }
        for asked in layout.held {
            // Code 0 is that of no value.
            let held = table.cell(columns.held(asked))
            table.require(held - table.cell(columns.above(asked)), .first)
            table.require(table.next(columns.held(asked)) - held, .transition)
        }
        for (place, number) in layout.sums.enumerated() { sum(&table, columns, place, number) }
        counts(&table, columns, first)
        if layout.parts > 0 { parts(&table, columns) }
        return table
    }

    /// The totals that are counts.
    private static func counts(_ table: inout TableBuilder, _ columns: Code, _ first: Linear) {
        func send(_ number: Linear, _ count: Linear, times: Linear) {
            table.send([number, count, Linear(0)], on: Bus.totals, times: times)
        }
        if columns.layout.isGrouped {
            let code = table.cell(Code.code)
            step(
                &table, columns.isGroup, at: table.input(Input.groups), code, rising: false)
            let isGroup = table.cell(columns.isGroup)
            return send(code, table.cell(columns.count(0)), times: isGroup)
        }
        for (place, number) in columns.layout.numbers.enumerated() {
            switch number {
            case .rows(let asked):
                let all =
                    table.cell(columns.count(asked)) + table.cell(columns.above(asked))
                send(Linear(place), all, times: first)
            case .present(let asked):
                send(Linear(place), table.cell(columns.above(asked)), times: first)
            case .missing(let asked):
                send(Linear(place), table.cell(columns.count(asked)), times: first)
            case .sum, .lifted, .centred, .group, .part: break
            }
        }
    }

    /// The totals of parts.
    ///
    /// Each part and the code that it begins with are sent from outside, once. A code is received by its own row alone,
    /// so a row has 1 where a part begins and else 0, and no other rule says so.
    private static func parts(_ table: inout TableBuilder, _ columns: Code) {
        let (begins, part, inPart) = (
            table.cell(columns.begins), table.cell(columns.part), table.cell(columns.inPart)
        )
        table.receive([part, table.cell(Code.code)], on: Bus.parts, times: begins)
        table.require(part - table.product(part, begins))
        let count = table.cell(columns.count(0))
        let goesOn = Linear(1) - table.next(columns.begins)
        table.require(
            inPart - count - table.product(goesOn, table.next(columns.inPart)), .transition)
        table.require(inPart - count, .last)
        table.send([part, inPart, Linear(0)], on: Bus.totals, times: begins)
    }

    /// One total that is a sum: in each row from low to high as many as have a code above, and so on.
    ///
    /// Each row adds less than 2²³ to a digit; that and the digits are below the prime with their carry, so the digits
    /// are those of the whole number.
    private static func sum(
        _ table: inout TableBuilder, _ columns: Code, _ place: Int, _ number: Int
    ) {
        let start = columns.sum(place)
        let inputs = Input.numbers + Input.width * number
        let code = table.cell(Code.code)
        step(&table, start + Code.begun, at: table.input(inputs + Input.from), code, rising: true)
        step(&table, start + Code.ended, at: table.input(inputs + Input.end), code, rising: true)
        let (begun, ended) = (
            table.cell(start + Code.begun), table.cell(start + Code.ended)
        )
        let added: Linear
        switch columns.layout.numbers[number] {
        case .lifted(let asked):
            // Whoever has a value has at least the low one: the codes before that of low count all of them.
            let before = Linear(1) - begun - table.cell(Code.first)
            added =
                table.product(begun - ended, table.cell(columns.above(asked)))
                + table.product(before, table.cell(columns.held(asked)))
        case .centred(let asked):
            let above = table.cell(columns.above(asked))
            let lifted =
                above * 2 + table.input(Input.area) * CodedTable.share
                - table.cell(columns.held(asked))
            added = table.product(begun - ended, lifted)
        case .sum(let asked):
            added = table.product(begun - ended, table.cell(columns.above(asked)))
        case .rows, .present, .missing, .group, .part: return
        }
        let (low, high, carry) = (
            table.cell(start + Code.low), table.cell(start + Code.high),
            table.cell(start + Code.carry)
        )
        table.require(low, .first)
        table.require(high, .first)
        table.require(
            table.next(start + Code.low) + carry * CodedTable.codes - low - added, .transition)
        table.require(table.next(start + Code.high) - high - carry, .transition)
        table.send([low], on: Bus.digits, times: Linear(1))
        table.send([carry], on: Bus.digits, times: Linear(1))
        table.send(
            [Linear(number), low, high], on: Bus.totals, times: table.cell(Code.last))
    }

    /// The columns of a row of the noise, behind those that are committed to.
    enum Noise {
        /// Committed: the units that are less than one; the digits.
        static let rest = 0
        static let digits = 1
        static let committed = CommittedNoise.width
        static let number = committed
        static let active = number + 1
        /// The total, in two digits of which the higher one may be too large.
        static let total = active + 1
        /// What is carried to the second and the third digit.
        static let carries = total + 2
        static let columns = carries + 2
    }

    static func noise() -> TableBuilder {
        var table = TableBuilder(
            "noise", columns: Noise.columns, committed: Noise.committed)
        let (number, active) = (table.cell(Noise.number), table.cell(Noise.active))
        table.require(number, .first)
        table.require(table.next(Noise.number) - number - Linear(1), .transition)
        table.requireBit(active)
        let digits = (0..<Digits.count).map { table.cell(Noise.digits + $0) }
        let total = (0..<2).map { table.cell(Noise.total + $0) }
        let carries = (0..<2).map { table.cell(Noise.carries + $0) }
        table.receive([number] + total, on: Bus.totals, times: active)
        let sum = [
            total[0] + digits[0] - carries[0] * CodedTable.codes,
            total[1] + digits[1] + carries[0] - carries[1] * CodedTable.codes,
            digits[2] + carries[1],
        ]
        table.receive([number, table.cell(Noise.rest)] + sum, on: Bus.answer, times: active)
        for digit in digits + carries { table.send([digit], on: Bus.digits, times: active) }
        return table
    }
}
