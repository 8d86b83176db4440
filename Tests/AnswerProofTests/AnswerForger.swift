// SPDX-License-Identifier: Apache-2.0
import Fields
import TestSupport

@testable import AnswerProof
@testable import Stark

/// A node that writes into the tables what it likes, and makes all else fit as well as it can.
struct AnswerForger {
    typealias Row = AnswerCircuit.Row
    typealias Noise = AnswerCircuit.Noise

    let asked: AnswerWorld.Asked
    /// The tables' cells, without those that are committed to.
    let rows, codes, noise: ColumnTiles
    /// The cells that are committed to, of the rows and of the noise.
    let columns, noises: ColumnTiles
    private(set) var results: [Int64]

    private static let base = CodedTable.codes

    /// Begins with right tables.
    ///
    /// - Parameters:
    ///   - table: what they are filled from, in place of what is committed to.
    ///   - others: what they are filled for, in place of what is asked.
    init(
        _ world: AnswerWorld, _ numbers: [AnswerNumber], filledFrom table: CodedTable? = nil,
        for others: [AnswerNumber]? = nil
    ) throws {
        asked = try world.asked(numbers)
        let filling = try world.asked(others ?? numbers)
        let noise = try filling.noise()
        let witness = try filling.prover.witness(
            table ?? world.table, world.columns, noise, context: AnswerWorld.Asked.context)
        (rows, codes) = (witness.traces[0], witness.traces[1])
        (self.noise, results) = (
            witness.traces[2], Array(witness.statement.results.prefix(numbers.count))
        )
        (columns, noises) = (try world.columns.cells(), try noise.columns.cells())
    }

    var form: AnswerCircuit { asked.form }
    var code: AnswerCircuit.Code { AnswerCircuit.Code(layout: form.layout) }
    var traces: [ColumnTiles] { [rows, codes, noise] }
    /// The committed cells, as who looks at them wants them.
    var committed: [Int: ColumnTiles] { [0: columns, 2: noises] }
    var check: TraceCheck { TraceCheck(form.circuit, activeRows: asked.activeRows) }

    /// What is said to be answered.
    func statement(columnsRoot: [UInt8]? = nil, noiseRoot: [UInt8]? = nil) -> AnswerStatement {
        let none = [UInt8](repeating: 0, count: 32)
        return AnswerStatement(
            numbers: form.numbers, results: results, columns: form.columns,
            rowBits: asked.world.table.rowBits, columnsRoot: columnsRoot ?? none,
            noiseRoot: noiseRoot ?? none, context: AnswerWorld.Asked.context)
    }

    func breaks() throws -> Set<TraceCheck.Break> {
        check.breaks(traces, committed: committed, inputs: try statement().inputs())
    }

    /// Commits to its cells, those behind the area too, and proves; the tables are used up.
    func proof() throws -> (statement: AnswerStatement, proof: [UInt8]) {
        func commit(_ cells: ColumnTiles) throws -> CommittedColumns {
            try CommittedColumns(
                cells, rows: cells.rows - Parameters.hiddenRows,
                longest: CodedTable.longest(rowBits: asked.world.table.rowBits),
                seed: [UInt8](repeating: 9, count: 32))
        }
        let (columns, noises) = (try commit(columns), try commit(noises))
        let statement = statement(columnsRoot: columns.root, noiseRoot: noises.root)
        var random = Seeded(1)
        let proof = try asked.prover.prover.prove(
            inputs: try statement.inputs(), committed: [columns, noises], traces: traces,
            using: &random)
        return (statement, proof)
    }

    // Making things fit.

    func read(_ code: Int, _ column: Int) -> Int { Int(codes[code, column].value) }

    func write(_ value: Int, _ code: Int, _ column: Int) { codes[code, column] = element(value) }

    func writeNoise(_ value: Int, _ row: Int, _ column: Int) {
        noise[row, column - Noise.committed] = element(value)
    }

    /// Whole numbers below 0 are as far below the prime.
    func element(_ number: Int) -> KoalaBear {
        number < 0
            ? .zero - KoalaBear(reducing: UInt64(-number)) : KoalaBear(reducing: UInt64(number))
    }

    /// The total that a row of the noise adds to.
    func total(_ row: Int) -> (low: Int, high: Int) {
        let total = (0..<2).map {
            Int(noise[row, Noise.total + $0 - Noise.committed].value)
        }
        return (total[0], total[1])
    }

    /// Lets a number be a total and the noise of a row, its own where no other is given.
    mutating func settle(_ number: Int, _ total: (low: Int, high: Int), row: Int? = nil) {
        let (row, base) = (row ?? number, AnswerForger.base)
        let own = (0..<Digits.count).map { Int(noises[row, Noise.digits + $0].value) }
        let first = (total.low + own[0]) / base
        let second = (total.high + own[1] + first) / base
        for (place, value) in [number, 1, total.low, total.high, first, second].enumerated() {
            writeNoise(value, row, Noise.number + place)
        }
        let asked = form.numbers[number]
        let noise = own[0] + base * (own[1] + base * (own[2] - base / 2))
        let ones = total.low + base * total.high + noise - Int(asked.lift(room: form.room))
        results[number] = Int64(ones) * asked.units + Int64(noises[row, Noise.rest].value)
    }

    /// Adds the only sum up anew, and settles it.
    mutating func sum(_ added: (_ code: Int) -> Int) {
        typealias Code = AnswerCircuit.Code
        let start = code.sum(0)
        var (low, high) = (0, 0)
        for code in 0..<AnswerForger.base {
            write(low, code, start + Code.low)
            write(high, code, start + Code.high)
            guard code < AnswerForger.base - 1 else { break }
            let sum = low + added(code)
            let carry = sum / AnswerForger.base
            write(carry, code, start + Code.carry)
            (low, high) = (sum - carry * AnswerForger.base, high + carry)
        }
        settle(0, (low, high))
    }

    /// Counts the digits that are sent. What is no digit has no row to be counted in.
    func countDigits() {
        typealias Code = AnswerCircuit.Code
        var sent = [Int](repeating: 0, count: AnswerForger.base)
        func send(_ digit: KoalaBear, _ times: Int) {
            if digit.value < AnswerForger.base { sent[Int(digit.value)] += times }
        }
        for place in form.layout.sums.indices {
            for code in 0..<AnswerForger.base {
                send(codes[code, self.code.sum(place) + Code.low], 1)
                send(codes[code, self.code.sum(place) + Code.carry], 1)
            }
        }
        for row in 0..<asked.activeRows[2] {
            let times = Int(noise[row, Noise.active - Noise.committed].value)
            guard times > 0 else { continue }
            for place in 0..<Digits.count { send(noises[row, Noise.digits + place], times) }
            for place in 0..<2 {
                send(noise[row, Noise.carries + place - Noise.committed], times)
            }
        }
        for (code, times) in sent.enumerated() { write(times, code, Code.digits) }
    }
}

extension CodedTable {
    /// Other rows: some gone, some more at the end.
    func with(_ more: [UInt16]..., without gone: Int...) throws -> CodedTable {
        try CodedTable(
            columns.enumerated().map { place, column in
                column.indices.filter { !gone.contains($0) }.map { column[$0] }
                    + more.map { $0[place] }
            })
    }

    /// A row.
    func row(_ row: Int) -> [UInt16] { columns.map { $0[row] } }
}
