// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Foundation
import Identity
import Intake
import Learn
import Ledger
import Market
import Privacy
import Query
import Synchronization
import TestSupport
import Testing

@testable import Exchange

/// Shares by value: measured by a private model, drawn, charged, paid; cheats are suspended, and can appeal.
@Suite struct ValueShareTests {
    static let asked =
        "CREATE MODEL worth FROM steps PREDICT tired WITH PRIVACY (epsilon => 8.0, delta => 1e-6)"

    /// Contributors who are tired when they walked far; 90 who are honest, and then one who gives 7's rows again, and
    /// one who says the opposite.
    private func market(_ world: World) async throws -> (exchange: Exchange, buyer: SigningKey) {
        let exchange = try await Exchange.create(
            in: world.home, name: "test", surroundings: world.surroundings)
        let honest = (0..<90).flatMap { person in
            (0..<15).map { day in Self.row(person, day, as: person) }
        }
        let cheats = (0..<15).flatMap { day in
            [Self.row(7, day, as: 90), Self.row(91, day, as: 91, turned: true)]
        }
        for (name, rows) in [("honest", honest), ("cheats", cheats)] {
            let path = world.folder + "/\(name).csv"
            let text = "who,day,steps,tired\n" + rows.joined()
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            _ = try await exchange.importFile(
                path, owner: .custody(prefix: "club"),
                options: IntakeOptions(mapping: try Mapping(parsing: Array(Self.mapping.utf8))))
        }
        try await exchange.openPool(
            PoolOffer(
                name: World.pool, title: "Steps",
                tables: try await exchange.schemas(named: ["walks"]),
                purposes: [Purpose("dpv:ResearchAndDevelopment")!],
                basePrice: Amount(microunits: 5_000_000)!, premium: .zero, feeBasisPoints: 0,
                minimumCohort: 20, rowsPerPerson: 15, split: .value))
        var terms = try World.terms()
        (terms.privacyPerStudy, terms.privacyLimit) = (150 << 40, 200 << 40)
        try await exchange.grant(terms, pool: World.pool, by: keys(0..<92, at: exchange))
        _ = try await exchange.createParty(named: "buyer")
        let buyer = try await exchange.key(of: "buyer")
        try await exchange.deposit(
            Amount(microunits: 1_000_000_000)!, to: buyer.id, reference: "test")
        try await exchange.seal()
        return (exchange, buyer)
    }

    private static let mapping = """
        {"table": "walks", "person": "who", "columns": [
          {"source": "day", "name": "day", "kind": "date"},
          {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "20000"]},
          {"source": "tired", "name": "tired", "kind": "category", "categories": ["no", "yes"]}],
         "key": ["day"]}
        """

    private static func row(
        _ person: Int, _ day: Int, as name: Int, turned: Bool = false
    ) -> String {
        // Nobody's days follow another's.
        let mixed = UInt64(person * 100 + day + 1) &* 0x9e37_79b9_7f4a_7c15
        let again = (mixed ^ (mixed >> 29)) &* 0xbf58_476d_1ce4_e5b9
        let steps = Int(again >> 32) % 20_000
        let date = day < 9 ? "0\(day + 1)" : "\(day + 1)"
        let tired = (steps > 9000) != turned
        return "person-\(name),2025-03-\(date),\(steps),\(tired ? "yes" : "no")\n"
    }

    private func keys(_ people: Range<Int>, at exchange: Exchange) -> [SigningKey] {
        exchange.custodyKeys(prefix: "club", labels: people.map { "person-\($0)" })
    }

    private func epsilon(_ text: String = "4") throws -> ExactDecimal {
        try #require(ExactDecimal(text))
    }

    private func sell(_ exchange: Exchange, _ buyer: SigningKey, over: Int = 0) async throws {
        let quote = try await exchange.quote(
            "SELECT COUNT(*) FROM steps WHERE steps > \(over) "
                + "WITH PRIVACY (epsilon => 0.2, delta => 1e-6)")
        _ = try await exchange.order(quote.quote.id, by: buyer)
    }

    @Test func `a question asked again is told again until its pool reads others`() async throws {
        let world = World()
        let (exchange, buyer) = try await market(world)
        try await exchange.openPool(
            PoolOffer(
                name: "beside", title: "Steps",
                tables: try await exchange.schemas(named: ["walks"]),
                purposes: [Purpose("dpv:ResearchAndDevelopment")!],
                basePrice: Amount(microunits: 5_000_000)!, premium: .zero, feeBasisPoints: 0,
                minimumCohort: 20, rowsPerPerson: 15, split: .equal))
        try await exchange.grant(
            World.terms(), pool: "beside", by: keys(0..<40, at: exchange))
        func asked(_ pool: String = World.pool) async throws -> Digest {
            let quote = try await exchange.quote(
                "SELECT COUNT(*) FROM \(pool) WITH PRIVACY (epsilon => 0.2, delta => 1e-6)",
                pool: pool, purpose: World.purpose)
            return try await exchange.order(quote.quote.id, by: buyer).order.id
        }
        func pseudonym(_ person: Int) -> PartyID {
            keys(person..<person + 1, at: exchange)[0]
                .pseudonym(for: Exchange.poolContext(World.pool)).id
        }
        let beside = try await asked("beside")
        var last = try await asked()
        #expect(try await asked() == last)
        /// Whether the pool's question is another one after something, while that of the pool beside is not.
        func isAnother() async throws -> Bool {
            #expect(try await asked("beside") == beside)
            let before = last
            last = try await asked()
            return last != before
        }
        _ = try await exchange.valueShares(of: World.pool, by: Self.asked, epsilon: epsilon())
        #expect(try await isAnother())
        try await exchange.suspend(pseudonym(5), in: World.pool, because: "a word with her first")
        #expect(try await isAnother())
        try await exchange.settleSuspension(of: pseudonym(5), in: World.pool, lifting: true)
        #expect(try await isAnother())
        // Upheld, a suspension stays what it was.
        try await exchange.appeal(keys(90..<91, at: exchange)[0], in: World.pool)
        try await exchange.settleSuspension(of: pseudonym(90), in: World.pool, lifting: false)
        #expect(try await !isAnother())
    }

    @Test func `shares follow worth, and whoever copies or contradicts earns nothing`() async throws
    {
        let world = World()
        let (exchange, buyer) = try await market(world)
        let valued = try await exchange.valueShares(
            of: World.pool, by: Self.asked, epsilon: epsilon())
        #expect(valued.epoch == 1 && valued.people == 92)
        let cheats = keys(90..<92, at: exchange).map {
            $0.pseudonym(for: Exchange.poolContext(World.pool)).id
        }
        #expect(valued.suspended.map(\.party) == cheats)
        #expect(valued.suspended.map(\.code) == [.copied, .contradicting])
        // Everybody who was read was charged for the model and the band.
        let state = await exchange.state
        for key in keys(0..<92, at: exchange) {
            let party = key.pseudonym(for: Exchange.poolContext(World.pool)).id
            #expect(state.consent.budget(of: party, in: World.pool).spent == valued.rho)
        }
        let compiled = try CompiledModel(Self.asked, pool: await exchange.queryPool(World.pool).0)
        let response = try RandomizedResponse(options: 4, epsilon: epsilon())
        #expect(valued.rho == compiled.cost.units + response.charge.units)
        // The next sale pays the honest by their shares, and the cheats nothing.
        try await sell(exchange, buyer)
        var sum: Int64 = 0
        for (person, key) in keys(0..<92, at: exchange).enumerated() {
            let money = try await exchange.money(of: key).everything
            #expect((money > 0) == (person < 90), "person \(person) got \(money)")
            sum += money
        }
        #expect((4_999_900...5_000_000).contains(sum), "all but fractions: \(sum)")
        let copy = world.folder + "/public"
        let size = try await exchange.exportPublic(to: copy)
        #expect(try Auditor(folder: copy).verify().checkpoint.size == size)
    }

    @Test
    func `whoever comes with a copy after a valuation earns nothing, before the next nor after`()
        async throws
    {
        let world = World()
        let (exchange, buyer) = try await market(world)
        let first = try await exchange.valueShares(
            of: World.pool, by: Self.asked, epsilon: epsilon())
        let late =
            (0..<15).map { Self.row(8, $0, as: 92) } + (0..<15).map { Self.row(93, $0, as: 93) }
        let path = world.folder + "/late.csv"
        try Data(("who,day,steps,tired\n" + late.joined()).utf8).write(
            to: URL(fileURLWithPath: path))
        _ = try await exchange.importFile(
            path, owner: .custody(prefix: "club"),
            options: IntakeOptions(mapping: try Mapping(parsing: Array(Self.mapping.utf8))))
        let (all, newcomers) = (keys(0..<94, at: exchange), keys(92..<94, at: exchange))
        var terms = try World.terms()
        (terms.privacyPerStudy, terms.privacyLimit) = (150 << 40, 400 << 40)
        try await exchange.grant(terms, pool: World.pool, by: newcomers)
        try await sell(exchange, buyer)
        for key in newcomers {
            #expect(try await exchange.money(of: key).everything == 0)
            #expect(await exchange.uses(of: key).map(\.denial) == [.notValued])
        }
        world.pass(PoolOffer.drawnEpoch)
        // Whose rows were copied gives no more privacy, which the copy does not gain by.
        let original = keys(8..<9, at: exchange)[0]
        try await exchange.grant(
            terms, pool: World.pool, by: all.filter { $0.id != original.id })
        terms.privacyLimit = first.rho
        try await exchange.grant(terms, pool: World.pool, by: [original])
        let valued = try await exchange.valueShares(
            of: World.pool, by: Self.asked, epsilon: epsilon())
        #expect(valued.people == 91, "without the two who are suspended already, and 8")
        #expect(valued.waiting == 1)
        let copy = newcomers[0].pseudonym(for: Exchange.poolContext(World.pool)).id
        #expect(valued.suspended.map(\.party) == [copy])
        try await sell(exchange, buyer, over: 1)
        #expect(try await exchange.money(of: newcomers[0]).everything == 0)
        #expect(try await exchange.money(of: newcomers[1]).everything > 0, "she is honest")
    }

    @Test func `everybody can work out her own worth, and nearly all shares are its band`()
        async throws
    {
        let world = World()
        let (exchange, _) = try await market(world)
        let early = try await exchange.worth(of: keys(0..<1, at: exchange)[0], in: World.pool)
        #expect(early == nil, "nothing was valued yet")
        _ = try await exchange.valueShares(
            of: World.pool, by: Self.asked, epsilon: epsilon("16"))
        let register = await exchange.state.pools[World.pool]!.register
        for key in keys(0..<92, at: exchange) {
            let worth = try #require(try await exchange.worth(of: key, in: World.pool))
            let party = key.pseudonym(for: Exchange.poolContext(World.pool)).id
            #expect(register.shares(of: Accounts.party(party)) == UInt64(worth.band))
        }
        let turned = try await exchange.worth(of: keys(91..<92, at: exchange)[0], in: World.pool)
        #expect(turned?.bits.hasPrefix("-") == true && turned?.rows == 15)
        // The model is public, and the same as in the answer to the operator.
        let model = try #require(await exchange.state.pools[World.pool]?.valued)
        let entry = try await exchange.lastEntries(200).first { $0.index == model.index }
        #expect(entry?.entry.kind == "pool.value")
    }

    @Test func `an appeal is decided, and a lifted suspension pays again`() async throws {
        let world = World()
        let (exchange, buyer) = try await market(world)
        _ = try await exchange.valueShares(of: World.pool, by: Self.asked, epsilon: epsilon())
        let copy = keys(90..<91, at: exchange)[0]
        let pseudonym = copy.pseudonym(for: Exchange.poolContext(World.pool)).id
        #expect(await exchange.suspension(of: copy, in: World.pool)?.code == .copied)
        try await sell(exchange, buyer)
        let uses = await exchange.uses(of: copy)
        #expect(uses.last?.denial == .suspended, "her feed says why she was not read")
        try await exchange.appeal(copy, in: World.pool)
        try await exchange.settleSuspension(of: pseudonym, in: World.pool, lifting: true)
        try await sell(exchange, buyer, over: 1)
        #expect(try await exchange.money(of: copy).everything > 0)
        try await exchange.suspend(pseudonym, in: World.pool, because: "made-up rows")
        await #expect(throws: MarketError.self) {
            try await exchange.suspend(pseudonym, in: World.pool, because: "made-up rows")
        }
        await #expect(throws: MarketError.self, "the first was never suspended") {
            try await exchange.appeal(keys(0..<1, at: exchange)[0], in: World.pool)
        }
    }

    @Test func `what cannot be measured by is refused before anything is read`() async throws {
        let world = World()
        let (exchange, _) = try await market(world)
        let before = await exchange.head
        for question in [
            "SELECT COUNT(*) FROM steps WITH PRIVACY (epsilon => 1.0, delta => 1e-6)",
            Self.asked.replacing("WITH", with: "USING (quality => off) WITH"),
            Self.asked.replacing("steps", with: "other"),
            Self.asked.replacing("tired", with: "nothing"),
        ] {
            await #expect(throws: (any Error).self, "\(question)") {
                try await exchange.valueShares(
                    of: World.pool, by: question, epsilon: epsilon())
            }
        }
        await #expect(throws: ExchangeError.self) {
            try await exchange.valueShares(
                of: World.pool, by: Self.asked, epsilon: epsilon("17"))
        }
        #expect(await exchange.head.log.size == before.log.size)
        // Shares hold for four weeks; nobody is charged for another valuation before.
        _ = try await exchange.valueShares(of: World.pool, by: Self.asked, epsilon: epsilon())
        await #expect(throws: MarketError.self) {
            try await exchange.valueShares(of: World.pool, by: Self.asked, epsilon: epsilon())
        }
    }

    @Test func `a valuation that cannot be recorded lets nothing out and charges nobody`()
        async throws
    {
        let world = World()
        let (exchange, _) = try await market(world)
        let key = keys(3..<4, at: exchange)[0]
        world.meanwhile.withLock {
            $0 = { _ = try? await exchange.withdraw(key, from: World.pool) }
        }
        let refused = await #expect(throws: ExchangeError.self) {
            try await exchange.valueShares(of: World.pool, by: Self.asked, epsilon: epsilon())
        }
        #expect(refused.map { "\($0)".contains("somebody withdrew") } == true)
        let state = await exchange.state
        #expect(state.pools[World.pool]?.epoch == 0)
        let other = keys(4..<5, at: exchange)[0]
            .pseudonym(for: Exchange.poolContext(World.pool)).id
        #expect(state.consent.budget(of: other, in: World.pool).spent == 0)
    }
}
