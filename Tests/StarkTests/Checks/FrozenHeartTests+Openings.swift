// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing

@testable import Stark

/// Check 10: what it leads to when openings are not absorbed before they are weighted.
extension FrozenHeartTests {
    @Test func `check 10: who knows gamma before the openings proves what is false`() throws {
        var weak = try deaf("openings")
        let log = Log()
        weak.prover.weakness = log.listening(to: weak.prover.weakness)
        // The count does not end there.
        let inputs = [weak.inputs[0] + .one, weak.inputs[1]]
        var proof = try weak.proof(inputs: inputs)
        #expect(weak.refusal(proof, inputs: inputs) == .constraints(table: "bits"))
        let (zeta, gamma) = (log.elements[3], log.elements[4])
        let parts = ProofParts(weak.shape)
        let opened = try extended(proof[parts.openings])
        let table = weak.shape.tables[0]
        let first = ProofParts.opened(table) - 5 * Parameters.chunks
        // What is missing at ζ is added to the quotient's first chunk and taken back from the second, in two
        // values whose weights in the codeword are powers of γ: their sum there stays what it was.
        let step = zeta.power(UInt64(table.chunk))
        let missing = try missing(weak, proof, inputs, log)
        let weights = (gamma.power(UInt64(first + 1)), gamma.power(UInt64(first + 6)))
        // a + step · b = missing, w₀ a + w₁ b = 0
        let ratio = weights.0 * weights.1.inverseOrZero
        let a = missing * (.one - step * ratio).inverseOrZero
        let b = .zero - ratio * a
        for (place, value) in [(first, a), (first + 5, b)] {
            let start = parts.openings.lowerBound + 20 * place
            proof.replaceSubrange(start..<start + 20, with: (opened[place] + value).bytes)
        }
        #expect(deceives(proof, weak.verifier, inputs: inputs))
    }

    /// What a forged proof's quotient lacks at ζ: found by trying, for what is missing is where a check holds.
    private func missing(
        _ bits: Bits, _ proof: [UInt8], _ inputs: [KoalaBear], _ log: Log
    ) throws -> KoalaBear5 {
        let parts = ProofParts(bits.shape)
        let table = bits.shape.tables[0]
        let all = try extended(proof[parts.openings])
        var rest = all[...]
        func take(_ count: Int) -> [KoalaBear5] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        let opened = Openings.Table(
            main: take(table.mainColumns), next: take(table.nextColumns.count),
            sums: take(table.sumColumns), nextSum: take(5), quotient: take(5 * Parameters.chunks))
        let check = ConstraintCheck(
            table: bits.circuit.tables[0], shape: table,
            messages: Messages(alpha: log.elements[0], beta: log.elements[1]), inputs: inputs,
            terminal: try extended(proof[parts.terminals])[0], lambda: log.elements[2])
        let (wanted, given) = check.sides(opened, at: log.elements[3])
        return wanted - given
    }
}
