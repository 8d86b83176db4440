// SPDX-License-Identifier: Apache-2.0
import Fields
import TestSupport

@testable import Stark

/// Somebody who guesses the witness and looks whether a proof is what it would be.
///
/// Of a guess and of the challenges in a proof's transcript all follows that nothing random hides: a prover
/// without masks, told the same challenges, says it again.
struct Guess {
    /// What hides a witness, and which draws of the prover's it is.
    enum Mask: CaseIterable {
        case rows, sumRows, counts, chunks, codeword, salts
    }

    static func without(_ masks: Set<Mask>, _ shape: Shape) -> [Weakness.Bareness] {
        let hidden = Parameters.hiddenRows * shape.tables[0].mainColumns
        let chunks = 5 * Parameters.maskedCoefficients * (Parameters.chunks - 1)
        var bare: [Weakness.Bareness] = []
        for mask in masks {
            switch mask {
            case .rows where masks.contains(.counts): bare.append(.init(label: "rows"))
            case .counts where masks.contains(.rows): break
            case .rows: bare.append(.init(label: "rows", draws: 0..<hidden))
            case .counts: bare.append(.init(label: "rows", draws: hidden..<Int.max))
            case .sumRows: bare.append(.init(label: "sums"))
            case .chunks where masks.contains(.codeword): bare.append(.init(label: "quotient"))
            case .codeword where masks.contains(.chunks): break
            case .chunks: bare.append(.init(label: "quotient", draws: 0..<chunks))
            case .codeword: bare.append(.init(label: "quotient", draws: chunks..<Int.max))
            case .salts: bare.append(.init(label: "salt"))
            }
        }
        return bare
    }

    /// Parts of a proof that can be foretold.
    struct Parts: Equatable {
        let root: [UInt8]
        let terminals, bit, helper, chunks, final: [KoalaBear5]

        init(_ bits: Bits, _ proof: [UInt8]) throws {
            let parts = ProofParts(bits.shape)
            let table = bits.shape.tables[0]
            let opened = try extended(proof[parts.openings])
            let sums = table.mainColumns + table.nextColumns.count
            root = Array(proof[parts.main])
            terminals = try extended(proof[parts.terminals])
            bit = [opened[1]]
            helper = Array(opened[sums..<sums + 5])
            let first = sums + table.sumColumns + 5
            chunks = Array(opened[first..<first + 5 * Parameters.chunks])
            final = try extended(proof[parts.final])
        }
    }

    /// A proof by a prover without some masks, and what a guess foretells of it.
    static func compare(
        without masks: Set<Mask>, guess: (Int) -> Bool, secret: (Int) -> Bool
    ) throws -> (real: Parts, guessed: Parts, opened: OpenedRows) {
        let log = Log()
        var bits = try Bits()
        bits.prover.weakness = log.listening()
        bits.prover.weakness.bare = without(masks, bits.shape)
        let proof = try bits.proof(seed: 5, traces: bits.traces(secret))
        var naked = bits
        naked.prover.weakness = Weakness()
        naked.prover.weakness.bare = without(Set(Mask.allCases), bits.shape)
        naked.prover.weakness.given = Dictionary(
            uniqueKeysWithValues: log.elements.enumerated().map { ($0, $1) })
        let said = try naked.proof(seed: 6, traces: bits.traces(guess))
        return (
            try Parts(bits, proof), try Parts(bits, said), try OpenedRows(bits, proof)
        )
    }
}
