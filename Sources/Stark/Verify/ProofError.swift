// SPDX-License-Identifier: Apache-2.0

/// Why a proof is not taken, or cannot be made.
public enum ProofError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is to be proved makes no sense.
    case statement(String)
    /// With such parameters too little is proven: fewer than ``Parameters/leastBits``.
    case weak(bits: Int)
    /// The proof ends too early.
    case short
    /// Bytes follow the proof.
    case long
    /// A number is not below the prime: each element has one spelling.
    case notCanonical(byte: Int)
    /// What the tables' messages come to is not zero: something was sent that was not received.
    case messages
    /// The constraints of a table do not hold.
    case constraints(table: String)
    /// Too little work was done before the places were drawn.
    case work
    /// Rows are not those that were committed to.
    case commitment(String)
    /// A codeword is not what the rows give, or was folded wrongly.
    case folding(layer: Int)
    /// What is left at the end is not what the layers give.
    case final

    /// A challenge lies in a domain, where constraints cannot be looked at.
    static let inside = ProofError.statement("a challenge lies in the domain; prove it again")

    /// What is wrong.
    public var description: String {
        switch self {
        case .statement(let words): words
        case .weak(let bits):
            "such a proof has \(bits) bits of proven security, fewer than \(Int(Parameters.leastBits))"
        case .short: "the proof ends too early"
        case .long: "bytes follow the proof"
        case .notCanonical(let byte): "the number at byte \(byte) is not below the prime"
        case .messages: "what tables send each other does not cancel out"
        case .constraints(let table): "the table \(table) breaks its rules"
        case .work: "too little work was done for the proof"
        case .commitment(let tree): "rows of \(tree) are not those that were committed to"
        case .folding(let layer): "layer \(layer) is not what the one before gives"
        case .final: "the last polynomial is not what the layers give"
        }
    }
}
