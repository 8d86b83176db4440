// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Edge
import Identity
import Intake
import Ledger
import Market
import Privacy
import Query
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Exchange
@testable import Storage

/// Orders over rows that stay in contributors' own folders, in one process and without a network.
@Suite struct EdgeOrderTests {
    @Test func `an order is answered by rows that the node never has`() async throws {
        let market = try await EdgeMarket()
        let answer = try await market.order()
        let state = await market.exchange.state
        #expect(state.segments.count == 0)
        let study = try #require(state.orders[answer.order.id])
        #expect(study.stage == .done && study.cohort.count == 6 && study.left.count == 0)
        // Everybody is charged the same, here and there, and paid the same.
        for person in market.people {
            let rho = answer.order.quote.quote.rho
            #expect(try person.spent() == rho)
            let standing = try await market.exchange.edgeStanding(
                of: person.key.id, in: World.pool)
            #expect(standing.spent == rho && standing.studies == 1)
            #expect(standing.money.claims == 1_000_000)
        }
        #expect(try await market.available() == 94_000_000)
        // The same again, the same day, costs nothing and asks nobody.
        let again = try await market.order(there: 0..<0)
        #expect(again.order.id == answer.order.id)
        #expect(try await market.available() == 94_000_000)
        // On another day it is another question.
        market.world.pass(2 * 86_400_000)
        await #expect(throws: MarketError.cohortTooSmall) { try await market.order(there: 0..<0) }
    }

    @Test func `whoever leaves is charged and not paid, and the journal says so`() async throws {
        let market = try await EdgeMarket()
        // Sends its keys and its shares, and then no numbers.
        let answer = try await market.order(leaving: [2: 2])
        let state = await market.exchange.state
        let study = try #require(state.orders[answer.order.id])
        #expect(study.cohort.count == 6 && study.left.count == 1)
        for (place, person) in market.people.enumerated() {
            let standing = try await market.exchange.edgeStanding(
                of: person.key.id, in: World.pool)
            #expect(standing.spent == answer.order.quote.quote.rho)
            #expect(standing.money.claims == (place == 2 ? 0 : 1_200_000))
        }
        // It is paid to accounts of the keys that people have in the pool.
        let paid = try await market.exchange.payOut(World.pool)
        #expect(paid.people == 5 && paid.total.microunits == 6_000_000)
        let first = market.people[0].key.id
        let standing = try await market.exchange.edgeStanding(of: first, in: World.pool)
        #expect(standing.money.pending == 1_200_000 && standing.money.claims == 0)
        // The journal gives the same again.
        var (live, replayed) = (
            await market.exchange.state, try await market.exchange.replayed().state
        )
        #expect(live.root() == replayed.root())
    }

    @Test func `where too few are there nothing is recorded and nobody is charged`() async throws {
        let market = try await EdgeMarket()
        let before = await market.exchange.log.size
        await #expect(throws: MarketError.cohortTooSmall) { try await market.order(there: 0..<4) }
        #expect(await market.exchange.log.size == before)
        #expect(try await market.available() == 100_000_000)
        for person in market.people { #expect(try person.spent() == 0) }
    }

    @Test func `where too few stay the price goes back and what was spent stays spent`()
        async throws
    {
        let market = try await EdgeMarket()
        // Five of six have to stay.
        await #expect(throws: ExchangeError.self) {
            try await market.order(leaving: [0: 2, 1: 3])
        }
        #expect(try await market.available() == 100_000_000)
        let state = await market.exchange.state
        #expect(state.orders.all.allSatisfy { $0.record.stage == .failed })
        #expect(await market.exchange.isSettled)
        for person in market.people { #expect(try person.spent() > 0) }
    }

    @Test func `a machine that withdrew by itself is not there, whatever the node says`()
        async throws
    {
        let market = try await EdgeMarket()
        let person = market.people[0]
        try person.home.end(person.member, at: await market.exchange.time)
        let exchange = market.exchange
        let priced = try await exchange.quote(
            EdgeMarket.question, pool: World.pool, purpose: Purpose("dpv:AcademicResearch")!)
        let task = EdgeTask(
            order: Order(priced.quote, by: market.buyer), sql: priced.sql, salt: priced.salt,
            people: priced.people)
        let member = EdgeMembership(
            node: person.member.node, offer: person.member.offer,
            grant: person.member.grant.grant, key: person.key)
        let now = await exchange.time
        #expect(throws: EdgeRefusal.denied(.withdrawn)) {
            _ = try EdgeDevice(task, as: member, keeping: person.record, at: now)
        }
    }

    @Test func `the record of what is spent outlives the process, and only grows`() async throws {
        let market = try await EdgeMarket()
        let person = market.people[0]
        try person.record.begin(Digest(of: [1]), in: World.pool, spending: 7)
        #expect(throws: EdgeRefusal.begunBefore) {
            try person.record.begin(Digest(of: [1]), in: World.pool, spending: 7)
        }
        try person.record.raise(World.pool, to: 5, studies: 1)
        #expect(try person.spent() == 7)
        try person.record.raise(World.pool, to: 9, studies: 1)
        // Granting anew gives nothing back.
        try person.home.keep(person.member)
        #expect(try person.spent() == 9)
        #expect(try person.record.hasBegun(Digest(of: [1])))
        // What cannot be read is a no.
        try person.home.write([
            .mark("edge/spent/" + person.home.name(person.member.node, World.pool), [1, 2])
        ])
        #expect(throws: (any Error).self) { try person.record.usage(in: World.pool) }
    }

    @Test func `nobody joins with another notice, another pool's grant, or another's hand`()
        async throws
    {
        let market = try await EdgeMarket(people: 5)
        let person = market.people[0]
        let given = await market.exchange.time
        let other = try World.terms().grant(
            to: World.pool, signedBy: person.key, of: person.key.id, given: given,
            notice: Exchange.noticeDigest)
        await #expect(throws: ExchangeError.self) { try await market.exchange.join(other) }
        let grant = try World.terms().grant(
            to: World.pool, signedBy: person.key, of: person.key.id, given: given,
            notice: Exchange.edgeNoticeDigest)
        let forged = SignedGrant(grant.grant, signature: person.member.grant.signature)
        await #expect(throws: MarketError.badSignature(of: "grant")) {
            try await market.exchange.join(forged)
        }
        // Whose key the node has grants to pools of the vault.
        await #expect(throws: ExchangeError.self) {
            try await market.exchange.grant(World.terms(), pool: World.pool, by: [market.buyer])
        }
        await #expect(throws: (any Error).self) {
            try await market.exchange.quote(
                EdgeMarket.question.replacing(")", with: ", proof => on)"), pool: World.pool,
                purpose: Purpose("dpv:AcademicResearch")!)
        }
    }

    @Test func `a study that a crash cut short is refunded at the next start`() async throws {
        let market = try await EdgeMarket()
        let exchange = market.exchange
        let priced = try await exchange.quote(
            EdgeMarket.question, pool: World.pool, purpose: Purpose("dpv:AcademicResearch")!)
        let order = Order(priced.quote, by: market.buyer)
        let places = await exchange.state.consent.cohort(
            for: exchange.state.request(of: order, at: exchange.time)
        ).grants
        try await exchange.record([
            .ordered(order),
            .reserved(
                order: order.id, cohort: exchange.state.consent.root(of: places),
                there: PlaceRuns(places)),
        ])
        #expect(try await market.available() == 94_000_000)
        try await exchange.resolveInterrupted()
        #expect(try await market.available() == 100_000_000)
        #expect(await exchange.state.orders[order.id]?.stage == .failed)
        let spent = try await exchange.edgeStanding(of: market.people[0].key.id, in: World.pool)
        #expect(spent.spent == order.quote.quote.rho)
    }
}
