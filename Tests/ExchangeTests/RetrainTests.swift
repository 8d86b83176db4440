// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Learn
import Ledger
import Market
import TestSupport
import Testing

@testable import Exchange

/// Models that are made anew when somebody withdraws who is in them.
@Suite struct RetrainTests {
    private let day: Int64 = 86_400_000

    /// A model that is let, with what its owner agreed to pay for another.
    private func market(
        _ world: World, retraining: Int64?, stale: PoolOffer.StaleRule = .retrain
    ) async throws -> (exchange: Exchange, buyer: SigningKey, order: Digest) {
        let (exchange, buyer) = try await ModelOrderTests.market(world, stale: stale)
        let order = try await asked(exchange, by: buyer)
        let terms = try Rental.Terms(
            price: Amount(microunits: 2_000)!, ownerBasisPoints: 0,
            retraining: retraining.flatMap { Amount(microunits: $0) })
        _ = try await exchange.rent(model: "walker", on: terms, by: buyer)
        return (exchange, buyer, order)
    }

    private func withdraw(_ label: String, from exchange: Exchange) async throws {
        let key = exchange.custodyKeys(prefix: "club", labels: [label])[0]
        _ = try await exchange.withdraw(key, from: World.pool)
    }

    /// The model's question, asked by its owner.
    private func asked(_ exchange: Exchange, by buyer: SigningKey) async throws -> Digest {
        try await exchange.order(exchange.quote(ModelOrderTests.asked).quote.id, by: buyer).order.id
    }

    /// What is made anew next: the order that it was made for, its own, and what it cost.
    private func remade(
        _ exchange: Exchange
    ) async throws -> (old: Digest, made: Digest, price: Amount) {
        let done = try #require(try await exchange.retrainNext())
        guard case .made(let made, let price) = done.outcome else {
            throw Unexpected(words: "\(done.outcome)")
        }
        return (done.order, made, price)
    }

    private struct Unexpected: Error { let words: String }

    private func balance(
        _ exchange: Exchange, of buyer: SigningKey
    ) async -> Balance? {
        await exchange.state.books.balance(of: Accounts.party(buyer.id))
    }

    @Test func `a withdrawal stops a model, and another without her takes its place`() async throws
    {
        let (exchange, buyer, old) = try await market(World(), retraining: 100_000_000)
        #expect(try await exchange.retrainNext() == nil, "nobody has withdrawn")
        try await withdraw("person-3", from: exchange)
        #expect(await exchange.letModels.isEmpty)
        let before = await balance(exchange, of: buyer)
        let (replaced, made, price) = try await remade(exchange)
        #expect(replaced == old && made != old)
        let after = await balance(exchange, of: buyer)
        #expect(after?.available == before.map { $0.available - price.microunits })
        // It is let on the same terms, without her, and is the one of its name.
        let offered = await exchange.letModels
        #expect(offered.map(\.order) == [made] && offered[0].terms?.price.microunits == 2_000)
        #expect(
            offered[0].terms?.retraining?.microunits == 100_000_000 - price.microunits,
            "what she agreed to is for all times together")
        let owned = try await exchange.model(named: "walker", of: buyer)
        #expect(owned.order.id == made && owned.people == 59 && !owned.isStale)
        #expect(await exchange.state.rentals[old]?.word.terms == nil)
        #expect(try await exchange.retrainNext() == nil)
    }

    @Test func `many withdrawals on a day make one retraining`() async throws {
        let world = World()
        let (exchange, _, _) = try await market(world, retraining: 100_000_000)
        try await withdraw("person-3", from: exchange)
        #expect(try await exchange.retrainNext() != nil)
        try await withdraw("person-4", from: exchange)
        try await withdraw("person-5", from: exchange)
        #expect(try await exchange.retrainNext() == nil, "not twice on a day")
        #expect(await exchange.letModels.isEmpty, "and stopped until then")
        world.pass(day)
        _ = try await remade(exchange)
        #expect(await exchange.letModels.count == 1, "the next day it is made anew")
    }

    @Test func `nothing is bought for more than its owner agreed to, and it is tried again`()
        async throws
    {
        let world = World()
        let (exchange, buyer, old) = try await market(world, retraining: 1)
        try await withdraw("person-3", from: exchange)
        let before = await balance(exchange, of: buyer)
        let root = await exchange.state.orders.count
        guard case .refused(let reason)? = try await exchange.retrainNext()?.outcome else {
            Issue.record("one micro-unit buys no model")
            return
        }
        #expect(reason.contains("agreed to 0.000001"))
        #expect(await exchange.state.orders.count == root)
        #expect(await balance(exchange, of: buyer) == before)
        #expect(try await exchange.retrainNext() == nil, "it rests")
        world.pass(day)
        #expect(try await exchange.retrainNext()?.order == old, "and is tried again")
    }

    @Test func `where pool or owner did not agree, the owner retrains`() async throws {
        let (exchange, buyer, _) = try await market(World(), retraining: nil)
        try await withdraw("person-3", from: exchange)
        #expect(try await exchange.retrainNext() == nil)
        #expect(await exchange.letModels.isEmpty)
        // A pool that stops models makes none anew, and says so to whoever wants that.
        let other = World()
        let stopping = try await market(other, retraining: nil, stale: .stop)
        await #expect(throws: MarketError.self) {
            try await stopping.exchange.rent(
                model: "walker",
                on: try Rental.Terms(
                    price: Amount(microunits: 2_000)!, ownerBasisPoints: 0,
                    retraining: Amount(microunits: 5)), by: stopping.buyer)
        }
        _ = buyer
    }

    @Test
    func `who withdraws while it is made stops the new one too, and it waits for the next day`()
        async throws
    {
        let world = World()
        let (exchange, buyer, _) = try await market(world, retraining: 100_000_000)
        try await withdraw("person-3", from: exchange)
        // It was ordered by itself, and before it is let somebody else withdraws.
        let made = try await asked(exchange, by: buyer)
        try await withdraw("person-4", from: exchange)
        let terms = try Rental.Terms(
            price: Amount(microunits: 2_000)!, ownerBasisPoints: 0,
            retraining: Amount(microunits: 90_000_000))
        _ = try await exchange.rent(model: made.hex, on: terms, by: buyer)
        #expect(await exchange.letModels.isEmpty, "no call is sold of it")
        await #expect(throws: MarketError.self) {
            try await exchange.predictions(
                of: made, for: [["steps": "15000", "weather": "sun"]], purpose: World.purpose,
                by: buyer)
        }
        #expect(try await remade(exchange).made != made)
    }

    @Test func `terms that the owner gave the new one herself stay hers`() async throws {
        let world = World()
        let (exchange, buyer, old) = try await market(world, retraining: 100_000_000)
        try await withdraw("person-3", from: exchange)
        let made = try await asked(exchange, by: buyer)
        let hers = try Rental.Terms(price: Amount(microunits: 9_000)!, ownerBasisPoints: 100)
        _ = try await exchange.rent(model: made.hex, on: hers, by: buyer)
        _ = try await exchange.retrainNext()
        #expect(await exchange.state.rentals[old]?.word.terms == nil)
        #expect(await exchange.state.rentals[made]?.word.terms == hers)
    }

    @Test func `what a crash left between the order and its place is done the next time`()
        async throws
    {
        let world = World()
        let (exchange, buyer, old) = try await market(world, retraining: 100_000_000)
        try await withdraw("person-3", from: exchange)
        // The order was answered, and the node ended before the model was let.
        let made = try await asked(exchange, by: buyer)
        let before = await balance(exchange, of: buyer)
        let order = try await remade(exchange).made
        #expect(order == made && order != old)
        #expect(
            await balance(exchange, of: buyer) == before,
            "the same question is answered again for nothing")
        #expect(await exchange.letModels.map(\.order) == [made])
    }
}
