// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import AnswerProof
@testable import Stark

/// Checks 6, 7 and 8 of the reference: no cell of an answer's tables can be another one, every constraint is needed,
/// and what a cheating node might try is refused.
@Suite struct AnswerForgeryTests {
    private typealias Noise = AnswerCircuit.Noise
    private typealias Attempt = AnswerForger.Attempt

    private let world: AnswerWorld

    init() throws { world = try AnswerTests.world.get() }

    @Test(arguments: AnswerWorld.questions)
    func `checks 6 and 7: a changed cell of any column breaks something, and every rule is needed`(
        numbers: [AnswerNumber]
    ) throws {
        let forger = try AnswerForger(world, numbers)
        let (check, inputs) = (forger.check, try forger.statement().inputs())
        let tables = forger.form.circuit.tables
        var broken: Set<TraceCheck.Break> = []
        for (table, rows) in places(forger).enumerated() {
            let (trace, committed) = (forger.traces[table], forger.committed[table])
            /// What a row and the one before it break, and what the row sends.
            func look(
                at row: Int
            ) -> (breaks: Set<TraceCheck.Break>, messages: [TraceCheck.Message: KoalaBear]) {
                let here = check.look(at: row, of: table, trace, committed: committed, inputs)
                guard row > 0 else { return here }
                let before = check.look(
                    at: row - 1, of: table, trace, committed: committed, inputs)
                return (here.breaks.union(before.breaks), here.messages)
            }
            for row in rows {
                let honest = look(at: row)
                #expect(honest.breaks.isEmpty)
                for column in 0..<tables[table].columns {
                    let own = column - tables[table].committed
                    guard let cells = own < 0 ? committed : trace else { continue }
                    let place = own < 0 ? column : own
                    let right = cells[row, place]
                    // A bit that is one more may still be a bit; two more is none.
                    for change in [KoalaBear.one, .two] {
                        cells[row, place] = right + change
                        let now = look(at: row)
                        broken.formUnion(now.breaks)
                        // Whatever a row sends otherwise than before, nobody receives.
                        let isSeen = !now.breaks.isEmpty || now.messages != honest.messages
                        #expect(
                            isSeen != isFree(table, row, column, forger),
                            "\(tables[table].name), row \(row), column \(column)")
                    }
                    cells[row, place] = right
                }
            }
        }
        // Check 7: each rule is broken by some change, so that without it something would not be seen.
        for table in tables {
            for number in table.tape.constraints.indices {
                #expect(
                    broken.contains(.constraint(table: table.name, number: number)),
                    "\(table.name) \(number)")
            }
        }
    }

    /// The rows that are looked at, of each table: the first and the last ones, and those about every border there is.
    private func places(_ forger: AnswerForger) -> [[Int]] {
        let borders = [
            [world.table.rows / 2, world.table.rows, forger.form.area, forger.form.area + 700],
            [forger.form.numbers.count]
                + forger.form.numbers.flatMap { number -> [Int] in
                    switch number.kind {
                    case .sum(_, let low, let high), .centred(_, let low, let high),
                        .part(_, let low, let high):
                        [low + 1, high + 1]
                    case .rows, .present, .missing, .group: []
                    }
                },
            [forger.form.numbers.count, 300],
        ]
        return zip(borders, forger.asked.activeRows).map { borders, rows in
            Set([0, 1, rows - 2, rows - 1] + borders.flatMap { [$0 - 1, $0] }).sorted()
        }
    }

    /// Whether a change of a cell is nobody's business.
    private func isFree(_ table: Int, _ row: Int, _ column: Int, _ forger: AnswerForger) -> Bool {
        let width = forger.form.columns + 1
        let (beside, place) = column.quotientAndRemainder(dividingBy: width)
        let isThere =
            row < forger.form.area && beside * forger.form.area + row < world.table.rows
        return switch (table, column) {
        case (AnswerCircuit.Place.rows, 0..<CodedTable.share * width)
        where place == AnswerCircuit.Row.real:
            // What is committed to behind the area is random, and cannot be a row.
            row >= forger.form.area
        case (AnswerCircuit.Place.rows, 0..<CodedTable.share * width):
            // Where there is no row nothing is sent, and nothing of a column that is not asked about.
            !isThere || !forger.form.layout.asked.contains(place)
        case (AnswerCircuit.Place.noise, 0..<Noise.committed),
            (AnswerCircuit.Place.noise, Noise.total..<Noise.columns):
            // Rows behind the numbers do not count: they send and receive nothing.
            row >= forger.form.numbers.count
        default:
            // All of the codes' table: its last carry too, which is sent as a digit.
            false
        }
    }

    @Test func `what the forger leaves as it is fits, and is taken`() throws {
        var forger = try AnswerForger(world, Attempt.otherNoise.numbers)
        let results = forger.results
        forger.settle(0, forger.total(0))
        forger.countDigits()
        #expect(try forger.breaks().isEmpty && forger.results == results)
        let (statement, proof) = try forger.proof()
        try forger.asked.verifier.verify(proof, of: statement)
    }

    @Test(arguments: Attempt.allCases)
    private func `check 8: what a cheating node might try breaks the rules`(
        attempt: Attempt
    ) throws {
        let seen = try AnswerForger(attempt, in: world).breaks().map { rule in
            switch rule {
            case .constraint(let table, _): table
            case .messages(let bus): "bus \(bus)"
            }
        }
        #expect(Set(seen) == attempt.seen)
    }

    @Test(
        arguments: Slow.isOn
            ? Attempt.allCases : [.doubledReal, .wrappedCarry, .chosenNoise])
    private func `check 8: the real prover's proof of it is not taken`(attempt: Attempt) throws {
        let forger = try AnswerForger(attempt, in: world)
        let (statement, proof) = try forger.proof()
        // Messages are looked at before the constraints, table by table.
        let tables = ["rows", "codes", "noise"].filter(attempt.seen.contains)
        let isSent = attempt.seen.count > tables.count
        #expect(throws: isSent ? ProofError.messages : .constraints(table: tables[0])) {
            try forger.asked.verifier.verify(proof, of: statement)
        }
    }
}
