// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import Stark

/// Check 11 of the reference: messages that are not received, counts that wrap around, and sums told otherwise.
@Suite struct LookupAttackTests {
    /// Refused for what tables send each other, and taken by a verifier that does not look.
    private func isCaught(_ bits: Bits, _ proof: [UInt8]) -> Bool {
        var lax = bits
        lax.verifier.weakness = .forgiving(.messages)
        return bits.refusal(proof) == .messages && lax.refusal(proof) == nil
    }

    @Test func `check 11: messages are told apart by their bus`() throws {
        var sender = TableBuilder("sender", columns: 1)
        sender.send([sender.cell(0)], on: 1, times: Linear(1))
        var receiver = TableBuilder("receiver", columns: 1)
        receiver.receive([receiver.cell(0)], on: 2, times: Linear(1))
        let circuit = try Circuit("buses", inputs: 0, tables: [sender, receiver])
        let parameters = Parameters(blowupBits: 2, queries: 1, grindingBits: 0)
        let prover = try Prover(circuit, rowBits: [10, 10], parameters: parameters, leastBits: 0)
        var verifier = try Verifier(
            circuit, rowBits: [10, 10], parameters: parameters, leastBits: 0)
        var generator = Seeded(11)
        let proof = try prover.prove(inputs: [], traces: prover.tables(), using: &generator)
        #expect(throws: ProofError.messages) { try verifier.verify(proof, inputs: []) }
        verifier.weakness = .forgiving(.messages)
        #expect(throws: Never.self) { try verifier.verify(proof, inputs: []) }
    }

    @Test
    func `check 11: a count that is one off, and one that is minus what it should be, is caught`()
        throws
    {
        let bits = try Bits()
        for change in [KoalaBear.one, -.one, KoalaBear(reducing: 1 << 24)] {
            let traces = try bits.traces()
            traces[1][1, 1] += change
            #expect(isCaught(bits, try bits.proof(traces: traces)))
        }
        let traces = try bits.traces()
        traces[1][1, 1] = -traces[1][1, 1]
        #expect(isCaught(bits, try bits.proof(traces: traces)))
    }

    @Test func `check 11: a value that is not in the table is caught`() throws {
        let example = try Example(rowBits: [10, 10])
        let proof = try example.proof { $0[0][9, 1] = KoalaBear(reducing: 5000) }
        #expect(throws: ProofError.messages) {
            try example.verifier.verify(proof, inputs: example.inputs)
        }
        // And where the table is made to have it, that breaks the table's own rule.
        let other = try example.proof { traces in
            traces[0][9, 1] = KoalaBear(reducing: 5000)
            traces[1][1, 1] -= .one
            traces[1][700, 0] = KoalaBear(reducing: 5000)
            traces[1][700, 1] = .one
        }
        #expect(throws: ProofError.constraints(table: "answers")) {
            try example.verifier.verify(other, inputs: example.inputs)
        }
        var lax = example.verifier
        lax.weakness = .forgiving(.constraints(table: "answers"))
        #expect(throws: Never.self) { try lax.verify(other, inputs: example.inputs) }
    }

    @Test func `check 11: masks that do not cancel out are caught`() throws {
        let bits = try Bits()
        let traces = try bits.traces()
        traces[0][1, 2] = .one
        #expect(isCaught(bits, try bits.proof(traces: traces)))
    }

    @Test func `check 11: a terminal told otherwise is refused, whether or not the sum is right`()
        throws
    {
        let bits = try Bits()
        let proof = try bits.proof()
        let place = ProofParts(bits.shape).terminals
        let told = try extended(proof[place])
        for moved in [
            [told[0] + .one, told[1] - .one], [told[0] + .one, told[1]], [.zero, .zero],
        ] {
            var other = proof
            other.replaceSubrange(place, with: moved.flatMap(\.bytes))
            #expect(bits.refusal(other) != nil)
        }
        // Before anything is drawn from them: the rule of the last row says what they are.
        var moving = bits
        moving.prover.weakness.terminals = [.one, .zero - .one]
        let moved = try moving.proof()
        #expect(bits.refusal(moved) == .constraints(table: "bits"))
        moving.verifier.weakness = .forgiving(
            .constraints(table: "bits"), .constraints(table: "tally"))
        #expect(moving.refusal(moved) == nil)
        // And to make good what was not received.
        // A proof uses its traces up.
        func traces() throws -> [ColumnTiles] {
            let traces = try bits.traces()
            traces[1][1, 1] += .one
            return traces
        }
        let log = Log()
        moving.prover.weakness = log.listening()
        let lacking = try extended(try moving.proof(traces: try traces())[place]).reduce(.zero, +)
        moving.prover.weakness = Weakness()
        moving.prover.weakness.terminals = [.zero - lacking]
        #expect(
            bits.refusal(try moving.proof(traces: try traces())) == .constraints(table: "bits"))
    }

    @Test func `check 11: so many messages that a count could reach p are refused`() throws {
        // p is 508 · 2²² + 1: a table of 2²² rows may send 508 in each, and nothing comes from outside.
        func shape(_ interactions: Int, outside: Int) throws -> Shape? {
            var table = TableBuilder("t", columns: 1)
            let cell = table.cell(0)
            for _ in 0..<interactions { table.send([cell], on: 1, times: Linear(1)) }
            let circuit = try Circuit(
                "c", inputs: 0, tables: [table],
                messages: [Circuit.Message](
                    repeating: .init([.constant(.one)], on: 1, times: 1), count: outside))
            return Shape(
                circuit, rowBits: [22], Parameters(blowupBits: 2, queries: 84, grindingBits: 20))
        }
        #expect(try shape(508, outside: 0) != nil)
        #expect(try shape(508, outside: 1) == nil)
        #expect(try shape(509, outside: 0) == nil)
        // A count of p is none: it has no spelling, and counted it is zero.
        #expect(KoalaBear(canonical: KoalaBear.prime) == nil)
        #expect(KoalaBear(reducing: UInt64(KoalaBear.prime)) == .zero)
    }
}
