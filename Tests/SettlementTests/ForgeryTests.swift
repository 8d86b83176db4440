// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing

@testable import Settlement
@testable import Stark

/// Checks 6, 7 and 8 of the reference: no cell of a settlement's tables can be another one, every constraint is
/// needed, and what a cheating node might try is refused.
@Suite struct ForgeryTests {
    private typealias Payout = SettlementCircuit.Payout
    private typealias Node = SettlementCircuit.Node

    private let world: SettlementWorld
    private let check: TraceCheck

    init() throws {
        world = try SettlementWorld()
        check = TraceCheck(world.form.circuit, activeRows: world.prover.activeRows)
    }

    private func breaks(_ witness: SettlementProver.Witness) -> Set<TraceCheck.Break> {
        check.breaks(witness.traces, inputs: witness.statement.inputs)
    }

    /// What a row and the one before it break, and what the row sends.
    private func look(
        at row: Int, of table: Int, _ witness: SettlementProver.Witness, _ check: TraceCheck
    ) -> (breaks: Set<TraceCheck.Break>, messages: [TraceCheck.Message: KoalaBear]) {
        let (trace, inputs) = (witness.traces[table], witness.statement.inputs)
        let here = check.look(at: row, of: table, trace, inputs)
        let before = row > 0 ? check.look(at: row - 1, of: table, trace, inputs).breaks : []
        return (here.breaks.union(before), here.messages)
    }

    @Test func `a right witness breaks nothing`() throws {
        let witness = try world.prover.witness(of: world.batch, in: world.tree)
        #expect(breaks(witness).isEmpty)
    }

    @Test(arguments: SettlementWorld.Class.allCases)
    func `checks 6 and 7: a changed cell of any column breaks something, and every rule is needed`(
        of size: SettlementWorld.Class
    ) throws {
        let world = try SettlementWorld(size)
        let check = TraceCheck(world.form.circuit, activeRows: world.prover.activeRows)
        let witness = try world.prover.witness(of: world.batch, in: world.tree)
        // A row without a share, one that does not count, and a holder's; the columns whose change is nobody's business are known.
        // What rows that do not count call themselves, and what only they and the first two rows could show.
        let padding =
            (0..<world.form.layout.hashes.width).flatMap { place in
                (Node.oldDigest..<Node.touched).map { [0, 1, place * Node.columns + $0] }
            }
            + [
                Payout.oldSalt..<Payout.newBalance, Payout.newSalt..<Payout.index + 1,
                Payout.recordDigest..<Payout.weight,
            ].flatMap(\.self).map { [1, 1, $0] }
        // Without a share, whether there is a micro-unit more is nobody's question.
        let shareless =
            Array(Payout.extra..<Payout.remainder) + Array(Payout.roomCarries..<Payout.threshold)
            + Array(Payout.distanceBorrows..<Payout.columnCarries)
        let unshared =
            (0..<2).flatMap { place in shareless.map { [1, place, $0] } }
            + (Payout.recordDigest..<Payout.weight).map { [1, 0, $0] }
        let free = Set(padding + unshared)
        var broken: Set<TraceCheck.Break> = []
        for (table, description) in world.form.circuit.tables.enumerated() {
            let rows = world.prover.activeRows[table]
            for (place, row) in [1, rows - 2, 5, 0, rows - 1].enumerated() {
                for column in 0..<description.columns {
                    let trace = witness.traces[table]
                    let before = trace[row, column]
                    let honest = look(at: row, of: table, witness, check)
                    trace[row, column] = before + .one
                    let now = look(at: row, of: table, witness, check)
                    // A bit that is one more may still be a bit; two more is none.
                    trace[row, column] = before + .two
                    broken.formUnion(
                        now.breaks.union(look(at: row, of: table, witness, check).breaks))
                    trace[row, column] = before
                    guard place < 3 else { continue }
                    // Whatever a row sends otherwise than before, nobody receives.
                    let isSeen = !now.breaks.isEmpty || now.messages != honest.messages
                    #expect(
                        isSeen != free.contains([table, place, column]),
                        "table \(table), row \(row), column \(column)")
                }
            }
        }
        // Check 7: each rule is broken by some change, so that without it something would not be seen.
        for table in world.form.circuit.tables {
            for number in table.tape.constraints.indices {
                #expect(
                    broken.contains(.constraint(table: table.name, number: number)),
                    "\(table.name) \(number)")
            }
        }
    }

    /// One of the things a cheating node might try with its witness.
    enum Attempt: String, CaseIterable {
        case negativeAmount, wideLimb, wideCarry, wrappedTotal, secondDebit, otherShare
        case untouchedChange, twoParents, swappedSiblings, payingPadding, skippedPayout
        case feeBelow, otherIndex, otherLink, otherWeight, otherOrder, omittedHolder
        case otherThreshold, roundedUp
    }

    @Test(arguments: Attempt.allCases)
    func `check 8: what a cheating node might try breaks the rules`(attempt: Attempt) throws {
        let witness = try world.prover.witness(of: world.batch, in: world.tree)
        forge(attempt, witness.traces)
        #expect(!breaks(witness).isEmpty)
    }

    /// What might be tried where several nodes and hashes stand in a row.
    enum WideAttempt: String, CaseIterable {
        case sameNode, idleChange, otherDigest, hashTwice, hashElsewhere
    }

    @Test(arguments: WideAttempt.allCases)
    func `check 8: nor can one place of a row do what another may not`(
        attempt: WideAttempt
    ) throws {
        let world = try SettlementWorld(.wide)
        let check = TraceCheck(world.form.circuit, activeRows: world.prover.activeRows)
        let witness = try world.prover.witness(of: world.batch, in: world.tree)
        let (nodes, hashes) = (witness.traces[0], witness.traces[world.form.hashes])
        let (second, third) = (Node.columns, 2 * Node.columns)
        #expect(nodes[3, third + Node.active] == .one, "all places of the row are taken")
        func needed(_ place: Int) -> Int { SettlementCircuit.needed(place, width: 3) }
        switch attempt {
        case .sameNode:
            for column in 0..<Node.columns { nodes[3, third + column] = nodes[3, second + column] }
        case .idleChange:
            let row = world.prover.activeRows[0] - 1
            #expect(nodes[row, third + Node.active] == .zero)
            nodes[row, third + Node.touched] = .one
        case .otherDigest: nodes[3, third + Node.newDigest] += .one
        case .hashTwice: hashes[0, needed(1)] += .one
        case .hashElsewhere:
            hashes[0, needed(0)] += .one
            hashes[0, needed(1)] -= .one
        }
        #expect(!check.breaks(witness.traces, inputs: witness.statement.inputs).isEmpty)
    }

    @Test(arguments: [
        Attempt.negativeAmount, .untouchedChange, .payingPadding, .skippedPayout, .otherShare,
    ])
    func `check 8: the real prover's proof of it is not taken`(attempt: Attempt) throws {
        let witness = try world.prover.witness(of: world.batch, in: world.tree)
        forge(attempt, witness.traces)
        var random = SettlementWorld.random
        let proof = try world.prover.prove(witness, using: &random)
        #expect(throws: ProofError.self) {
            try world.verifier.verify(proof, of: witness.statement)
        }
    }

    /// A micro-unit too much would show in a constraint. As many as the prime are nothing to any of them: with carries
    /// that are right in the field, all that tells is that no two numbers of 16 bits make such a carry.
    @Test func `check 8: as many micro-units as the prime are seen by the range alone`() throws {
        let (from, to) = (30, 40)
        let honest = try world.prover.witness(of: world.batch, in: world.tree)
        let skimmed = try world.prover.witness(
            of: world.batch.skimmed(UInt64(KoalaBear.prime), from: from, to: to), in: world.tree)
        let (fair, payouts) = (honest.traces[1], skimmed.traces[1])
        for row in 0..<world.prover.activeRows[1] {
            for column in Payout.weight..<Payout.columns {
                payouts[row, column] = fair[row, column]
            }
        }
        for row in [from + 2, to + 2] {
            let amount = (0..<4).reduce(UInt64(0)) {
                $0 | UInt64(payouts[row, Payout.amount + $1].value) << UInt64(16 * $1)
            }
            let extra = UInt64(payouts[row, Payout.extra].value)
            for (place, limb) in Limbs.of(amount - extra).enumerated() {
                payouts[row, Payout.quotient + place] = limb
            }
            for (place, carry) in Limbs.carries(amount - extra, 0, and: extra).enumerated() {
                payouts[row, Payout.quotientCarries + place] = carry
            }
            #expect(carry(in: payouts, row, skimmed.statement) == .zero, "it comes out even")
        }
        #expect(breaks(skimmed) == [.messages(bus: SettlementCircuit.Bus.range)])
        var random = SettlementWorld.random
        let proof = try world.prover.prove(skimmed, using: &random)
        #expect(throws: ProofError.self) {
            try world.verifier.verify(proof, of: skimmed.statement)
        }
    }

    /// Writes the carries that a row's product would have in the field, and gives what is left in the last column.
    private func carry(
        in payouts: ColumnTiles, _ row: Int, _ statement: SettlementStatement
    ) -> KoalaBear {
        typealias Share = SettlementCircuit.Share
        let byte = KoalaBear(reducing: 256).inverseOrZero
        let (shared, weights) = (statement.revenue - statement.fee, statement.weights)
        var carried = KoalaBear.zero
        for place in 0..<Share.places {
            for limb in 0..<Limbs.count where (0..<Limbs.byteCount).contains(place - 2 * limb) {
                let shift = UInt64(8 * (place - 2 * limb))
                carried +=
                    KoalaBear(reducing: shared >> shift & 0xff)
                    * payouts[row, Payout.weight + limb]
                carried -=
                    KoalaBear(reducing: weights >> shift & 0xff)
                    * payouts[row, Payout.quotient + limb]
            }
            if place % 2 == 0, place / 2 < Limbs.count {
                carried -= payouts[row, Payout.remainder + place / 2]
            }
            guard place < Share.carries else { break }
            carried *= byte
            let shifted = (carried + KoalaBear(reducing: UInt64(Share.offset))).value
            payouts[row, Payout.columnCarries + 2 * place] = KoalaBear(
                reducing: UInt64(shifted & 15))
            payouts[row, Payout.columnCarries + 2 * place + 1] = KoalaBear(
                reducing: UInt64(shifted >> 4))
        }
        return carried
    }

    private func forge(_ attempt: Attempt, _ traces: [ColumnTiles]) {
        let (nodes, payouts) = (traces[0], traces[1])
        func add(_ value: KoalaBear, _ row: Int, _ column: Int) { payouts[row, column] += value }
        let wide = KoalaBear(reducing: 65_536)
        switch attempt {
        case .negativeAmount:
            // One account less, another more: the total stays.
            add(.zero - .two, 5, Payout.amount)
            add(.two, 6, Payout.amount)
        case .wideLimb:
            // 2¹⁶ in a limb and one less in the next is the same amount.
            let row = (2..<40).first { payouts[$0, Payout.amount + 1] != .zero } ?? 2
            add(wide, row, Payout.amount)
            add(.zero - .one, row, Payout.amount + 1)
        case .wideCarry:
            add(.one, 7, Payout.carries)
            add(.one, 7, Payout.carries)
        case .wrappedTotal:
            for row in 10..<world.prover.activeRows[1] {
                add(.zero - .one, row, Payout.total + 3)
            }
        case .secondDebit: add(.one, 5, Payout.debit)
        case .untouchedChange:
            let row = (0..<100).first { nodes[$0, Node.touched] == .one } ?? 0
            nodes[row, Node.touched] = .zero
        case .twoParents: nodes[1, Node.index] = nodes[0, Node.index]
        case .swappedSiblings:
            for column in [Node.old, Node.new] {
                let input = (0..<16).map { nodes[2, column + $0] }
                for place in 0..<16 { nodes[2, column + place] = input[(place + 8) % 16] }
            }
        case .payingPadding: add(.one, world.prover.activeRows[1] - 5, Payout.amount)
        case .skippedPayout: payouts[9, Payout.active] = .zero
        case .feeBelow:
            add(.zero - .one, 1, Payout.amount)
            add(.one, 2, Payout.amount)
        case .otherIndex: add(.one, 3, Payout.index)
        case .otherShare:
            // A micro-unit from one holder to another, in all that shows it but the weights.
            for (row, change) in [(5, KoalaBear.zero - .one), (6, .one)] {
                add(change, row, Payout.amount)
                add(change, row, Payout.newBalance)
                add(change, row, Payout.quotient)
            }
        case .otherLink: add(.one, 4, Payout.linkSalt)
        case .otherWeight:
            add(.one, 5, Payout.weight)
            add(.zero - .one, 6, Payout.weight)
        case .otherOrder:
            for column in Payout.linkSalt..<Payout.weight {
                let first = payouts[5, column]
                payouts[5, column] = payouts[6, column]
                payouts[6, column] = first
            }
        case .omittedHolder:
            for limb in 0..<4 {
                payouts[8, Payout.weight + limb] = .zero
                payouts[8, Payout.amount + limb] = .zero
            }
        case .otherThreshold:
            for row in 0..<world.prover.activeRows[1] { add(.one, row, Payout.threshold) }
        case .roundedUp:
            let row = (2..<40).first { payouts[$0, Payout.extra] == .zero } ?? 2
            add(.one, row, Payout.extra)
            add(.one, row, Payout.amount)
            add(.one, row, Payout.newBalance)
        }
    }
}
