// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Ledger
import Market
import TestSupport
import Testing

@testable import Exchange

/// A pool whose operator says who is in it.
@Suite struct EdgeInviteTests {
    private static let club = "club"

    private func open(
        _ exchange: Exchange, _ market: EdgeMarket, as name: String = club,
        inviteOnly: Bool = true
    ) async throws {
        try await exchange.openPool(
            PoolOffer(
                name: name, title: "Club",
                tables: try await market.people[0].exchange.schemas(named: ["walks"]),
                purposes: [Purpose("dpv:ResearchAndDevelopment")!],
                basePrice: Amount(microunits: 1)!, premium: .zero, feeBasisPoints: 0,
                minimumCohort: 5, rowsPerPerson: 3, split: .equal, isEdge: true),
            inviteOnly: inviteOnly)
    }

    private func grant(_ number: UInt8, _ exchange: Exchange) async throws -> SignedGrant {
        let key = try #require(SigningKey(seed: [UInt8](repeating: number, count: 32)))
        return try World.terms().grant(
            to: Self.club, signedBy: key, of: key.id, given: await exchange.time,
            notice: Exchange.edgeNoticeDigest)
    }

    @Test func `each code lets in one, once, and whoever is in needs none`() async throws {
        let market = try await EdgeMarket(people: 1)
        let exchange = market.exchange
        try await open(exchange, market)
        let codes = try await exchange.invite(2, to: Self.club)
        #expect(Set(codes).count == 2 && codes.allSatisfy { $0.utf8.count == 32 })
        for code in [nil, "", "x", String(codes[0].dropLast())] {
            await #expect(throws: MarketError.self, "\(code ?? "none")") {
                try await exchange.join(grant(1, exchange), code: code)
            }
        }
        _ = try await exchange.join(grant(1, exchange), code: codes[0])
        await #expect(throws: MarketError.self, "a code is used up") {
            try await exchange.join(grant(2, exchange), code: codes[0])
        }
        // A grant that does not hold uses no code up.
        let forged = SignedGrant(
            try await grant(2, exchange).grant, signature: try await grant(3, exchange).signature)
        await #expect(throws: MarketError.badSignature(of: "grant")) {
            try await exchange.join(forged, code: codes[1])
        }
        _ = try await exchange.join(grant(2, exchange), code: codes[1])
        // Whoever is in changes her grant without being asked again.
        market.world.pass(1000)
        _ = try await exchange.join(grant(1, exchange))
        #expect(await exchange.state.consent.contributors(of: Self.club) == 2)
    }

    @Test func `a code is for one pool, and a pool that took everybody stays so`() async throws {
        let market = try await EdgeMarket(people: 1)
        let exchange = market.exchange
        await #expect(throws: MarketError.self) {
            try await open(exchange, market, as: World.pool)
        }
        #expect(try await !exchange.isInviteOnly(World.pool), "what failed left nothing behind")
        await #expect(throws: MarketError.self) { try await exchange.invite(1, to: World.pool) }
        await #expect(throws: MarketError.noPool(Self.club)) {
            try await exchange.invite(1, to: Self.club)
        }
        #expect(try await !exchange.isInviteOnly(World.pool))
        try await open(exchange, market, inviteOnly: false)
        _ = try await exchange.join(grant(1, exchange))
    }
}
