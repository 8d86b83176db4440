// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import Stark

/// Columns that are committed to once: proofs are about the cells that their root stands for, and about no others.
@Suite struct CommittedColumnsTests {
    @Test func `several proofs are about the same columns`() throws {
        let ballot = try Ballot()
        let columns = try ballot.columns()
        for (seed, asked) in [(1, 0), (2, 1), (3, 0)] as [(UInt64, Int)] {
            let (proof, inputs) = try ballot.proof(columns, asking: asked, seed: seed)
            try ballot.verifier.verify(proof, inputs: inputs, committed: [columns.root])
        }
    }

    @Test func `a proof about other columns, or none, is refused`() throws {
        let ballot = try Ballot()
        let (columns, others) = (try ballot.columns(), try ballot.columns { $0 % 4 == 0 })
        let (proof, inputs) = try ballot.proof(columns, asking: 0)
        #expect(throws: ProofError.self) {
            try ballot.verifier.verify(proof, inputs: inputs, committed: [others.root])
        }
        for roots in [[], [columns.root, columns.root], [Array(columns.root.dropLast())]] {
            #expect(throws: ProofError.self) {
                try ballot.verifier.verify(proof, inputs: inputs, committed: roots)
            }
        }
        // The prover cannot be made to prove about columns of another form either.
        let long = try Ballot(rowBits: [11, 10])
        #expect(throws: ProofError.self) { try ballot.proof(try long.columns(), asking: 0) }
    }

    @Test func `a wrong count of committed cells gives no proof that is taken`() throws {
        let ballot = try Ballot()
        let columns = try ballot.columns()
        var (proof, inputs) = try ballot.proof(columns, asking: 0)
        inputs[0] += .one
        #expect(throws: ProofError.self) {
            try ballot.verifier.verify(proof, inputs: inputs, committed: [columns.root])
        }
        // A witness that goes by other cells than those that were committed to.
        (proof, inputs) = try ballot.proof(columns, asking: 0, counting: { $0 % 4 == 0 })
        #expect(throws: ProofError.constraints(table: "ballots")) {
            try ballot.verifier.verify(proof, inputs: inputs, committed: [columns.root])
        }
    }

    @Test func `a changed byte anywhere is refused`() throws {
        let ballot = try Ballot()
        let columns = try ballot.columns()
        let (proof, inputs) = try ballot.proof(columns, asking: 0)
        for place in stride(from: 0, to: proof.count, by: 97) {
            var changed = proof
            changed[place] ^= 1
            #expect(throws: ProofError.self, "byte \(place)") {
                try ballot.verifier.verify(changed, inputs: inputs, committed: [columns.root])
            }
        }
        #expect(throws: ProofError.self) {
            try ballot.verifier.verify(
                Array(proof.dropLast(100)), inputs: inputs, committed: [columns.root])
        }
    }

    @Test(arguments: [[10, 10], [10, 12], [12, 10], [11, 13]])
    func `tables of any lengths go together`(rowBits: [Int]) throws {
        let ballot = try Ballot(rowBits: rowBits)
        let columns = try ballot.columns()
        let (proof, inputs) = try ballot.proof(columns, asking: 1)
        try ballot.verifier.verify(proof, inputs: inputs, committed: [columns.root])
    }

    @Test func `the same cells and seed give the same root, another seed another`() throws {
        let ballot = try Ballot()
        #expect(try ballot.columns().root == ballot.columns().root)
        #expect(try ballot.columns().root != ballot.columns(seed: 2).root)
        #expect(try ballot.columns().root != ballot.columns { $0 % 3 == 1 }.root)
    }

    @Test func `a seed that was kept gives the root that it gave`() throws {
        let root = try Ballot().columns().root.map { String($0, radix: 16) }.joined(separator: " ")
        // Were salts drawn otherwise and random cells not, the same cells would stand under two roots, each with all its
        // proofs: whoever changes one changes `CommittedColumns.version`, and then this.
        #expect(
            root
                == "0 5a da 77 72 42 d5 34 f3 a6 81 a0 a9 2b c9 95 a3 82 c 37 c7 a5 fd 30 74 20 ba 30 df 72 e7 b8"
        )
    }

    @Test func `there are as many proofs as random cells allow`() throws {
        let columns = try Ballot().columns()
        #expect(columns.rows == 500)
        #expect(columns.proofs == (1024 - 500) / (ProofTests.quick.queries + 5))
        #expect(CommittedColumns.shown(by: .binding) == 125)
    }

    @Test func `what is committed to beforehand wants 100 bits up to half the distance`() throws {
        let circuit = try Ballot().circuit
        #expect(throws: ProofError.weak(bits: 76)) {
            try Verifier(circuit, rowBits: [13, 10], parameters: .standard)
        }
        _ = try Verifier(circuit, rowBits: [13, 10], parameters: .binding)
        // Without, the Johnson regime does.
        _ = try Verifier(try Example.circuit, rowBits: [13, 10], parameters: .standard)
    }

    @Test func `a circuit that looks at a committed column's next row is none`() throws {
        func circuit(committed: Int, next column: Int) throws(CircuitError) {
            var table = TableBuilder("t", columns: 3, committed: committed)
            table.require(table.next(column), .transition)
            _ = try Circuit("t", inputs: 0, tables: [table])
        }
        #expect(throws: CircuitError.committed(table: "t", column: 0)) {
            try circuit(committed: 2, next: 0)
        }
        #expect(throws: CircuitError.committed(table: "t", column: 1)) {
            try circuit(committed: 2, next: 1)
        }
        #expect(throws: CircuitError.table("t")) { try circuit(committed: 4, next: 2) }
        try circuit(committed: 2, next: 2)
    }

    @Test func `the tape says which columns are committed`() throws {
        let ballot = try Ballot()
        #expect(ballot.circuit.bytes.starts(with: Array("dvtape2\n".utf8)))
        #expect(try Example.circuit.bytes.starts(with: Array("dvtape1\n".utf8)))
    }

    @Test func `the transcript hears the roots`() throws {
        let ballot = try Ballot()
        let statement = Statement(ballot.circuit, [10, 10], ProofTests.quick)
        let inputs = [KoalaBear.one, .zero]
        var one = statement.transcript(inputs, [[UInt8](repeating: 1, count: 32)])
        var two = statement.transcript(inputs, [[UInt8](repeating: 2, count: 32)])
        #expect(one.element() != two.element())
    }
}

/// Committed ballots of two questions, of which one is asked: how many said yes is public.
struct Ballot {
    let circuit: Circuit
    let prover: Prover
    let verifier: Verifier
    let rowBits: [Int]
    let parameters: Parameters

    init(rowBits: [Int] = [10, 10], parameters: Parameters = ProofTests.quick) throws {
        var ballots = TableBuilder("ballots", columns: 5, committed: 2)
        // Which rows are sent: those before the first that is not.
        let sent = ballots.cell(2)
        ballots.requireBit(sent)
        let next = ballots.next(2)
        ballots.require(ballots.product(next, Linear(1) - sent), .transition)
        let (count, vote) = (ballots.cell(3), ballots.cell(4))
        ballots.require(count - sent, .first)
        let after = ballots.next(3)
        ballots.require(after - count - next, .transition)
        ballots.require(count - Linear(500), .last)
        let (first, second) = (ballots.cell(0), ballots.cell(1))
        let which = ballots.input(1)
        ballots.require(vote - first - ballots.product(which, second - first))
        ballots.send([vote], on: 1, times: sent)
        var tally = TableBuilder("tally", columns: 2)
        tally.requireBit(tally.cell(0))
        tally.require(tally.cell(0) - Linear(1), .first)
        tally.require(tally.cell(1) - tally.input(0), .first)
        tally.receive([tally.cell(0)], on: 1, times: tally.cell(1))
        circuit = try Circuit("ballots", inputs: 2, tables: [ballots, tally])
        (self.rowBits, self.parameters) = (rowBits, parameters)
        prover = try Prover(circuit, rowBits: rowBits, parameters: parameters, leastBits: 0)
        verifier = try Verifier(circuit, rowBits: rowBits, parameters: parameters, leastBits: 0)
    }

    static func said(_ row: Int, _ question: Int, _ first: (Int) -> Bool) -> Bool {
        question == 0 ? first(row) : row % 5 == 0
    }

    func columns(
        seed: UInt8 = 1, _ first: (Int) -> Bool = { $0 % 3 == 0 }
    ) throws -> CommittedColumns {
        let table = try CommittedColumns.table(rowBits: rowBits[0], columns: 2)
        for row in 0..<500 {
            for question in 0..<2 where Ballot.said(row, question, first) {
                table[row, question] = .one
            }
        }
        return try CommittedColumns(
            table, rows: 500, longest: rowBits.max() ?? 0, parameters: parameters,
            seed: [UInt8](repeating: seed, count: 32))
    }

    func proof(
        _ columns: CommittedColumns, asking question: Int, seed: UInt64 = 1,
        counting first: (Int) -> Bool = { $0 % 3 == 0 }
    ) throws -> (proof: [UInt8], inputs: [KoalaBear]) {
        let traces = try prover.tables()
        let yes = (0..<500).count { Ballot.said($0, question, first) }
        for row in 0..<prover.activeRows(of: 0) {
            traces[0][row, 0] = row < 500 ? .one : .zero
            traces[0][row, 1] = KoalaBear(reducing: UInt64(min(row + 1, 500)))
            // Behind the ballots nobody knows what is committed: the cell has to be what it is there.
            traces[0][row, 2] = .zero
        }
        try fillVotes(traces[0], columns, question, first)
        traces[1][0, 0] = .one
        traces[1][0, 1] = KoalaBear(reducing: UInt64(yes))
        traces[1][1, 1] = KoalaBear(reducing: UInt64(500 - yes))
        let inputs = [UInt64(yes), UInt64(question)].map(KoalaBear.init(reducing:))
        var generator = Seeded(seed)
        let proof = try prover.prove(
            inputs: inputs, committed: [columns], traces: traces, using: &generator)
        return (proof, inputs)
    }

    /// The votes as they are committed to, or, where another count is wanted, as that would have them.
    private func fillVotes(
        _ trace: ColumnTiles, _ columns: CommittedColumns, _ question: Int,
        _ first: (Int) -> Bool
    ) throws {
        let extended = columns.extended
        let cells = try extended.trace(
            [0], in: Workroom(rows: extended.roomRows), threads: 1)
        let domain = prover.shape.tables[0].trace
        for row in 0..<prover.activeRows(of: 0) {
            trace[row, 2] =
                row < 500
                ? (Ballot.said(row, question, first) ? .one : .zero)
                : cells[domain.reversed(row), question]
        }
    }
}
