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

    /// With a range that is a table of its own, and with one behind the payouts' columns, as large classes have it.
    @Test(arguments: [14, 10])
    func `checks 6 and 7: a changed cell of any column breaks something, and every rule is needed`(
        joins: Int
    ) throws {
        let world = try SettlementWorld(joins: joins)
        let check = TraceCheck(world.form.circuit, activeRows: world.prover.activeRows)
        let witness = try world.prover.witness(of: world.batch, in: world.tree)
        // A row without a share, one that does not count, and a holder's; the columns whose change is nobody's business are known.
        // What rows that do not count call themselves, and what only they and the first two rows could show.
        let padding =
            (Node.oldDigest..<Node.touched).map { [0, 1, $0] }
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
