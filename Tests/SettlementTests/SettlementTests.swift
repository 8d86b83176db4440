// SPDX-License-Identifier: Apache-2.0
import Crypto
import Fields
import Foundation
import Ledger
import Testing
import TestSupport

@testable import Settlement
@testable import Stark

/// Settlements: right ones are proved, and nothing else can be.
@Suite struct SettlementTests {
    @Test(arguments: StateHash.allCases, SettlementWorld.Class.allCases)
    func `a settlement is proved, and moves what it says`(
        hash: StateHash, of size: SettlementWorld.Class
    ) throws {
        let world = try SettlementWorld(hash: hash, size)
        var tree = world.tree
        var random = SettlementWorld.random
        let (statement, proof) = try world.prover.settle(
            world.batch, in: &tree, using: &random)
        try world.verifier.verify(proof, of: statement)
        #expect(statement.oldRoot == world.tree.root && statement.newRoot == tree.root)
        #expect(tree[0].balance == world.tree[0].balance - world.batch.revenue.amount)
        #expect(tree[1].balance == world.tree[1].balance + world.batch.fee.amount)
        let shares = try Split.lines(
            of: #require(
                Amount(microunits: Int64(world.batch.revenue.amount - world.batch.fee.amount))),
            weights: world.batch.holders.map(\.weight))
        for (holder, share) in zip(world.batch.holders, shares) {
            #expect(
                tree[holder.index].balance
                    == world.tree[holder.index].balance + UInt64(share.microunits))
        }
        func total(_ tree: BalanceTree) -> UInt128 {
            (0..<256).reduce(0) { $0 + UInt128(tree[$1].balance) }
        }
        #expect(total(tree) == total(world.tree))
        // An owner shows her own account with its path alone.
        let mine = world.batch.holders[3].index
        #expect(
            BalanceTree.root(of: tree[mine], at: mine, path: tree.path(of: mine), hash: hash)
                == statement.newRoot)
        // The record is everybody's to work out who knows links and weights.
        var record = Record(hash: hash)
        for holder in world.batch.holders {
            let link = AccountLink(to: holder.index, salt: holder.linkSalt, hash: hash)
            let isAdded = record.append(link, weight: holder.weight)
            #expect(isAdded)
        }
        #expect(record.root == statement.record && record.total == statement.weights)
    }

    /// Golden: other bytes are another version of the statement or the proof.
    @Test(arguments: [
        (
            SettlementWorld.Class.small,
            "5c71d389e9d08e5cdb7faf14c56fe47b2e4a4f7fee5e6d57f9aed4f17dc4f2cd"
        ), (.joined, "45877f01ac5849f49c009adb4db6b5bec51319fa2d8ba28390068e204ae487c6"),
        (.wide, "8130660c7385b3ed29156646148ec7a6de1b155fe24f5a8bb2ea1c681c8ac047"),
    ])
    func `a settlement with known randomness has known bytes`(
        size: SettlementWorld.Class, digest: String
    ) throws {
        let world = try SettlementWorld(size)
        var (tree, random) = (world.tree, SettlementWorld.random)
        let (_, proof) = try world.prover.settle(world.batch, in: &tree, using: &random)
        let found = SHA256.hash(data: proof).map { String(format: "%02x", $0) }.joined()
        #expect(found == digest)
    }

    @Test func `a proof of another statement is refused`() throws {
        let world = try SettlementWorld()
        var tree = world.tree
        var random = SettlementWorld.random
        let (right, proof) = try world.prover.settle(
            world.batch, in: &tree, using: &random)
        func changed(
            old: StateDigest? = nil, new: StateDigest? = nil, revenue: UInt64 = 0, fee: UInt64 = 0,
            revenueIndex: Int? = nil, feeIndex: Int? = nil, record: StateDigest? = nil,
            weights: UInt64 = 0, batch: [UInt8]? = nil
        ) -> SettlementStatement {
            SettlementStatement(
                oldRoot: old ?? right.oldRoot, newRoot: new ?? right.newRoot,
                revenue: right.revenue + revenue, fee: right.fee + fee,
                revenueIndex: revenueIndex ?? right.revenueIndex,
                feeIndex: feeIndex ?? right.feeIndex, depth: right.depth,
                record: record ?? right.record, weights: right.weights + weights,
                batch: batch ?? right.batch)
        }
        for wrong in [
            changed(old: right.newRoot), changed(new: right.oldRoot), changed(revenue: 1),
            changed(fee: 1), changed(revenueIndex: 2), changed(feeIndex: 2),
            changed(record: right.oldRoot), changed(weights: 1),
            changed(batch: [UInt8](repeating: 9, count: 32)),
        ] {
            #expect(throws: ProofError.self) { try world.verifier.verify(proof, of: wrong) }
        }
        #expect(throws: ProofError.self) {
            try world.verifier.verify(proof, of: changed(fee: right.revenue))
        }
    }

    @Test func `work that is ended leaves the tree as it was`() throws {
        struct Ended: Error {}
        let world = try SettlementWorld()
        for last in [Prover.Step.trace, .queries] {
            var tree = world.tree
            var random = SettlementWorld.random
            #expect(throws: Ended.self) {
                try world.prover.settle(world.batch, in: &tree, using: &random) {
                    if $0 == last { throw Ended() }
                }
            }
            #expect(tree.root == world.tree.root)
            for index in 0..<256 {
                #expect(tree[index] == world.tree[index])
                #expect(tree.path(of: index) == world.tree.path(of: index))
            }
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
        func change(_ index: Int, _ amount: UInt64) -> SettlementBatch.Change {
            .init(index: index, amount: amount, salt: SettlementWorld.salt(amount))
        }
        func batch(
            id: [UInt8]? = nil, revenue: UInt64, fee: UInt64 = 1, _ holders: [(Int, UInt64)]
        ) throws -> SettlementBatch {
            try SettlementBatch(
                id: id ?? [UInt8](repeating: 1, count: 32), revenue: change(0, revenue),
                fee: change(1, fee),
                holders: holders.map { SettlementWorld.holder($0.0, weight: $0.1) })
        }
        #expect(throws: SettlementError.id) { try batch(id: [1], revenue: 5, [(2, 1)]) }
        #expect(throws: SettlementError.total) { try batch(revenue: 5, fee: 6, [(2, 1)]) }
        #expect(throws: SettlementError.total) { try batch(revenue: 1 << 63, [(2, 1)]) }
        #expect(throws: SettlementError.twice) { try batch(revenue: 5, [(2, 1), (2, 1)]) }
        #expect(throws: SettlementError.nobody) { try batch(revenue: 5, []) }
        #expect(throws: SettlementError.nobody) { try batch(revenue: 5, [(2, 0)]) }
        #expect(refused(try batch(revenue: 5, [(2, .max), (4, 1)])) == .weights)
        #expect(refused(try batch(revenue: 6, [(5000, 1)])) == .account(5000))
        #expect(refused(try batch(revenue: (1 << 62) + 1, [(2, 1)])) == .funds)
        #expect(refused(try batch(revenue: 1 << 62, fee: 0, [(3, 1)])) == .balance(3))
        let many = (0..<99).map { (4 + $0, UInt64(1)) }
        #expect(refused(try batch(revenue: 500, many)) == .tooMany(most: 98))
    }

    @Test(
        arguments: [
            // One holder; equal ones whose micro-units do not divide; zeros between; none to share; large ones.
            ([1], 1), ([3, 3, 3, 3, 3, 3, 3], 5), ([0, 7, 0, 7, 1, 0], 9), ([1, 2, 3], 0),
            ([.max - 2, 1, 1], 1 << 61), ([1 << 62, 1 << 62, 1 << 61, 12_345], (1 << 61) + 1),
            ([4, 3, 2, 1, 1 << 40], 999_999_999_999),
            ([65_535, 65_536, 65_537], 65_536 * 65_537 - 1),
        ] as [([UInt64], UInt64)])
    func `shares of any weights satisfy the rules`(weights: [UInt64], shared: UInt64) throws {
        let world = try SettlementWorld(weights: weights, fee: 0, shared: shared)
        let witness = try world.prover.witness(of: world.batch, in: world.tree)
        let check = TraceCheck(world.form.circuit, activeRows: world.prover.activeRows)
        #expect(check.breaks(witness.traces, inputs: witness.statement.inputs).isEmpty)
    }

    @Test func `money is taken out by a batch without holders`() throws {
        let world = try SettlementWorld()
        var tree = world.tree
        var random = SettlementWorld.random
        let batch = try SettlementBatch(
            id: [UInt8](repeating: 3, count: 32),
            revenue: .init(index: 9, amount: 1000, salt: SettlementWorld.salt(1)),
            fee: .init(index: 0, amount: 1000, salt: SettlementWorld.salt(2)), holders: [])
        let (statement, proof) = try world.prover.settle(batch, in: &tree, using: &random)
        try world.verifier.verify(proof, of: statement)
        #expect(tree[9].balance == world.tree[9].balance - 1000 && statement.weights == 0)
    }

    @Test func `a tree grows, and everybody knows its new root`() throws {
        let hash = StateHash.poseidon1
        var tree = BalanceTree(depth: 3, hash: hash)
        #expect(tree.root == BalanceTree.root(depth: 3, hash: hash))
        let leaf = BalanceLeaf(balance: 5, salt: SettlementWorld.salt(1))
        for changes in [[], [(6, leaf)]] {
            tree.update(changes)
            let known = BalanceTree.grown(tree.root, depth: tree.depth, hash: hash)
            tree.grow(to: tree.depth + 1)
            #expect(tree.root == known)
        }
        var other = BalanceTree(depth: 5, hash: hash)
        other.update([(6, leaf)])
        #expect(other.root == tree.root && other.path(of: 6) == tree.path(of: 6))
        tree.update([(31, leaf)])
        other.update([(31, leaf)])
        #expect(other.root == tree.root)
    }
}

/// Accounts, a batch, and who proves and verifies it.
struct SettlementWorld {
    /// How the tables of a class are laid out, in few rows what large classes have: the range as a table of its own, or
    /// behind the payouts' columns, or that and three nodes and hashes in a row.
    enum Class: CaseIterable {
        case small, joined, wide

        func form(_ hash: StateHash) throws -> SettlementCircuit {
            switch self {
            case .small: try SettlementCircuit(hash: hash, depth: 8, most: 100)
            case .joined:
                try SettlementCircuit(hash: hash, depth: 8, most: 100, joins: 10, widens: 19)
            case .wide:
                try SettlementCircuit(hash: hash, depth: 9, most: 240, joins: 10, widens: 12)
            }
        }
    }

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

    static func holder(_ index: Int, weight: UInt64) -> SettlementBatch.Holder {
        let number = UInt64(index)
        return .init(
            index: index, linkSalt: salt(number + 50_000) + salt(number + 60_000),
            weight: weight, salt: salt(number + 70_000))
    }

    init(
        hash: StateHash = .poseidon2, _ size: Class = .small, accounts: Int = 200,
        weights: [UInt64] = (0..<60).map { 1 + 1 << UInt64($0 % 33) },
        fee: UInt64 = 70_000, shared: UInt64 = 98_765_432_123
    ) throws {
        let quick = SettlementWorld.quick
        form = try size.form(hash)
        prover = SettlementProver(
            form,
            try Prover(form.circuit, rowBits: form.rowBits, parameters: quick, leastBits: 0))
        verifier = SettlementVerifier(
            form,
            try Verifier(form.circuit, rowBits: form.rowBits, parameters: quick, leastBits: 0))
        var tree = BalanceTree(depth: form.depth, hash: hash)
        tree.update(
            (0..<accounts).map { place in
                let balance: UInt64 =
                    place == 0 ? 1 << 62 : place == 3 ? .max - 1000 : UInt64(place) * 65_521
                let leaf = BalanceLeaf(balance: balance, salt: SettlementWorld.salt(UInt64(place)))
                return (place, leaf)
            })
        self.tree = tree
        // Amounts that carry over limbs.
        batch = try SettlementBatch(
            id: [UInt8](repeating: 7, count: 32),
            revenue: .init(index: 0, amount: fee + shared, salt: SettlementWorld.salt(1)),
            fee: .init(index: 1, amount: fee, salt: SettlementWorld.salt(2)),
            holders: weights.enumerated().map {
                SettlementWorld.holder(4 + 3 * $0.offset, weight: $0.element)
            })
    }
}
