// SPDX-License-Identifier: Apache-2.0
public import Stark

/// Checks settlements.
public struct SettlementVerifier: Sendable {
    private let verifier: Verifier
    private let depth: Int

    /// Prepares for batches of a class.
    public init(
        _ form: SettlementCircuit, parameters: Parameters = .standard
    ) throws(ProofError) {
        self.init(
            form, try Verifier(form.circuit, rowBits: form.rowBits, parameters: parameters))
    }

    init(_ form: SettlementCircuit, _ verifier: Verifier) {
        (self.verifier, depth) = (verifier, form.depth)
    }

    /// Takes a proof of a settlement, or says why not.
    public func verify(
        _ proof: [UInt8], of statement: SettlementStatement
    ) throws(ProofError) {
        guard statement.depth == depth, statement.isPossible else {
            throw .statement("the statement is not of this class")
        }
        try verifier.verify(proof, inputs: statement.inputs)
    }
}
