// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import Settlement
@testable import Stark

/// Settlements: right ones are proved, and nothing else can be.
@Suite struct SettlementTests {
    @Test(arguments: StateHash.allCases)
    func `a settlement is proved, and moves what it says`(hash: StateHash) throws {
        let world = try SettlementWorld(hash: hash)
        var tree = world.tree
        var random = SettlementWorld.random
        let (statement, proof) = try world.prover.settle(
            world.batch, in: &tree, using: &random)
        try world.verifier.verify(proof, of: statement)
        #expect(statement.oldRoot == world.tree.root && statement.newRoot == tree.root)
        #expect(tree.leaves[0].balance == world.tree.leaves[0].balance - world.batch.revenue.amount)
        #expect(tree.leaves[1].balance == world.tree.leaves[1].balance + world.batch.fee.amount)
        for payout in world.batch.payouts {
            #expect(
                tree.leaves[payout.index].balance
                    == world.tree.leaves[payout.index].balance + payout.amount)
        }
        let total = tree.leaves.reduce(UInt128(0)) { $0 + UInt128($1.balance) }
        #expect(total == world.tree.leaves.reduce(UInt128(0)) { $0 + UInt128($1.balance) })
        // An owner shows her own account with its path alone.
        let mine = world.batch.payouts[3].index
        #expect(
            BalanceTree.root(of: tree.leaves[mine], at: mine, path: tree.path(of: mine), hash: hash)
                == statement.newRoot)
    }

    @Test func `a proof of another statement is refused`() throws {
        let world = try SettlementWorld()
        var tree = world.tree
        var random = SettlementWorld.random
        let (right, proof) = try world.prover.settle(
            world.batch, in: &tree, using: &random)
        func changed(
            old: StateDigest? = nil, new: StateDigest? = nil, revenue: UInt64 = 0, fee: UInt64 = 0,
            revenueIndex: Int? = nil, feeIndex: Int? = nil, batch: [UInt8]? = nil
        ) -> SettlementStatement {
            SettlementStatement(
                oldRoot: old ?? right.oldRoot, newRoot: new ?? right.newRoot,
                revenue: right.revenue + revenue, fee: right.fee + fee,
                revenueIndex: revenueIndex ?? right.revenueIndex,
                feeIndex: feeIndex ?? right.feeIndex, depth: right.depth,
                batch: batch ?? right.batch)
        }
        for wrong in [
            changed(old: right.newRoot), changed(new: right.oldRoot), changed(revenue: 1),
            changed(fee: 1), changed(revenueIndex: 2), changed(feeIndex: 2),
            changed(batch: [UInt8](repeating: 9, count: 32)),
        ] {
            #expect(throws: ProofError.self) { try world.verifier.verify(proof, of: wrong) }
        }
        #expect(throws: ProofError.self) {
            try world.verifier.verify(proof, of: changed(fee: right.revenue))
        }
    }

    @Test func `a batch that cannot be settled changes nothing and says why`() throws {
        let world = try SettlementWorld()
        func refused(_ batch: SettlementBatch) -> SettlementError? {
            var tree = world.tree
            var random = SettlementWorld.random
            do {
                _ = try world.prover.settle(batch, in: &tree, using: &random)
            } catch let error as SettlementError {
                #expect(tree.root == world.tree.root)
                return error
            } catch {}
            return nil
        }
        let id = [UInt8](repeating: 1, count: 32)
        func pay(_ index: Int, _ amount: UInt64) -> SettlementBatch.Payout {
            .init(index: index, amount: amount, salt: SettlementWorld.salt(amount))
        }
        #expect(throws: SettlementError.total) {
            try SettlementBatch(id: id, revenue: pay(0, 5), fee: pay(1, 1), payouts: [pay(2, 5)])
        }
        #expect(throws: SettlementError.twice) {
            try SettlementBatch(
                id: id, revenue: pay(0, 5), fee: pay(1, 1), payouts: [pay(2, 2), pay(2, 2)])
        }
        #expect(throws: SettlementError.total) {
            try SettlementBatch(
                id: id, revenue: pay(0, 0), fee: pay(1, 1), payouts: [pay(2, .max)])
        }
        #expect(
            refused(
                try SettlementBatch(
                    id: id, revenue: pay(0, 6), fee: pay(1, 1), payouts: [pay(5000, 5)]))
                == .account(5000))
        let all = world.tree.leaves[0].balance
        #expect(
            refused(
                try SettlementBatch(
                    id: id, revenue: pay(0, all + 1), fee: pay(1, 1), payouts: [pay(2, all)]))
                == .funds)
        #expect(
            refused(
                try SettlementBatch(
                    id: id, revenue: pay(0, all), fee: pay(1, 0), payouts: [pay(3, all)]))
                == .balance(3))
    }
}

/// Accounts, a batch, and who proves and verifies it.
struct SettlementWorld {
    static var random: Seeded { Seeded(42) }
    static let quick = Parameters(blowupBits: 2, queries: 6, grindingBits: 0)
    let form: SettlementCircuit
    let prover: SettlementProver
    let verifier: SettlementVerifier
    let tree: BalanceTree
    let batch: SettlementBatch

    static func salt(_ number: UInt64) -> [KoalaBear] {
        (0..<4).map { KoalaBear(reducing: (number &* 4 &+ UInt64($0)) &* 0x9e37_79b9_7f4a_7c15) }
    }

    init(hash: StateHash = .poseidon2, accounts: Int = 200, payouts: Int = 60) throws {
        let quick = SettlementWorld.quick
        form = try SettlementCircuit(hash: hash, depth: 8, payoutBits: 10)
        prover = SettlementProver(
            form,
            try Prover(form.circuit, rowBits: form.rowBits, parameters: quick, leastBits: 0))
        verifier = SettlementVerifier(
            form,
            try Verifier(form.circuit, rowBits: form.rowBits, parameters: quick, leastBits: 0))
        var tree = BalanceTree(depth: 8, hash: hash)
        tree.append(
            (0..<accounts).map { place in
                let balance: UInt64 =
                    place == 0 ? 1 << 40 : place == 3 ? .max - 1000 : UInt64(place) * 65_521
                return BalanceLeaf(
                    balance: balance,
                    owner: (0..<7).map { KoalaBear(reducing: UInt64(place * 7 + $0)) },
                    salt: SettlementWorld.salt(UInt64(place)))
            })
        self.tree = tree
        // Amounts that carry over limbs.
        let list = (0..<payouts).map { place in
            SettlementBatch.Payout(
                index: 4 + 3 * place, amount: 1 << UInt64(place % 33),
                salt: SettlementWorld.salt(UInt64(10_000 + place)))
        }
        let fee: UInt64 = 70_000
        batch = try SettlementBatch(
            id: [UInt8](repeating: 7, count: 32),
            revenue: .init(
                index: 0, amount: list.reduce(fee) { $0 + $1.amount }, salt: SettlementWorld.salt(1)
            ),
            fee: .init(index: 1, amount: fee, salt: SettlementWorld.salt(2)), payouts: list)
    }
}
