// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Ledger
import Market
import Testing

/// Models that go on from what they were: who is read, charged and paid for each training.
@Suite struct ContinuationTests {
    private static let early = ["alice", "berta", "gerda"]
    private static let late = ["nadja", "olga"]

    /// A model of three people, and two more who came later.
    private func script(
        fee: Int64 = 0, stale: PoolOffer.StaleRule = .mark
    ) throws -> (Script, model: Digest) {
        var it = try Script()
        try it.pool(base: 900, fee: fee, stale: stale)
        try it.grant("alice", "berta", "gerda")
        for name in ["owner", "renter", "stranger"] { try it.deposit(10_000_000, to: name) }
        let model = try it.model(for: "owner")
        try it.grant("nadja", "olga")
        return (it, model)
    }

    private func claims(_ it: Script, _ names: [String]) -> [Int64] { names.map { it.claim($0) } }

    @Test func `only who is new is read, charged and paid`() throws {
        var (it, model) = try script()
        let before = claims(it, Self.early)
        let second = try it.model(for: "owner", from: model)
        #expect(Self.early.map { it.spent($0) } == [10, 10, 10], "once, for the first training")
        #expect(Self.late.map { it.spent($0) } == [10, 10])
        #expect(claims(it, Self.early) == before)
        #expect(claims(it, Self.late) == [450, 450], "900 among the two who were read")
        let state = try #require(it.state.orders[second])
        #expect(state.cohort.places == [3, 4])
        #expect(it.state.trainings(of: state).map(\.order.id) == [second, model])
        #expect(it.state.readFor(state).sorted() == [0, 1, 2, 3, 4])
        // And again, once somebody else is new: those of both trainings are left out.
        try it.grant("petra", "rosa")
        let third = try it.model(for: "owner", from: second)
        #expect(it.state.orders[third]?.cohort.places == [5, 6])
        #expect((Self.early + Self.late).map { it.spent($0) } == [10, 10, 10, 10, 10])
        it.checkMoney()
        // It replays, and is kept whole.
        var replayed = try it.replayed()
        #expect(replayed.root() == it.root)
        var live = it.state
        var kept = try MarketState(snapshot: live.snapshot())
        #expect(kept.root() == it.root)
        #expect(kept.orders[third]?.order.quote.quote.continues == second)
    }

    @Test func `who comes back with another grant is not new`() throws {
        var (it, model) = try script()
        try it.withdraw("alice")
        try it.grant("alice")
        try it.grant("berta")
        let second = try it.model(for: "owner", from: model)
        let read = try #require(it.state.orders[second]?.cohort.places)
        #expect(
            Set(read.map { it.state.consent.party(at: $0) }) == Set(Self.late.map { key($0).id }))
        #expect(it.spent("alice") == 10 && it.spent("berta") == 10)
    }

    @Test func `too few new people are refused in the words of every study`() throws {
        var it = try Script()
        try it.pool(base: 900, minimum: 2)
        try it.grant("alice", "berta", "gerda")
        try it.deposit(10_000, to: "owner")
        let model = try it.model(for: "owner")
        try it.grant("nadja")
        let order = try it.order(
            try it.quote(answers: [.model], continuing: model), by: "owner")
        #expect(throws: MarketError.cohortTooSmall) { try it.reserve(order) }
        #expect(it.spent("nadja") == 0)
        // Somebody more is enough.
        try it.grant("olga")
        try it.reserve(order)
        try it.commit(order)
        #expect(it.spent("nadja") == 10)
    }

    @Test func `a cohort with somebody in it who was read before is refused`() throws {
        var (it, model) = try script()
        let order = try it.order(
            try it.quote(answers: [.model], continuing: model), by: "owner")
        for places in [[0, 1, 2, 3, 4], [2, 3, 4], [3]] {
            #expect(throws: MarketError.cohortDiffers) {
                try it.take(
                    .reserved(order: order, cohort: it.state.consent.root(of: places)))
            }
        }
        try it.take(.reserved(order: order, cohort: it.state.consent.root(of: [3, 4])))
    }

    @Test func `one model is gone on from once, so that nobody is read for it twice`() throws {
        var (it, model) = try script()
        // Two orders are placed before either is read.
        let quotes = [
            try it.quote(answers: [.model], continuing: model),
            try it.quote(answers: [.model], continuing: model),
        ]
        let (one, other) = (
            try it.order(quotes[0], by: "owner"), try it.order(quotes[1], by: "owner")
        )
        try it.reserve(one)
        #expect(throws: MarketError.self, "while the one reads, too") { try it.reserve(other) }
        try it.commit(one)
        #expect(throws: MarketError.self) { try it.reserve(other) }
        #expect(throws: MarketError.self) {
            try it.model(for: "owner", from: model)
        }
        #expect(it.state.successor(of: model) == one)
        #expect(it.state.successor(of: one) == nil)
        try it.fail(other)
        try it.grant("petra", "rosa")
        _ = try it.model(for: "owner", from: one)
    }

    @Test func `of many records the newest of which something holds is found`() throws {
        var (it, model) = try script()
        let second = try it.model(for: "owner", from: model)
        let orders = it.state.orders
        #expect(orders.lastKey { $0.stage == .done } == second)
        #expect(orders.lastKey { $0.order.quote.quote.continues == nil } == model)
        #expect(orders.lastKey { $0.stage == .failed } == nil)
    }

    @Test func `a failed training is none, though its privacy is spent`() throws {
        var (it, model) = try script()
        let order = try it.order(
            try it.quote(answers: [.model], continuing: model), by: "owner")
        try it.reserve(order)
        #expect(it.state.successor(of: model) == order)
        try it.fail(order)
        #expect(it.state.successor(of: model) == nil)
        #expect(it.spent("nadja") == 10)
        let second = try it.model(for: "owner", from: model)
        #expect(it.state.orders[second]?.cohort.places == [3, 4])
        #expect(throws: MarketError.self) { try it.model(for: "owner", from: order) }
    }

    @Test func `what goes on is the buyer's own model, of the same pool and purpose`() throws {
        var (it, model) = try script()
        #expect(throws: MarketError.self, "another's") {
            try it.model(for: "stranger", from: model)
        }
        #expect(throws: MarketError.self, "for something else") {
            try it.model(for: "owner", purpose: "ResearchAndDevelopment", from: model)
        }
        #expect(throws: MarketError.noOrder) {
            try it.model(for: "owner", from: Digest(of: [1]))
        }
        let answer = try it.sell(to: "owner")
        #expect(throws: MarketError.self, "an answer is no model") {
            try it.model(for: "owner", from: answer)
        }
        #expect(throws: MarketError.self, "and none goes on from a model") {
            try it.order(try it.quote(continuing: model), by: "owner")
        }
        try it.pool("other", base: 900)
        try it.grant("alice", "berta", pool: "other")
        #expect(throws: MarketError.self, "of another pool") {
            try it.order(
                try it.quote(pool: "other", answers: [.model], continuing: model), by: "owner")
        }
    }

    @Test func `each training has the privacy of the first`() throws {
        var (it, model) = try script()
        for quote in [
            try it.quote(answers: [.model], continuing: model, epsilon: "2.0"),
            try it.quote(answers: [.model], continuing: model, delta: "1e-5"),
        ] {
            #expect(throws: MarketError.self) { try it.order(quote, by: "owner") }
        }
        try it.order(try it.quote(answers: [.model], continuing: model), by: "owner")
    }

    @Test func `what it is let for goes to the people of all its trainings`() throws {
        var (it, model) = try script()
        let second = try it.model(for: "owner", from: model)
        let names = Self.early + Self.late
        let before = claims(it, names)
        try it.rent(second, by: "owner", price: 1_000)
        try it.call(second, by: "renter", rows: 100, price: 100_000)
        #expect(
            zip(claims(it, names), before).map { $0 - $1 } == [
                20_000, 20_000, 20_000, 20_000, 20_000,
            ])
        it.checkMoney()
    }

    @Test func `whoever withdraws stays in it, and it is stale however often it goes on`() throws {
        var (it, model) = try script(stale: .stop)
        try it.withdraw("gerda")
        let second = try it.model(for: "owner", from: model)
        let order = try #require(it.state.orders[second])
        #expect(it.state.withdrawn(from: order) == 1 && it.state.isStopped(order))
        #expect(throws: MarketError.self) { try it.rent(second, by: "owner", price: 1_000) }
        // Made anew it is without her.
        let anew = try it.model(for: "owner")
        try it.rent(anew, by: "owner", price: 1_000)
        #expect(it.state.orders[anew]?.cohort.count == 4)
    }

    @Test func `a quote says what it goes on from, and others have the bytes that they had`() throws
    {
        var it = try Script()
        try it.pool()
        let plain = try it.quote(answers: [.model]).quote
        #expect(plain.json["continues"] == nil)
        let quote = try it.quote(answers: [.model], continuing: Digest(of: [2])).quote
        #expect(quote.json["continues"]?.string == Digest(of: [2]).hex)
        #expect(try Quote(json: quote.json) == quote)
        #expect(try Quote(json: plain.json) == plain)
    }
}
