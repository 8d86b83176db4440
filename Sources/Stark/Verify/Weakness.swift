// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// What a prover or a verifier leaves out: nothing, but where a test takes a part away to see what it is for.
///
/// A check that no attack ever met may be no check at all. So the acceptance tests forge proofs that the real
/// verifier refuses and one without a single check, or a single absorption, takes. Nothing outside this module
/// can set a weakness, and no initializer takes one: ``Prover`` and ``Verifier`` begin with none.
struct Weakness: Sendable {
    /// What the transcript hears in an item's place, by its name: nothing at all, where that is nil.
    var heard: [String: [UInt8]?] = [:]
    /// Challenges that are not drawn but given, by their number among the elements drawn.
    var given: [Int: KoalaBear5] = [:]
    /// Places that are not drawn but given.
    var places: [Int]?
    /// Told of everything that is absorbed, and of every challenge.
    var listener: (@Sendable (Transcript.Event) -> Void)?
    /// Reasons for which the verifier refuses nothing.
    var forgiven: Set<ProofError> = []
    /// What is hashed before a row, a node, and a node that a row joins.
    var tags: [UInt8] = [0, 1, 2]
    /// What is added to the tables' terminals.
    var terminals: [KoalaBear5] = []
    /// Which draws of the prover's randomness are zero.
    var bare: [Bareness] = []

    /// Draws of those streams whose label begins so.
    struct Bareness: Sendable {
        let label: String
        var draws: Range<Int> = 0..<Int.max
    }

    /// What is added to a table's terminal.
    func terminal(_ place: Int) -> KoalaBear5 {
        place < terminals.count ? terminals[place] : .zero
    }
}
