// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Ledger
import Market
import Study
import Testing

@testable import Exchange

/// What pages say of the past: prices beforehand, what each use brought, erasures, names of entries.
@Suite struct FeedTests {
    @Test func `every use says what it brought, and the uses add up to the statement`() async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market()
        for turn in 0..<2 {
            _ = try await exchange.order(exchange.quote(turn).quote.id, by: buyer)
        }
        let key = world.keys(of: 0..<1, at: exchange)[0]
        let feed = try await exchange.feed(of: key)
        #expect(feed.count == 2 && feed.allSatisfy { $0.stage == .done && $0.use.denial == nil })
        let brought = feed.reduce(0) { $0 + ($1.microunits ?? 0) }
        #expect(try await brought == exchange.money(of: key).claims && brought > 0)
        _ = try await exchange.withdraw(key, from: World.pool)
        _ = try await exchange.order(exchange.quote(2).quote.id, by: buyer)
        let last = try #require(try await exchange.feed(of: key).last)
        #expect(last.use.denial == .withdrawn && last.microunits == nil)
    }

    @Test func `an estimate is what a quote says, and leaves nothing behind`() async throws {
        let world = World()
        let (exchange, _) = try await world.market()
        let purpose = try #require(await exchange.state.pools[World.pool]?.offer.purposes.first)
        let before = await exchange.sizes.entries
        let estimate = try await exchange.estimate(
            World.question, pool: World.pool, purpose: purpose)
        let quote = try await exchange.quote(World.question, pool: World.pool, purpose: purpose)
        #expect(estimate.price == quote.quote.quote.price)
        #expect(estimate.epsilon == quote.quote.quote.epsilon)
        #expect(estimate.band.rawValue == quote.quote.quote.band)
        #expect(estimate.margins.map(\.name) == quote.columns)
        #expect(await exchange.sizes.entries == before)
    }

    @Test func `a certificate names what was erased, is signed, and is nobody else's`() async throws
    {
        let world = World()
        let (exchange, _) = try await world.market()
        let keys = world.keys(of: 0..<2, at: exchange)
        let segments = try await exchange.erase(keys[0])
        let end = await exchange.sizes.entries
        let entries = try await exchange.entries(from: 0, count: end)
        let index = try #require(entries.last { $0.entry.kind == "data.erase" }?.index)
        let certificate = try await exchange.erasureCertificate(of: keys[0], entry: index)
        let statement = try DataIntegrity.verify(certificate)
        #expect(await statement.party == exchange.nodeID)
        #expect(certificate["segments"]?.array?.compactMap(\.string) == segments.map(\.hex))
        #expect(await certificate["leaf"]?.string == exchange.leafHash(at: index)?.hex)
        for (key, entry) in [(keys[1], index), (keys[0], 0), (keys[0], end)] {
            await #expect(throws: ExchangeError.self) {
                _ = try await exchange.erasureCertificate(of: key, entry: entry)
            }
        }
    }

    @Test func `an entry is found by its hash, and a grant by its id`() async throws {
        let world = World()
        let (exchange, _) = try await world.market()
        let hash = try #require(await exchange.leafHash(at: 3))
        #expect(await exchange.place(of: hash) == 3)
        #expect(await exchange.place(of: .zero) == nil)
        #expect(await exchange.leafHash(at: -1) == nil)
        let grant = await exchange.state.consent.id(at: 0)
        let place = try #require(await exchange.place(of: grant))
        #expect(try await exchange.entries(at: [place]).first?.entry.kind == "grant")
        #expect(try await exchange.entries(from: 2, count: 1).first?.index == 2)
        #expect(try await exchange.entries(from: 10_000, count: 1).isEmpty)
        #expect(try await exchange.doors().allSatisfy { $0.accessKeys == 0 })
    }
}
