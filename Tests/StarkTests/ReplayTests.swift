// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import Stark

/// Check 10 of the reference: a proof shows its own statement and no other, however near.
@Suite struct ReplayTests {
    private let example: Example
    private let proof: [UInt8]

    init() throws {
        example = try Example(rowBits: [10, 10])
        proof = try example.proof()
    }

    private func isTaken(
        _ circuit: Circuit, _ rowBits: [Int] = [10, 10], _ parameters: Parameters = ProofTests.quick
    ) throws -> Bool {
        let verifier = try Verifier(
            circuit, rowBits: rowBits, parameters: parameters, leastBits: 0)
        return (try? verifier.verify(proof, inputs: example.inputs)) != nil
    }

    @Test func `under its own statement it is taken`() throws {
        #expect(try isTaken(example.circuit))
    }

    @Test func `under other parameters it is refused, more and less of each`() throws {
        for (blowup, queries, grinding) in [
            (3, 10, 4), (2, 9, 4), (2, 11, 4), (2, 10, 0), (2, 10, 3), (2, 10, 5),
        ] {
            let other = Parameters(
                blowupBits: blowup, queries: queries, grindingBits: grinding)
            #expect(
                try !isTaken(example.circuit, [10, 10], other), "\(blowup) \(queries) \(grinding)")
        }
    }

    @Test func `under other lengths it is refused`() throws {
        for rowBits in [[11, 10], [10, 11], [11, 11]] {
            #expect(try !isTaken(example.circuit, rowBits), "\(rowBits)")
        }
    }

    @Test func `under another circuit it is refused, though its rules hold too`() throws {
        // What the proof shows fulfils each of these: only the digest in the transcript is another.
        let tables = example.circuit.tables
        let named = Circuit(
            name: "other", inputs: 2, tables: tables, messages: example.circuit.messages)
        #expect(try !isTaken(named))
        let fewer = Circuit(
            name: "example", inputs: 2,
            tables: [
                Circuit.Table(
                    name: "walk", columns: 3, committed: 0,
                    tape: tables[0].tape.withoutLastConstraint), tables[1],
            ], messages: [])
        #expect(try !isTaken(fewer))
    }
}

extension Tape {
    /// The same rules but one.
    fileprivate var withoutLastConstraint: Tape {
        var tape = self
        tape.constraints.removeLast()
        return tape
    }
}
