// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Ledger
import Market
import Testing
import Vault

/// How a trade goes, step by step.
@Suite struct TradeTests {
    /// A pool with three contributors and a buyer with 10,000.
    static func market(base: Int64 = 1000, premium: Int64 = 0, fee: Int64 = 500) throws -> Script {
        var it = try Script()
        try it.pool(base: base, premium: premium, fee: fee)
        try it.grant("alice", "berta", "carla")
        try it.deposit(10_000, to: "buyer")
        return it
    }

    @Test func `a sale holds the price, pays the fee, and shares the rest`() throws {
        var it = try TradeTests.market()
        let order = try it.order(by: "buyer")
        #expect(it.available("buyer") == 9000, "the price is on hold")
        try it.reserve(order)
        #expect(
            it.spent("alice") == 0
                && it.state.consent.budget(of: key("alice").id, in: "steps").reserved == 10)
        try it.commit(order)
        #expect(it.available("buyer") == 9000)
        #expect(it.fees == 50, "5 % of the base price")
        #expect(it.claim("alice") == 316 && it.claim("berta") == 316 && it.claim("carla") == 316)
        #expect(it.spent("alice") == 10)
        #expect(it.available("alice") == 0, "a claim is no money yet")
        try it.payOut()
        #expect(it.paid("alice") == 316 && it.claim("alice") == 0)
        it.checkMoney()
    }

    @Test func `dust is carried into the next sale`() throws {
        var it = try TradeTests.market(fee: 0)
        for _ in 0..<3 { try it.sell(to: "buyer") }
        // 1000 ÷ 3 three times is exactly 1000 each.
        #expect(it.claim("alice") == 1000 - 1 || it.claim("alice") == 1000)
        try it.payOut()
        it.checkMoney()
    }

    @Test func `an order that fails gives the price back and keeps the privacy spent`() throws {
        var it = try TradeTests.market()
        let order = try it.order(by: "buyer")
        try it.reserve(order)
        try it.fail(order)
        #expect(it.available("buyer") == 10_000)
        #expect(it.spent("alice") == 10, "data may have been read")
        #expect(it.claim("alice") == 0)
        #expect(throws: MarketError.wrongStage(is: .failed)) { try it.commit(order) }
        it.checkMoney()
    }

    @Test func `an order that never read gives price and privacy back`() throws {
        var it = try TradeTests.market()
        let order = try it.order(by: "buyer")
        try it.fail(order)
        #expect(it.available("buyer") == 10_000 && it.spent("alice") == 0)
    }

    @Test func `the premium goes to the contributors whole`() throws {
        var it = try TradeTests.market(base: 0, premium: 300, fee: 10_000)
        try it.sell(to: "buyer", rho: 1)
        #expect(it.available("buyer") == 9999, "a part of a micro-unit is rounded up")
        #expect(it.fees == 0)
        it.checkMoney()
    }

    @Test func `a fee of everything leaves contributors the premium only`() throws {
        var it = try TradeTests.market(base: 1000, premium: 0, fee: 10_000)
        try it.sell(to: "buyer")
        #expect(it.fees == 1000 && it.claim("alice") == 0)
        #expect(throws: MarketError.nothingToPay) { try it.payOut() }
        it.checkMoney()
    }

    @Test func `a free pool takes and pays nothing, and charges privacy all the same`() throws {
        var it = try TradeTests.market(base: 0)
        try it.sell(to: "pauper")
        #expect(it.spent("alice") == 10)
        it.checkMoney()
    }

    @Test func `a late joiner is paid from the next sale on`() throws {
        var it = try TradeTests.market(fee: 0)
        try it.sell(to: "buyer")
        try it.grant("dora")
        #expect(it.claim("dora") == 0)
        try it.sell(to: "buyer")
        #expect(it.claim("dora") == 250 && it.claim("alice") == 583)
        it.checkMoney()
    }

    @Test func `a joiner during a study is neither read nor paid nor charged`() throws {
        var it = try TradeTests.market(fee: 0)
        let order = try it.order(by: "buyer")
        try it.reserve(order)
        try it.grant("dora")
        try it.commit(order)
        #expect(it.claim("dora") == 0 && it.spent("dora") == 0 && it.claim("alice") == 333)
    }

    @Test func `a withdrawal ends with the very next study, and what is due stays due`() throws {
        var it = try TradeTests.market(fee: 0)
        try it.sell(to: "buyer")
        try it.withdraw("alice")
        try it.sell(to: "buyer")
        #expect(it.claim("alice") == 333 && it.spent("alice") == 10)
        #expect(it.claim("berta") == 833 && it.spent("berta") == 20)
        try it.payOut()
        #expect(it.paid("alice") == 333)
        it.checkMoney()
    }

    @Test func `who withdraws while she is being read is still paid for it`() throws {
        var it = try TradeTests.market(fee: 0)
        let order = try it.order(by: "buyer")
        try it.reserve(order)
        try it.withdraw("alice")
        try it.commit(order)
        #expect(it.spent("alice") == 10, "she was read")
        #expect(it.claim("alice") == 333, "so she is paid")
        it.checkMoney()
    }

    @Test func `a study whose whole cohort withdrew meanwhile still ends`() throws {
        var it = try TradeTests.market(fee: 0)
        let order = try it.order(by: "buyer")
        try it.reserve(order)
        for name in ["alice", "berta", "carla"] { try it.withdraw(name) }
        try it.commit(order)
        #expect(it.claim("alice") == 333)
        it.checkMoney()
    }

    @Test func `who comes back after a withdrawal finds her budget as it was`() throws {
        var it = try TradeTests.market(fee: 0)
        try it.sell(to: "buyer")
        try it.withdraw("alice")
        try it.grant("alice", limit: 15)
        #expect(it.spent("alice") == 10)
        try it.sell(to: "buyer")
        #expect(it.spent("alice") == 10, "10 more would be above 15: she is left out")
        #expect(it.claim("alice") == 333, "and not paid")
        it.checkMoney()
    }

    @Test func `whose grant does not cover a study is unpaid and uncharged`() throws {
        var it = try TradeTests.market(fee: 0)
        try it.grant("dora", floor: 1001)
        try it.grant("emmy", perStudy: 9)
        try it.grant("frieda", purpose: "Marketing")
        try it.grant("gerda", uses: 1)
        try it.grant("hanna", lasting: 10)
        it.second += 20
        try it.sell(to: "buyer")
        try it.sell(to: "buyer")
        for name in ["dora", "emmy", "frieda", "hanna"] {
            #expect(it.claim(name) == 0 && it.spent(name) == 0, "\(name)")
        }
        #expect(it.claim("gerda") == 250 && it.spent("gerda") == 10, "one use was one use")
        #expect(it.claim("alice") == 583)
        it.checkMoney()
    }

    @Test func `weights decide the shares from the epoch they are set in`() throws {
        var it = try Script()
        try it.pool(fee: 0, split: .weights)
        try it.grant("alice", "berta")
        try it.deposit(10_000, to: "buyer")
        try it.sell(to: "buyer")
        let shares = [Change.Share(party: key("alice").id, shares: 3)]
        try it.take(.sharesSet(pool: "steps", epoch: 1, rho: 0, shares: shares))
        try it.sell(to: "buyer")
        #expect(it.claim("alice") == 500 + 750 && it.claim("berta") == 500 + 250)
        #expect(throws: MarketError.wrongSplit) {
            try it.take(.sharesSet(pool: "steps", epoch: 0, rho: 0, shares: shares))
        }
        #expect(throws: MarketError.wrongSplit) {
            let stranger = [Change.Share(party: key("zora").id, shares: 3)]
            try it.take(.sharesSet(pool: "steps", epoch: 2, rho: 0, shares: stranger))
        }
        it.checkMoney()
    }

    @Test func `shares by days cost their privacy, all of them or none`() throws {
        var it = try Script()
        try it.pool(fee: 0, split: .days, column: .init("day", .date))
        try it.grant("alice", limit: 100)
        try it.grant("berta", limit: 40)
        func shares(_ numbers: (String, UInt64)...) -> [Change.Share] {
            numbers.map { Change.Share(party: key($0).id, shares: $1) }
        }
        func set(_ epoch: UInt32, _ rho: UInt64, _ shares: [Change.Share]) throws {
            try it.take(.sharesSet(pool: "steps", epoch: epoch, rho: rho, shares: shares))
        }
        try set(1, 30, shares(("alice", 4), ("berta", 1)))
        #expect(it.spent("alice") == 30 && it.spent("berta") == 30)
        try it.deposit(10_000, to: "buyer")
        try it.sell(to: "buyer")
        #expect(it.claim("alice") == 800 && it.claim("berta") == 200)
        // Each of these is refused, and nobody is charged.
        for (rho, wrong) in [
            (30, shares(("alice", 2), ("berta", 2))),  // berta has none left
            (0, shares(("alice", 2))), (1, shares(("alice", 0))), (1, shares(("alice", 5))),
            (1, shares(("alice", 2), ("alice", 3))), (1, shares(("zora", 2))), (1, []),
        ] as [(UInt64, [Change.Share])] {
            #expect(throws: MarketError.self) { try set(2, rho, wrong) }
        }
        #expect(it.spent("alice") == 40 && it.spent("berta") == 40, "by the sale alone")
        try it.withdraw("alice")
        #expect(throws: MarketError.self) { try set(2, 1, shares(("alice", 2))) }
        it.checkMoney()
    }

    @Test func `shares by days hold for four weeks`() throws {
        var it = try Script()
        try it.pool(fee: 0, split: .days, column: .init("at", .timestamp))
        try it.grant("alice", "berta", limit: 1000, lasting: 10_000_000)
        let first = it.time
        func set(_ epoch: UInt32, _ name: String, at time: Timestamp? = nil) throws {
            let share = [Change.Share(party: key(name).id, shares: 2)]
            try it.take(.sharesSet(pool: "steps", epoch: epoch, rho: 5, shares: share), at: time)
        }
        // One draw is several entries of one moment.
        try set(1, "alice", at: first)
        try set(1, "berta", at: first)
        let ends = first.adding(milliseconds: PoolOffer.drawnEpoch)
        for epoch: UInt32 in [1, 2] {
            #expect(throws: MarketError.sharesHold(until: ends)) {
                try set(epoch, "alice", at: first.adding(milliseconds: 5000))
            }
        }
        #expect(it.spent("alice") == 5)
        it.second += PoolOffer.drawnEpoch / 1000
        try set(2, "alice")
        #expect(it.spent("alice") == 10)
    }

    @Test func `every refusal of a grant leaves its reason with the study`() throws {
        var it = try Script()
        try it.pool()
        try it.grant("alice", "berta", "gerda")
        try it.grant("cheap", floor: 5000)
        try it.grant("shy", perStudy: 3)
        try it.grant("spent", limit: 15)
        try it.grant("gone")
        try it.withdraw("gone")
        try it.deposit(10_000, to: "buyer")
        try it.sell(to: "buyer")
        let order = try it.sell(to: "buyer")
        let study = try #require(it.state.orders[order])
        let names = Dictionary(
            uniqueKeysWithValues: ["alice", "berta", "gerda", "cheap", "shy", "spent"].map {
                (it.place(of: $0, in: "steps")!, $0)
            })
        #expect(study.cohort.places.map { names[$0] } == ["alice", "berta", "gerda"])
        #expect(
            study.denied.mapValues { $0.places.map { names[$0] } } == [
                .priceBelowFloor: ["cheap"], .studyTooCostly: ["shy"], .privacySpent: ["spent"],
            ])
    }

    @Test func `a pool without dates cannot share by days`() throws {
        var it = try Script()
        #expect(throws: MemberError.self) { try it.pool(split: .days) }
    }

    @Test func `shares of an equal pool cannot be set`() throws {
        var it = try TradeTests.market()
        #expect(throws: MarketError.wrongSplit) {
            let shares = [Change.Share(party: key("alice").id, shares: 3)]
            try it.take(.sharesSet(pool: "steps", epoch: 1, rho: 0, shares: shares))
        }
    }

    @Test func `a thousand contributors are paid in one batch`() throws {
        var it = try Script()
        try it.pool(base: 1_000_000, fee: 0)
        for number in 0..<1100 { try it.grant("person \(number)") }
        try it.deposit(1_000_000, to: "buyer")
        try it.sell(to: "buyer")
        try it.payOut()
        #expect(it.paid("person 0") == 909 && it.paid("person 1099") == 909)
        #expect(it.state.pendingBatch?.holders == 1100)
        #expect(it.state.pendingBatch?.amount == money(999_900))
        it.checkMoney()
    }
}
