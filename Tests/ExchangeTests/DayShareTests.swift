// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Learn
import Ledger
import Market
import Privacy
import Study
import Testing

@testable import Exchange

/// Shares by days of data: drawn, charged, paid, verified.
@Suite struct DayShareTests {
    /// A pool that shares by days; the grant of person 5 leaves little privacy.
    private func market(_ world: World) async throws -> (Exchange, SigningKey) {
        let (exchange, buyer) = try await world.market(people: 6)
        let research = Purpose("dpv:ResearchAndDevelopment")!
        try await exchange.openPool(
            PoolOffer(
                name: "by-days", title: "By days",
                tables: try await exchange.schemas(named: ["walks"]), purposes: [research],
                basePrice: Amount(microunits: 5_000_000)!, premium: .zero, feeBasisPoints: 0,
                minimumCohort: 5, rowsPerPerson: 3, split: .days))
        try await exchange.grant(
            World.terms(), pool: "by-days", by: world.keys(of: 0..<5, at: exchange))
        try await exchange.grant(
            World.terms(limit: "0.5"), pool: "by-days", by: world.keys(of: 5..<6, at: exchange))
        return (exchange, buyer)
    }

    @Test func `drawn shares are charged, pay the next sale, and verify`() async throws {
        let world = World()
        let (exchange, buyer) = try await market(world)
        let epsilon = try #require(ExactDecimal("0.3"))
        let (epoch, people, _) = try await exchange.drawShares(of: "by-days", epsilon: epsilon)
        #expect(epoch == 1 && people == 5, "whose limit is too low is left out")
        let rho = try Exchange.response(among: DayCount.count, epsilon: epsilon).charge.units
        let register = await exchange.state.consent
        for (person, key) in world.keys(of: 0..<6, at: exchange).enumerated() {
            let pseudonym = key.pseudonym(for: Exchange.poolContext("by-days")).id
            #expect(register.budget(of: pseudonym, in: "by-days").spent == (person < 5 ? rho : 0))
        }
        // Everything she is paid stands in her statement, with the shares she had then.
        for turn in 0..<2 {
            let quote = try await exchange.quote(
                "SELECT COUNT(*) FROM by-days WHERE steps > \(turn) "
                    + "WITH PRIVACY (epsilon => 0.2, delta => 1e-6)",
                pool: "by-days", purpose: Purpose("dpv:AcademicResearch")!)
            _ = try await exchange.order(quote.quote.id, by: buyer)
            // Shares hold for four weeks; nobody is charged for another draw before.
            let again = try #require(ExactDecimal("0.1"))
            await #expect(throws: MarketError.self) {
                try await exchange.drawShares(of: "by-days", epsilon: again)
            }
            world.pass(PoolOffer.drawnEpoch)
            _ = try? await exchange.drawShares(of: "by-days", epsilon: again)
        }
        _ = try await exchange.payOut("by-days")
        for (person, key) in world.keys(of: 0..<6, at: exchange).enumerated() {
            let money = try await exchange.money(of: key)
            let lines = try await exchange.statement(of: key)
            #expect(lines.map(\.microunits).reduce(0, +) == money.everything)
            // The last one's limit covers one study only.
            #expect(lines.count { $0.code == "sale_share" } == (person < 5 ? 2 : 1))
        }
        let copy = world.folder + "/public"
        let size = try await exchange.exportPublic(to: copy)
        #expect(try Auditor(folder: copy).verify().checkpoint.size == size)
    }

    @Test func `no pool answers for a handful of people`() async throws {
        let world = World()
        let (exchange, _) = try await world.market()
        for (minimum, isTaken) in [(2, false), (3, false), (4, false), (5, true)] {
            let offer = try PoolOffer(
                name: "few-\(minimum)", title: "",
                tables: try await exchange.schemas(named: ["walks"]),
                purposes: [Purpose("dpv:ResearchAndDevelopment")!], basePrice: .zero,
                premium: .zero, feeBasisPoints: 0, minimumCohort: minimum, rowsPerPerson: 1,
                split: .equal)
            do {
                try await exchange.openPool(offer)
                #expect(isTaken)
            } catch is ExchangeError {
                #expect(!isTaken)
            }
        }
    }

    @Test func `what is drawn is what a pool takes`() {
        #expect(UInt64(DayCount.count) == PoolOffer.mostDrawnShares)
        #expect(UInt64(Information.count) == PoolOffer.mostDrawnShares)
    }

    @Test func `a rule is kept to`() async throws {
        let world = World()
        let (exchange, _) = try await market(world)
        let epsilon = try #require(ExactDecimal("0.1"))
        await #expect(throws: ExchangeError.self) {
            try await exchange.drawShares(of: World.pool, epsilon: epsilon)
        }
        let key = world.keys(of: 0..<1, at: exchange)[0]
        await #expect(throws: ExchangeError.self) {
            try await exchange.setShares(of: "by-days", to: [(key, 3)])
        }
        await #expect(throws: (any Error).self) {
            try await exchange.drawShares(of: "none", epsilon: epsilon)
        }
        // Nobody's limit per study covers this.
        await #expect(throws: ExchangeError.self) {
            try await exchange.drawShares(of: "by-days", epsilon: #require(ExactDecimal("15")))
        }
    }
}
