// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import Stark

/// Check 10 of the reference: proofs are replayed under other statements, and each item in turn is left out of the
/// transcript by prover and verifier alike. The weakened verifier is deceived; the real one never.
///
/// What leaving out the folds' roots and the last polynomial leads to, ``FoldAttackTests`` shows.
@Suite struct FrozenHeartTests {
    static let parameters = Parameters(blowupBits: 2, queries: 10, grindingBits: 4)
    private static let items = [
        "domain", "circuit", "parameters", "lengths", "inputs", "main", "terminals", "sums",
        "quotient", "openings", "fold", "final", "nonce",
    ]

    func deaf(_ item: String) throws -> Bits {
        try Bits(FrozenHeartTests.parameters, weakness: .deaf(item))
    }

    /// Takes a proof with the same deafness and not without.
    func deceives(
        _ proof: [UInt8], _ verifier: Verifier, inputs: [KoalaBear]
    ) -> Bool {
        var real = verifier
        real.weakness = Weakness()
        return (try? verifier.verify(proof, inputs: inputs)) != nil
            && (try? real.verify(proof, inputs: inputs)) == nil
    }

    @Test(arguments: items)
    func `check 10: a prover that leaves an item out proves nothing to the real verifier`(
        item: String
    ) throws {
        let weak = try deaf(item)
        let proof = try weak.proof()
        #expect(deceives(proof, weak.verifier, inputs: weak.inputs))
    }

    @Test
    func `check 10: under another domain, circuit or batch a proof is refused, if it is absorbed`()
        throws
    {
        // The batch's number is an input that no rule looks at.
        let batch = try deaf("inputs")
        let other = [batch.inputs[0], batch.inputs[1] + .one]
        #expect(deceives(try batch.proof(), batch.verifier, inputs: other))

        let named = try deaf("circuit")
        let tables = named.circuit.tables
        let twin = Circuit(name: "tape 2", inputs: 2, tables: tables, messages: [])
        var verifier = try Verifier(
            twin, rowBits: named.rowBits, parameters: named.parameters, leastBits: 0)
        verifier.weakness = .deaf("circuit")
        #expect(deceives(try named.proof(), verifier, inputs: named.inputs))

        // Other work, of which the proof has enough.
        let easy = try deaf("parameters")
        verifier = try Verifier(
            easy.circuit, rowBits: easy.rowBits,
            parameters: Parameters(blowupBits: 2, queries: 10, grindingBits: 3), leastBits: 0)
        verifier.weakness = .deaf("parameters")
        #expect(deceives(try easy.proof(), verifier, inputs: easy.inputs))

        // Another protocol that says the same.
        var foreign = try deaf("domain")
        let said = try foreign.proof()
        foreign.verifier.weakness.heard["domain"] = .some(Array("dividend/stark/v2".utf8))
        #expect(foreign.refusal(said) != nil)
        foreign.verifier.weakness = .deaf("domain")
        #expect(deceives(said, foreign.verifier, inputs: foreign.inputs))
    }

    @Test func `check 10: lengths are bound by what a proof looks like, absorbed or not`() throws {
        let weak = try deaf("lengths")
        for rowBits in [[10, 11], [11, 10], [11, 11]] {
            var verifier = try Verifier(
                weak.circuit, rowBits: rowBits, parameters: weak.parameters, leastBits: 0)
            verifier.weakness = .deaf("lengths")
            #expect(throws: ProofError.self) {
                try verifier.verify(try weak.proof(), inputs: weak.inputs)
            }
        }
    }

    @Test
    func `check 10: who knows alpha and beta before the cells are fixed balances any messages`()
        throws
    {
        let weak = try deaf("main")
        // One bit is told wrongly: of 768 bits one is neither sent as what it is nor counted.
        func forged(_ change: ([ColumnTiles]) -> Void = { _ in }) throws -> (
            proof: [UInt8], log: Log
        ) {
            let log = Log()
            var bits = weak
            bits.prover.weakness = log.listening(to: weak.prover.weakness)
            let traces = try bits.traces()
            traces[0][5, 1] = .one - traces[0][5, 1]
            change(traces)
            return (try bits.proof(traces: traces), log)
        }
        let first = try forged()
        #expect(weak.refusal(first.proof) == .messages)
        // The counts of masks in a row that nobody fills pay for it, chosen now that their worth is known.
        let messages = Messages(alpha: first.log.elements[0], beta: first.log.elements[1])
        let terminals = try extended(first.proof[ProofParts(weak.shape).terminals])
        let counts = try #require(
            solve(messages.masks, for: .zero - terminals.reduce(.zero, +)))
        let second = try forged { traces in
            for (mask, count) in counts.enumerated() { traces[0][1, 2 + mask] = count }
        }
        #expect(deceives(second.proof, weak.verifier, inputs: weak.inputs))
    }

    @Test func `check 10: who knows lambda before the terminals lets two broken rules cancel`()
        throws
    {
        var tables: [TableBuilder] = []
        for place in 0..<2 {
            var table = TableBuilder("table \(place)", columns: 1)
            table.require(table.cell(0) - table.input(place), .last)
            tables.append(table)
        }
        let circuit = try Circuit("twins", inputs: 2, tables: tables)
        let parameters = FrozenHeartTests.parameters
        var prover = try Prover(circuit, rowBits: [10, 10], parameters: parameters, leastBits: 0)
        var verifier = try Verifier(
            circuit, rowBits: [10, 10], parameters: parameters, leastBits: 0)
        verifier.weakness = .deaf("terminals")
        let log = Log()
        // Both last cells are zero; the inputs say 9 and −9.
        let nine = KoalaBear(reducing: 9)
        func forged(_ weakness: Weakness) throws -> [UInt8] {
            prover.weakness = weakness
            var generator = Seeded(3)
            return try prover.prove(
                inputs: [nine, -nine], traces: try prover.tables(), using: &generator)
        }
        _ = try forged(log.listening(to: .deaf("terminals")))
        // The last constraints are (cell − input) + λ³ (sum − terminal).
        let lambda = log.elements[2]
        let moved = (lambda * lambda * lambda).inverseOrZero * nine
        var moving = Weakness.deaf("terminals")
        moving.terminals = [.zero - moved, moved]
        #expect(deceives(try forged(moving), verifier, inputs: [nine, -nine]))
        moving.heard = [:]
        #expect(throws: ProofError.constraints(table: "table 0")) {
            let proof = try forged(moving)
            verifier.weakness = Weakness()
            try verifier.verify(proof, inputs: [nine, -nine])
        }
    }

    @Test(arguments: ["sums", "quotient"])
    func `check 10: who may choose columns after the challenges has many proofs of one`(
        item: String
    ) throws {
        /// Proofs by one seed but for that tree's salts, and the challenges that follow.
        func pair(_ weakness: Weakness) throws -> [(proof: [UInt8], challenges: [KoalaBear5])] {
            try [false, true].map { isOther in
                let log = Log()
                var bits = try Bits(FrozenHeartTests.parameters, weakness: weakness)
                bits.prover.weakness = log.listening(to: weakness)
                if isOther { bits.prover.weakness.bare = [.init(label: "salt \(item)")] }
                let proof = try bits.proof()
                #expect(bits.refusal(proof) == nil)
                return (proof, log.elements)
            }
        }
        let weak = try pair(.deaf(item))
        #expect(weak[0].proof != weak[1].proof && weak[0].challenges == weak[1].challenges)
        let real = try pair(Weakness())
        #expect(real[0].challenges.prefix(2) == real[1].challenges.prefix(2))
        #expect(real[0].challenges.last != real[1].challenges.last)
    }

    @Test func `check 10: work that is not absorbed may be done after the places are known`() throws
    {
        let weak = try deaf("nonce")
        let proof = try weak.proof()
        let place = ProofParts(weak.shape).nonce
        var others = 0
        for nonce in 0..<UInt64(2000) {
            var other = proof
            other.replaceSubrange(place, with: littleEndian(nonce))
            if other != proof, deceives(other, weak.verifier, inputs: weak.inputs) { others += 1 }
        }
        // One nonce in sixteen is work enough: 125 of 2,000, and eleven more or less.
        #expect((90...160).contains(others))
        let real = try Bits(FrozenHeartTests.parameters)
        let right = try real.proof()
        for nonce in 0..<UInt64(200) {
            var other = right
            other.replaceSubrange(place, with: littleEndian(nonce))
            #expect(other == right || real.refusal(other) != nil)
        }
    }

    /// Numbers of the base field by which five elements add up to another.
    private func solve(_ columns: [KoalaBear5], for sum: KoalaBear5) -> [KoalaBear]? {
        var rows = (0..<5).map { part in columns.map { $0[part] } + [sum[part]] }
        for place in 0..<5 {
            guard let pivot = (place..<5).first(where: { rows[$0][place] != .zero }) else {
                return nil
            }
            rows.swapAt(place, pivot)
            let inverse = rows[place][place].inverseOrZero
            rows[place] = rows[place].map { $0 * inverse }
            for other in 0..<5 where other != place {
                let factor = rows[other][place]
                for column in 0..<6 { rows[other][column] -= factor * rows[place][column] }
            }
        }
        return rows.map { $0[5] }
    }
}
