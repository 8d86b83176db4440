// SPDX-License-Identifier: Apache-2.0
import Fields

@testable import AnswerProof
@testable import Stark

extension AnswerForger {
    /// One of the things a cheating node might try.
    enum Attempt: String, CaseIterable {
        // Of the rows: one that counts twice, or not, or less than nothing; one that there is not.
        case sentTwice, leftOut, doubledReal, negativeReal, madeUp, behindArea
        case widerArea, earlierIndex, endlessArea, narrowerArea, noArea
        // Of the codes: one in place of another; one that nobody has; one that is none.
        case otherCode, nobodysCode, noCode
        case aboveRaised, firstMoved, groupBeyond
        case heldRaised, begunEarly, begunAtOnce, endedLate, neverEnded, lastMoved
        case headStart, highHeadStart, addedTwice
        // Of parts: one that begins later, two that change places, more in one, one that is cut in two.
        case partLater, partsSwapped, partRaised, partCut
        // Of digits: some that are none, where all else fits; the two wrapped ones bring a result by p further.
        case negativeCarry, wrappedCarry, wrappedNoise, wideNoiseDigit
        // Of the noise: another than was committed to, or one of several.
        case otherNoise, swappedNoise, chosenNoise, activeTwice, unanswered
        case resultOffByOne

        /// Where it is seen, and nowhere else: so well all else fits.
        var seen: Set<String> {
            switch self {
            case .sentTwice, .leftOut, .doubledReal, .negativeReal, .madeUp, .behindArea,
                .widerArea, .earlierIndex, .endlessArea, .narrowerArea, .noArea:
                ["rows"]
            case .otherCode, .nobodysCode, .noCode: ["bus \(AnswerCircuit.Bus.codes)"]
            case .aboveRaised, .firstMoved, .heldRaised, .begunEarly, .begunAtOnce, .endedLate,
                .neverEnded, .lastMoved, .headStart, .highHeadStart, .addedTwice, .partRaised:
                ["codes"]
            case .partLater, .partsSwapped: ["bus \(AnswerCircuit.Bus.parts)"]
            case .partCut:
                ["bus \(AnswerCircuit.Bus.parts)", "bus \(AnswerCircuit.Bus.totals)"]
            case .groupBeyond: ["codes", "bus \(AnswerCircuit.Bus.answer)"]
            case .negativeCarry, .wrappedCarry, .wrappedNoise, .wideNoiseDigit:
                ["bus \(AnswerCircuit.Bus.digits)"]
            case .otherNoise: ["bus \(AnswerCircuit.Bus.answer)"]
            case .swappedNoise, .chosenNoise: ["noise"]
            case .activeTwice:
                ["noise", "bus \(AnswerCircuit.Bus.totals)", "bus \(AnswerCircuit.Bus.answer)"]
            case .unanswered:
                ["bus \(AnswerCircuit.Bus.totals)", "bus \(AnswerCircuit.Bus.answer)"]
            case .resultOffByOne: ["bus \(AnswerCircuit.Bus.totals)"]
            }
        }

        /// What is asked: as little as shows it.
        var numbers: [AnswerNumber] {
            let top = 30_000
            switch self {
            case .sentTwice, .leftOut, .doubledReal, .negativeReal, .madeUp, .behindArea,
                .widerArea, .earlierIndex, .endlessArea, .narrowerArea, .noArea, .otherCode,
                .nobodysCode:
                return [AnswerNumber(.missing(column: 1), units: 5)]
            case .swappedNoise:
                return [1, 2].map { AnswerNumber(.present(column: $0), units: 1) }
            case .groupBeyond: return AnswerForger.groups(5)
            case .partLater, .partsSwapped, .partRaised, .partCut:
                return AnswerWorld.parts([0, 18, 77])
            case .heldRaised, .begunEarly, .begunAtOnce, .neverEnded:
                return [AnswerNumber(.sum(column: 1, low: 20, high: top), units: 3)]
            case .endedLate:
                return [AnswerNumber(.centred(column: 1, low: 18, high: 90), units: 700)]
            case .lastMoved, .headStart, .highHeadStart, .addedTwice, .negativeCarry, .wrappedCarry:
                return [AnswerNumber(.sum(column: 1, low: 0, high: 80), units: 500)]
            case .noCode, .aboveRaised, .firstMoved, .wrappedNoise, .wideNoiseDigit, .otherNoise,
                .chosenNoise, .activeTwice, .unanswered, .resultOffByOne:
                return [AnswerNumber(.present(column: 1), units: 1)]
            }
        }
    }

    private static func groups(_ count: Int) -> [AnswerNumber] {
        (0..<count).map { AnswerNumber(.group(column: 2, code: $0), units: 1 << 20) }
    }

    /// A row of the world with many others like it.
    private static let some = 5

    /// Tries it.
    init(_ attempt: Attempt, in world: AnswerWorld) throws {
        let table = world.table
        let row = table.row(AnswerForger.some)
        var filled: CodedTable?
        var others: [AnswerNumber]?
        switch attempt {
        case .sentTwice, .doubledReal, .behindArea, .widerArea, .earlierIndex, .endlessArea:
            filled = try table.with(row)
        case .leftOut, .noCode: filled = try table.with(without: AnswerForger.some)
        case .negativeReal:
            let twin = (0..<table.rows).last { table.row($0) == row } ?? 0
            filled = try table.with(without: AnswerForger.some, twin)
        case .madeUp: filled = try table.with([0, 0])
        case .narrowerArea:
            filled = try CodedTable(table.columns.map { Array($0.prefix(400)) })
        case .noArea: filled = try CodedTable([[], []])
        case .otherCode: filled = try table.with([41, row[1]], without: AnswerForger.some)
        case .nobodysCode: filled = try table.with([500, 1])
        case .aboveRaised: filled = try table.with([CodedTable.code(.max), 1])
        case .groupBeyond: others = AnswerForger.groups(6)
        case .partLater: others = AnswerWorld.parts([0, 19, 77])
        case .begunEarly: others = [AnswerNumber(.sum(column: 1, low: 19, high: 30_000), units: 3)]
        case .endedLate:
            others = [AnswerNumber(.centred(column: 1, low: 18, high: 91), units: 700)]
        default: break
        }
        try self.init(world, attempt.numbers, filledFrom: filled, for: others)
        forgeRows(attempt)
        forgeCodes(attempt)
        forgeNoise(attempt)
        countDigits()
    }

    private func forgeRows(_ attempt: Attempt) {
        let (count, area) = (asked.world.table.rows, form.area)
        let (some, behind) = (AnswerForger.some, area + 3)
        func send(_ row: Int, _ times: Int) { rows[row, Row.sent] = element(times) }
        /// A row that whoever commits wrote behind the area, and the rows between that are none.
        func writeBehind() {
            for row in area..<asked.activeRows[0] { columns[row, Row.real] = element(0) }
            for (column, code) in asked.world.table.row(some).enumerated() {
                columns[behind, column + 1] = element(Int(code))
            }
            columns[behind, Row.real] = element(1)
            send(count, 0)
            send(behind, 1)
        }
        switch attempt {
        case .sentTwice, .doubledReal:
            send(count, 0)
            send(some, 2)
            if attempt == .doubledReal { columns[some, Row.real] = element(2) }
        case .leftOut:
            send(count - 1, 1)
            send(some, 0)
        case .negativeReal:
            send(count - 2, 1)
            send(count - 1, 1)
            send(some, -1)
            columns[some, Row.real] = element(-1)
        case .behindArea: writeBehind()
        case .widerArea:
            writeBehind()
            for row in area...behind { rows[row, Row.inside] = element(1) }
        case .earlierIndex:
            writeBehind()
            for row in 0..<asked.activeRows[0] { rows[row, Row.index] = element(row - 10) }
            for row in area..<area + 10 { rows[row, Row.inside] = element(1) }
        case .endlessArea:
            writeBehind()
            for row in area..<asked.activeRows[0] { rows[row, Row.inside] = element(1) }
        case .narrowerArea: for row in 400..<area { rows[row, Row.inside] = element(0) }
        case .noArea: for row in 0..<area { rows[row, Row.inside] = element(0) }
        case .nobodysCode, .aboveRaised: send(count, 0)
        case .noCode:
            send(count - 1, 1)
            columns[some, 1] = element(1 << 15)
        default: break
        }
    }

    private mutating func forgeCodes(_ attempt: Attempt) {
        typealias Code = AnswerCircuit.Code
        let (columns, last) = (code, CodedTable.codes - 1)
        let (above, held, start) = (columns.above(0), columns.held(0), columns.sum(0))
        let codes = self
        func move(_ column: Int, _ from: Int, _ to: Int) {
            codes.write(0, from, column)
            codes.write(1, to, column)
        }
        switch attempt {
        case .aboveRaised:
            // The one above all is not counted but there from the beginning.
            write(read(last, columns.count(0)) - 1, last, columns.count(0))
            write(1, last, above)
        case .firstMoved:
            move(Code.first, 0, 7)
            settle(0, (read(7, above), 0))
        case .heldRaised:
            let all = read(0, held) + 1
            for code in 0...last { write(all, code, held) }
            sum { code in
                if code > 20 {
                    code <= 30_000 ? codes.read(code, above) : 0
                } else {
                    code > 0 ? all : 0
                }
            }
        case .begunAtOnce:
            // As though low were 0; in the first row what was added before has to be taken away.
            for code in 0...20 { write(1, code, start + Code.begun) }
            sum { code in 1...30_000 ~= code ? codes.read(code, above) : 0 }
        case .endedLate: settle(0, total(0))
        case .neverEnded:
            for code in 0...last { write(0, code, start + Code.ended) }
            sum { code in
                if code > 20 {
                    codes.read(code, above)
                } else {
                    code > 0 ? codes.read(code, held) : 0
                }
            }
        case .lastMoved:
            move(Code.last, last, 40)
            settle(0, (read(40, start + Code.low), read(40, start + Code.high)))
        case .headStart, .highHeadStart:
            let column = start + (attempt == .headStart ? Code.low : Code.high)
            for code in 0...last { write(read(code, column) + 1, code, column) }
            let total = total(0)
            settle(
                0, attempt == .headStart ? (total.low + 1, total.high) : (total.low, total.high + 1)
            )
        case .addedTwice:
            sum { code in 1...80 ~= code ? codes.read(code, above) * (code == 50 ? 2 : 1) : 0 }
        case .negativeCarry:
            // One taken back in a row and carried in the next: the total stays.
            write(read(61, start + Code.low) + CodedTable.codes, 61, start + Code.low)
            write(read(61, start + Code.high) - 1, 61, start + Code.high)
            write(read(60, start + Code.carry) - 1, 60, start + Code.carry)
            write(read(61, start + Code.carry) + 1, 61, start + Code.carry)
        case .wrappedCarry:
            // The prime is 1 and 2¹⁶ times the base.
            let total = (
                low: read(last, start + Code.low) + 1,
                high: read(last, start + Code.high) + 1 << 16
            )
            write(read(last - 1, start + Code.carry) + 1 << 16, last - 1, start + Code.carry)
            write(total.low, last, start + Code.low)
            write(total.high, last, start + Code.high)
            settle(0, total)
        case .partsSwapped:
            let totals = (total(0), total(1))
            write(1, 1, columns.part)
            write(0, 19, columns.part)
            settle(0, totals.1)
            settle(1, totals.0)
        case .partRaised:
            write(read(78, columns.inPart) + 1, 78, columns.inPart)
            settle(2, (read(78, columns.inPart), 0))
        case .partCut:
            let rest = read(50, columns.inPart)
            for code in 19..<50 {
                write(read(code, columns.inPart) - rest, code, columns.inPart)
            }
            write(1, 50, columns.begins)
            write(1, 50, columns.part)
            settle(1, (read(19, columns.inPart), 0))
        default: break
        }
    }

    private mutating func forgeNoise(_ attempt: Attempt) {
        let total = total(0)
        func commit(_ values: [Int], _ row: Int) {
            for (column, value) in values.enumerated() { noises[row, column] = element(value) }
        }
        let own = (0..<Noise.committed).map { Int(noises[0, $0].value) }
        switch attempt {
        case .wrappedNoise:
            settle(0, (total.low + 1, total.high + 1 << 16))
            let place = Noise.carries - Noise.committed
            noise[0, place] += element(1 << 16)
            writeNoise(total.low, 0, Noise.total)
            writeNoise(total.high, 0, Noise.total + 1)
        case .wideNoiseDigit:
            commit([own[0], own[1] + CodedTable.codes, own[2] - 1, own[3]], 0)
            settle(0, total)
        case .otherNoise: commit([own[0], own[1] > 0 ? own[1] - 1 : 1, own[2], own[3]], 0)
        case .swappedNoise:
            let other = self.total(1)
            settle(0, total, row: 1)
            settle(1, other, row: 0)
        case .chosenNoise:
            // None at all, in the second row; the first, which is not looked at, looked as it should.
            commit([0] + (Digits.of(0) ?? []).map { Int($0.value) }, 1)
            for row in 0..<asked.activeRows[2] { writeNoise(row - 1, row, Noise.number) }
            writeNoise(0, 0, Noise.active)
            settle(0, total, row: 1)
        case .activeTwice: writeNoise(2, 0, Noise.active)
        case .unanswered: writeNoise(0, 0, Noise.active)
        case .resultOffByOne: settle(0, (total.low + 1, total.high))
        default: break
        }
    }
}
