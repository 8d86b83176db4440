// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Ledger
import Market
import Testing

/// What the market refuses. Every refusal leaves the state as it was: ``Script`` checks it.
@Suite struct RefusalTests {
    @Test func `nothing happens before the beginning, and it begins once`() throws {
        var state = MarketState()
        #expect(throws: MarketError.notFounded) {
            try state.apply(
                .deposited(key("buyer").id, money(1), reference: .zero),
                at: Timestamp(milliseconds: 1), index: 0)
        }
        var it = try Script()
        #expect(throws: MarketError.alreadyFounded) {
            try it.take(.founded(node: key("other").id, name: "again"))
        }
    }

    @Test func `time does not run backwards`() throws {
        var it = try TradeTests.market()
        #expect(throws: MarketError.backwards) {
            try it.take(
                .deposited(key("buyer").id, money(1), reference: .zero),
                at: Timestamp(milliseconds: 1))
        }
    }

    @Test func `an order without money is refused and opens no account`() throws {
        var it = try TradeTests.market()
        let accounts = it.state.books.accountCount
        #expect(throws: MarketError.self) { try it.order(by: "pauper") }
        #expect(it.state.books.accountCount == accounts)
        let quote = try it.quote()
        do {
            try it.order(quote, by: "pauper")
        } catch {
            #expect(error.code == "insufficient_funds")
        }
    }

    @Test func `one quote is charged once, and never to two buyers`() throws {
        var it = try TradeTests.market()
        try it.deposit(10_000, to: "rival")
        let quote = try it.quote()
        try it.order(quote, by: "buyer")
        #expect(throws: MarketError.orderExists) { try it.order(quote, by: "buyer") }
        #expect(throws: MarketError.orderExists) { try it.order(quote, by: "rival") }
        #expect(it.available("buyer") == 9000 && it.available("rival") == 10_000)
    }

    @Test func `a quote of another node, a changed quote and a forged order are refused`() throws {
        var it = try TradeTests.market()
        let foreign = try it.quote(by: "other node")
        #expect(throws: MarketError.quoteNotOurs) { try it.order(foreign, by: "buyer") }
        let cheap = try it.quote(base: 1)
        #expect(throws: MarketError.quoteDiffers("price")) { try it.order(cheap, by: "buyer") }
        // The buyer's signature under somebody else's name.
        let quote = try it.quote()
        let order = Order(quote, by: key("buyer"))
        guard case .object(var members) = order.json else { return }
        members["buyer"] = .string(key("alice").id.did)
        let forged = try Order(json: .object(members))
        #expect(throws: MarketError.badSignature(of: "order")) { try it.take(.ordered(forged)) }
    }

    @Test func `a quote can be ordered up to its last millisecond and not after`() throws {
        var it = try TradeTests.market()
        let first = try it.quote(lasting: 10)
        let second = try it.quote(lasting: 10)
        it.second += 10
        try it.order(first, by: "buyer")
        #expect(throws: MarketError.quoteExpired) { try it.order(second, by: "buyer") }
    }

    @Test func `a quote for a purpose or table that the pool does not have is refused`() throws {
        var it = try TradeTests.market()
        let marketing = try it.quote(purpose: "Marketing")
        #expect(throws: MarketError.quoteDiffers("purpose")) {
            try it.order(marketing, by: "buyer")
        }
        for tables in [[], ["nights"], ["days", "nights"]] {
            let quote = try it.quote(tables: tables)
            #expect(throws: MarketError.quoteDiffers("tables")) {
                try it.order(quote, by: "buyer")
            }
        }
        let nowhere = try it.quote(pool: "nowhere")
        #expect(throws: MarketError.noPool("nowhere")) { try it.order(nowhere, by: "buyer") }
    }

    @Test func `a study without privacy cost has no cohort`() throws {
        var it = try TradeTests.market()
        let order = try it.order(by: "buyer", rho: 0)
        #expect(throws: MarketError.cohortTooSmall) { try it.reserve(order) }
    }

    @Test func `a cohort under the minimum is refused before anything is reserved`() throws {
        var it = try Script()
        try it.pool(minimum: 4)
        try it.grant("alice", "berta", "carla")
        try it.deposit(10_000, to: "buyer")
        let order = try it.order(by: "buyer")
        #expect(throws: MarketError.cohortTooSmall) { try it.reserve(order) }
        #expect(it.state.consent.budget(of: key("alice").id, in: "steps") == (0, 0))
        try it.fail(order)
        #expect(it.available("buyer") == 10_000)
    }

    @Test func `a cohort that somebody else drew up is refused`() throws {
        var it = try TradeTests.market()
        let order = try it.order(by: "buyer")
        #expect(throws: MarketError.cohortDiffers) {
            try it.take(.reserved(order: order, cohort: Digest(of: [1])))
        }
    }

    @Test func `stages follow one another`() throws {
        var it = try TradeTests.market()
        let order = try it.order(by: "buyer")
        #expect(throws: MarketError.wrongStage(is: .placed)) { try it.commit(order) }
        try it.reserve(order)
        #expect(throws: MarketError.wrongStage(is: .running)) { try it.reserve(order) }
        try it.commit(order)
        #expect(throws: MarketError.wrongStage(is: .done)) { try it.commit(order) }
        #expect(throws: MarketError.wrongStage(is: .done)) { try it.fail(order) }
        #expect(throws: MarketError.noOrder) { try it.fail(Digest(of: [9])) }
    }

    @Test func `two studies cannot both have the last of a budget`() throws {
        var it = try Script()
        try it.pool(fee: 0)
        try it.grant("alice", "berta", limit: 15)
        try it.deposit(10_000, to: "buyer")
        let (first, second) = (try it.order(by: "buyer"), try it.order(by: "buyer"))
        try it.reserve(first)
        #expect(throws: MarketError.cohortTooSmall) { try it.reserve(second) }
        try it.commit(first)
        try it.fail(second)
        #expect(it.spent("alice") == 10 && it.available("buyer") == 9000)
        it.checkMoney()
    }

    @Test func `a payout of another sum, or a second one, is refused`() throws {
        var it = try TradeTests.market()
        try it.sell(to: "buyer")
        for wrong: Int64 in [0, 947, 949, Amount.largest] {
            #expect(throws: MarketError.totalDiffers) {
                try it.take(.paidOut(pool: "steps", total: money(wrong)))
            }
        }
        try it.payOut()
        #expect(throws: MarketError.nothingToPay) { try it.payOut() }
        #expect(throws: MarketError.noPool("none")) { try it.payOut("none") }
    }

    @Test func `a signed cash-out is honoured once, by the node it is for`() throws {
        var it = try TradeTests.market()
        let wish = Cashout(money(100), at: it.time, on: key("node").id, by: key("buyer"))
        try it.take(.cashedOut(wish))
        #expect(it.available("buyer") == 9900)
        #expect(throws: MarketError.self) { try it.take(.cashedOut(wish)) }
        let elsewhere = Cashout(money(100), at: it.time, on: key("other").id, by: key("buyer"))
        #expect(throws: MarketError.badSignature(of: "cash-out")) {
            try it.take(.cashedOut(elsewhere))
        }
        let tooMuch = Cashout(money(9901), at: it.time, on: key("node").id, by: key("buyer"))
        #expect(throws: MarketError.self) { try it.take(.cashedOut(tooMuch)) }
        let stranger = Cashout(money(1), at: it.time, on: key("node").id, by: key("zora"))
        #expect(throws: MarketError.self) { try it.take(.cashedOut(stranger)) }
        #expect(it.available("buyer") == 9900)
    }

    @Test func `money on hold cannot be taken out`() throws {
        var it = try TradeTests.market(base: 9000)
        try it.order(try it.quote(), by: "buyer")
        let wish = Cashout(money(1001), at: it.time, on: key("node").id, by: key("buyer"))
        #expect(throws: MarketError.self) { try it.take(.cashedOut(wish)) }
    }

    @Test func `a grant sent again changes nothing, and an old one cannot come back`() throws {
        var it = try Script()
        try it.pool()
        let terms = try Grant(
            party: key("alice").id, pool: "steps", tables: ["days"],
            purposes: [purpose("ResearchAndDevelopment")], priceFloor: 0, privacyLimit: 10,
            privacyPerStudy: 10, uses: 1, starts: it.time,
            expires: it.time.adding(milliseconds: 1_000_000), notice: .zero, commitment: .zero)
        let grant = try #require(SignedGrant(terms, by: key("alice")))
        try it.take(.granted(grant))
        try it.withdraw("alice")
        try it.take(.granted(grant))
        #expect(it.state.consent.count == 1)
        #expect(it.state.consent.usage(of: 0).withdrawn != nil, "still withdrawn")
    }

    @Test func `a grant for no pool, or for a table that the pool does not have, is refused`()
        throws
    {
        var it = try Script()
        #expect(throws: MarketError.noPool("steps")) { try it.grant("alice") }
        try it.pool()
        #expect(throws: MarketError.grantOutsidePool("the table nights")) {
            try it.grant("alice", tables: ["days", "nights"])
        }
    }

    @Test func `a withdrawal by anybody else is refused`() throws {
        var it = try TradeTests.market()
        let id = it.state.consent.id(at: 0)
        #expect(throws: MarketError.self) {
            try it.take(.withdrawn(try Withdrawal(of: id, at: it.time, by: key("berta"))))
        }
        #expect(it.state.consent.usage(of: 0).withdrawn == nil)
    }

    @Test func `segments are erased by their owner only, and stay known`() throws {
        var it = try Script()
        let (mine, hers) = (Digest(of: [1]), Digest(of: [2]))
        try it.take(.dataAdded(party: key("alice").id, table: "days", segment: mine))
        try it.take(.dataAdded(party: key("berta").id, table: "days", segment: hers))
        #expect(throws: MarketError.segmentExists) {
            try it.take(.dataAdded(party: key("berta").id, table: "days", segment: mine))
        }
        #expect(throws: MarketError.notTheOwner) {
            try it.take(.dataErased(party: key("alice").id, segments: [mine, hers]))
        }
        #expect(throws: MarketError.noSegment) {
            try it.take(.dataErased(party: key("alice").id, segments: [mine, Digest(of: [3])]))
        }
        #expect(it.state.segments[mine]?.erased == false)
        try it.take(.dataErased(party: key("alice").id, segments: [mine]))
        #expect(it.state.segments[mine]?.erased == true)
    }
}
