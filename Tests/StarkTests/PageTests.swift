// SPDX-License-Identifier: Apache-2.0
import Fields
import Stark
import Testing
import TestSupport

/// The example of the library's page, as it stands there.
@Suite struct PageTests {
    @Test func `a count that ends where it says is proved and taken`() throws {
        var count = TableBuilder("count", columns: 1)
        let (now, next) = (count.cell(0), count.next(0))
        count.require(now, .first)
        count.require(next - now - Linear(1), .transition)
        count.require(now - count.input(0), .last)
        let circuit = try Circuit("count", inputs: 1, tables: [count])

        let prover = try Prover(circuit, rowBits: [10])
        let tables = try prover.tables()
        for row in 0..<prover.activeRows(of: 0) {
            tables[0][row, 0] = KoalaBear(reducing: UInt64(row))
        }
        let last = KoalaBear(reducing: UInt64(prover.activeRows(of: 0) - 1))
        var generator = Seeded(9)
        let proof = try prover.prove(inputs: [last], traces: tables, using: &generator)
        try Verifier(circuit, rowBits: [10]).verify(proof, inputs: [last])
        #expect(throws: ProofError.self) {
            try Verifier(circuit, rowBits: [10]).verify(proof, inputs: [last + .one])
        }
    }
}
