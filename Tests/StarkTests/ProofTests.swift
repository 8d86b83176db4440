// SPDX-License-Identifier: Apache-2.0
import Fields
import Foundation
import Testing
import TestSupport

@testable import Stark

/// Proofs of small circuits: taken when they are right, refused when anything in them is not.
@Suite struct ProofTests {
    static let quick = Parameters(blowupBits: 2, queries: 10, grindingBits: 4)

    @Test func `a right proof is taken`() throws {
        let example = try Example(rowBits: [11, 10])
        let proof = try example.proof()
        try example.verifier.verify(proof, inputs: example.inputs)
    }

    /// Golden: other bytes are another version of the proof.
    @Test func `a proof with known randomness has known bytes`() throws {
        let proof = try Example(rowBits: [11, 10]).proof()
        let digest = SHA256.digest(proof).map { String(format: "%02x", $0) }.joined()
        #expect(digest == "9ea00a62af7d562a9c088c954a6b6070243175134c6f4e96054622601cc2ae27")
    }

    @Test func `a proof of other public inputs is refused`() throws {
        let example = try Example(rowBits: [11, 10])
        let proof = try example.proof()
        var inputs = example.inputs
        inputs[0] += .one
        #expect(throws: ProofError.self) {
            try example.verifier.verify(proof, inputs: inputs)
        }
    }

    @Test func `a wrong witness gives no proof that is taken`() throws {
        let example = try Example(rowBits: [11, 10])
        for (table, row, column) in [(0, 0, 0), (0, 5, 1), (0, 1791, 0), (1, 3, 0), (1, 7, 1)] {
            let proof = try example.proof { traces in
                traces[table][row, column] += .one
            }
            #expect(throws: ProofError.self, "\(table) \(row) \(column)") {
                try example.verifier.verify(proof, inputs: example.inputs)
            }
        }
    }

    @Test func `a changed byte anywhere is refused`() throws {
        let example = try Example(rowBits: [11, 10])
        let proof = try example.proof()
        for place in stride(from: 0, to: proof.count, by: 211) {
            var changed = proof
            changed[place] ^= 1
            #expect(throws: ProofError.self, "byte \(place)") {
                try example.verifier.verify(changed, inputs: example.inputs)
            }
        }
        #expect(throws: ProofError.long) {
            try example.verifier.verify(proof + [0], inputs: example.inputs)
        }
        #expect(throws: ProofError.self) {
            try example.verifier.verify(Array(proof.dropLast()), inputs: example.inputs)
        }
    }

    @Test(arguments: [[10, 10], [10, 12], [13, 10], [14, 11]])
    func `tables of any lengths go together`(rowBits: [Int]) throws {
        let example = try Example(rowBits: rowBits)
        try example.verifier.verify(try example.proof(), inputs: example.inputs)
    }
}

/// x ↦ x² + x + row sends every fourth value's low part to a table that counts how often it is asked: a circuit
/// with every kind of constraint and messages both ways.
struct Example {
    static var circuit: Circuit { get throws { try Example(rowBits: [10, 10]).circuit } }

    let circuit: Circuit
    let prover: Prover
    let verifier: Verifier
    private(set) var inputs: [KoalaBear]

    init(rowBits: [Int], parameters: Parameters = ProofTests.quick) throws {
        var walk = TableBuilder("walk", columns: 3)
        let (x, count, step) = (walk.cell(0), walk.cell(1), walk.cell(2))
        let next = walk.next(0)
        let square = walk.product(x, x)
        walk.require(walk.next(2) - step - Linear(1), .transition)
        walk.require(step, .first)
        walk.require(x - walk.input(0), .first)
        walk.require(x - walk.input(1), .last)
        walk.require(next - walk.product(square, x) - x - step, .transition)
        // count = row mod 8, sent to the other table.
        walk.send([count, count * 2 + Linear(1)], on: 1, times: Linear(1))
        walk.send([count], on: 2, times: Linear(1))
        walk.receive([count], on: 2, times: Linear(1))
        var answers = TableBuilder("answers", columns: 2)
        let (value, times) = (answers.cell(0), answers.cell(1))
        let rise = answers.next(0) - value
        answers.require(value, .first)
        answers.require(answers.product(rise, rise - Linear(1)), .transition)
        answers.receive([value, value * 2 + Linear(1)], on: 1, times: times)
        circuit = try Circuit(
            "example", inputs: 2, tables: [walk, answers])
        prover = try Prover(
            circuit, rowBits: rowBits, parameters: parameters, leastBits: 0)
        verifier = try Verifier(
            circuit, rowBits: rowBits, parameters: parameters, leastBits: 0)
        var last = KoalaBear(reducing: 7)
        for row in 0..<prover.activeRows(of: 0) - 1 {
            last = last * last * last + last + KoalaBear(reducing: UInt64(row))
        }
        inputs = [KoalaBear(reducing: 7), last]
    }

    func traces() throws -> [ColumnTiles] {
        let traces = try prover.tables()
        var x = inputs[0]
        for row in 0..<prover.activeRows(of: 0) {
            traces[0][row, 0] = x
            traces[0][row, 1] = KoalaBear(reducing: UInt64(row % 8))
            traces[0][row, 2] = KoalaBear(reducing: UInt64(row))
            x = x * x * x + x + KoalaBear(reducing: UInt64(row))
        }
        for row in 0..<prover.activeRows(of: 1) {
            let value = min(row, 100)
            traces[1][row, 0] = KoalaBear(reducing: UInt64(value))
            if row < 8 {
                let asked = (0..<prover.activeRows(of: 0)).count { $0 % 8 == row }
                traces[1][row, 1] = KoalaBear(reducing: UInt64(asked))
            }
        }
        return traces
    }

    func proof(
        seed: UInt8 = 1, _ change: ([ColumnTiles]) -> Void = { _ in }
    ) throws -> [UInt8] {
        let traces = try traces()
        change(traces)
        var generator = Seeded(UInt64(seed))
        return try prover.prove(inputs: inputs, traces: traces, using: &generator)
    }
}
