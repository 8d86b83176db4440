// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing

@testable import Stark

/// Check 15 of the reference: the calculator gives the published figures, and what is too weak is refused.
@Suite struct SecurityTests {
    private func bits(
        _ regime: Security.Regime, blowup: Int, queries: Int, grinding: Int = 20
    ) -> Double {
        let parameters = Parameters(blowupBits: blowup, queries: queries, grindingBits: grinding)
        let sizes = Security.Sizes(
            rowBits: [20], batched: 400, constraints: 400, folds: [3, 3, 3, 3, 3])
        return (Security(parameters, sizes).bits(regime) * 100).rounded() / 100
    }

    @Test func `check 15: the sets of the reference have the bits that it says`() {
        #expect(bits(.johnson, blowup: 2, queries: 84) == 100.68)
        #expect(bits(.uniqueDecoding, blowup: 2, queries: 84) == 76.96)
        #expect(bits(.randomWords, blowup: 2, queries: 84) == 124.30)
        #expect(bits(.johnson, blowup: 3, queries: 56) == 100.70)
        #expect(bits(.uniqueDecoding, blowup: 3, queries: 56) == 66.48)
        #expect(bits(.randomWords, blowup: 3, queries: 56) == 123.30)
        #expect(bits(.johnson, blowup: 2, queries: 100) == 108.39)
        #expect(bits(.johnson, blowup: 2, queries: 44, grinding: 16) == 59.97)
    }

    @Test func `check 15: whoever proves or verifies refuses what is below 100 bits`() throws {
        let circuit = try Example.circuit
        _ = try Prover(circuit, rowBits: [17, 12])
        _ = try Verifier(circuit, rowBits: [20, 12])
        for weak in [
            Parameters(blowupBits: 2, queries: 83, grindingBits: 16),
            Parameters(blowupBits: 2, queries: 40, grindingBits: 20),
            Parameters(blowupBits: 3, queries: 50, grindingBits: 20),
        ] {
            #expect(throws: ProofError.self) {
                try Verifier(circuit, rowBits: [17, 12], parameters: weak)
            }
            #expect(throws: ProofError.self) {
                try Prover(circuit, rowBits: [17, 12], parameters: weak)
            }
        }
    }

    @Test func `lengths and parameters that cannot be are refused`() throws {
        let circuit = try Example.circuit
        for rowBits in [[], [10], [9, 10], [10, 23], [10, .max], [10, -1], [10, 10, 10]] {
            #expect(throws: ProofError.self) { try Verifier(circuit, rowBits: rowBits) }
        }
        for (blowup, queries, grinding) in [
            (1, 84, 20), (5, 84, 20), (2, 0, 20), (2, 124, 20), (2, 84, 31), (2, 84, -1),
        ] {
            let parameters = Parameters(
                blowupBits: blowup, queries: queries, grindingBits: grinding)
            #expect(throws: ProofError.self) {
                try Verifier(circuit, rowBits: [10, 10], parameters: parameters, leastBits: 0)
            }
        }
    }
}
