// SPDX-License-Identifier: Apache-2.0
import Canon
import Fields
import Identity
import Ledger
import Market
import Settlement
import Testing
import TestSupport

/// Batches: who is linked to which hidden account, what is pending, what is settled, what is drawn.
@Suite struct BatchTests {
    private static let root = BalanceTree.root(depth: 12, hash: .poseidon1)

    private func paidOut() throws -> Script {
        var it = try TradeTests.market()
        try it.sell(to: "buyer")
        try it.payOut()
        return it
    }

    private func link(_ index: Int) -> AccountLink {
        AccountLink(to: index, salt: Array(repeating: .one, count: 8), hash: .poseidon1)
    }

    @Test func `a batch is pending until it is settled, and batches are settled in order`() throws {
        var it = try paidOut()
        let first = try #require(it.state.pendingBatch)
        #expect(first.kind == .payout(pool: "steps") && first.holders == 3)
        #expect(first.amount == money(948) && first.weights == 948)
        try it.sell(to: "buyer")
        try it.payOut()
        #expect(it.state.pendingBatches.count == 2)
        let second = it.state.pendingBatches[1]
        let proof = Digest(of: [1])
        #expect(throws: MarketError.self) {
            try it.take(
                .settled(batch: second.id, root: BatchTests.root, proof: proof, data: proof))
        }
        let before = it.state.hidden.root
        try it.take(.settled(batch: first.id, root: BatchTests.root, proof: proof, data: proof))
        #expect(it.state.hidden.root == BatchTests.root)
        let settled = try #require(it.state.batches[first.id]?.settled)
        #expect(settled.oldRoot == before && settled.newRoot == BatchTests.root)
        #expect(throws: MarketError.self) {
            try it.take(.settled(batch: first.id, root: BatchTests.root, proof: proof, data: proof))
        }
        #expect(it.state.pendingBatch == second)
        it.checkMoney()
    }

    @Test func `the record is what everybody works out from links and claims`() throws {
        var it = try TradeTests.market()
        try it.sell(to: "buyer")
        let due = try it.state.due(in: "steps")
        try it.payOut()
        var record = Record(hash: .poseidon1)
        for line in due {
            let link = try #require(it.state.link(of: line.holder))
            let isAdded = record.append(link, weight: UInt64(line.amount.microunits))
            #expect(isAdded)
        }
        #expect(it.state.pendingBatch?.record == record.root)
        let batch = try #require(it.state.pendingBatch)
        let statement = batch.statement(from: BatchTests.root, to: it.state.hidden.root)
        #expect(statement.revenue == 948 && statement.fee == 0 && statement.revenueIndex == 0)
    }

    @Test func `nobody is paid without a link, and a link holds for good`() throws {
        var it = try TradeTests.market()
        try it.sell(to: "buyer")
        #expect(throws: MarketError.self) {
            try it.take(.paidOut(pool: "steps", total: money(948)))
        }
        let alice = key("alice").id
        #expect(throws: MarketError.self) {
            try it.take(.linked([Change.Link(party: key("stranger").id, link: link(2))]))
        }
        #expect(throws: MarketError.self) {
            let twice = Change.Link(party: alice, link: link(2))
            try it.take(.linked([twice, twice]))
        }
        try it.take(.linked([Change.Link(party: alice, link: link(2))]))
        #expect(throws: MarketError.self) {
            try it.take(.linked([Change.Link(party: alice, link: link(3))]))
        }
    }

    @Test func `a key signs for one account`() throws {
        var it = try TradeTests.market()
        let (one, two) = (key("one").id, key("two").id)
        #expect(throws: MarketError.self) { try it.take(.accountsOpened([one, one])) }
        try it.take(.accountsOpened([one, two]))
        #expect(it.state.hiddenKey(of: 2) == one && it.state.hiddenKey(of: 3) == two)
        #expect(it.state.hiddenKey(of: 0) == nil && it.state.hiddenKey(of: 4) == nil)
        #expect(throws: MarketError.self) { try it.take(.accountsOpened([two])) }
    }

    @Test func `a draw is signed by the account's key, for this node, and honoured once`() throws {
        var it = try paidOut()
        let node = key("node").id
        func draw(
            _ microunits: Int64 = 5, from account: Int = 2, by name: String = "hidden 0",
            on node: PartyID
        ) -> Change {
            .drawn(Draw(money(microunits), from: account, at: it.time, on: node, by: key(name)))
        }
        for wrong in [
            draw(by: "hidden 1", on: node), draw(on: key("other").id), draw(from: 3, on: node),
            draw(from: 0, on: node), draw(from: 99, on: node), draw(0, on: node),
        ] { #expect(throws: MarketError.self) { try it.take(wrong) } }
        let right = draw(on: node)
        try it.take(right)
        #expect(throws: MarketError.self) { try it.take(right) }
        // The money leaves when it is proven that it was there.
        let hidden = Accounts.hidden
        #expect(it.state.books.balance(of: hidden)?.posted == 948)
        for batch in it.state.pendingBatches {
            try it.take(
                .settled(
                    batch: batch.id, root: BatchTests.root, proof: Digest(of: [2]), data: .zero))
        }
        #expect(it.state.books.balance(of: hidden)?.posted == 943)
        let statement = try #require(it.state.batches.record(at: 1))
            .statement(from: BatchTests.root, to: BatchTests.root)
        #expect(statement.revenueIndex == 2 && statement.feeIndex == 0 && statement.fee == 5)
        it.checkMoney()
    }

    @Test func `every batch that the state takes has a proof of at least 100 bits`() throws {
        for depth in HiddenAccounts.leastDepth...BalanceTree.mostDepth {
            for most in [2, 1000, 10_000, 32_000, 50_000, HiddenAccounts.mostHolders + 2] {
                let form = try SettlementCircuit(
                    hash: HiddenAccounts.hash, depth: depth, most: most)
                #expect(throws: Never.self) { _ = try SettlementVerifier(form) }
            }
        }
    }

    @Test func `the tree grows with the accounts, to a root that everybody knows`() throws {
        var it = try paidOut()
        let first = try #require(it.state.pendingBatch)
        try it.take(.accountsOpened((0..<1100).map { key("person \($0)").id }))
        try it.sell(to: "buyer")
        try it.payOut()
        #expect(first.depth == 10 && it.state.pendingBatches[1].depth == 11)
        let root = BalanceTree.root(depth: 10, hash: .poseidon1)
        try it.take(.settled(batch: first.id, root: root, proof: Digest(of: [1]), data: .zero))
        let second = try #require(it.state.pendingBatch)
        try it.take(
            .settled(batch: second.id, root: BatchTests.root, proof: Digest(of: [2]), data: .zero))
        #expect(
            it.state.batches[second.id]?.settled?.oldRoot
                == BalanceTree.root(depth: 11, hash: .poseidon1))
        var snapshot = it.state
        #expect(try MarketState(snapshot: snapshot.snapshot()).pendingBatches.isEmpty)
    }
}
