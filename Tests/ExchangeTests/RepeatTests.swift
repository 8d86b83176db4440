// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Exchange
import Identity
import Ledger
import Market
import Query
import Testing

/// The same question of the same data has the same answer, and costs nobody anything.
@Suite struct RepeatTests {
    private static let noise = " WITH PRIVACY (epsilon => 1.0, delta => 1e-6)"
    private static let asked =
        "SELECT COUNT(*), SUM(steps) FROM steps WHERE steps > 5 AND steps < 40000" + noise

    @Test(arguments: [
        asked,
        "select count(*) , sum(steps)\n from steps -- again\n where steps > 5 and steps < 40000"
            + noise,
        "SELECT COUNT(*), SUM(steps) FROM steps WHERE steps < 40000 AND steps > 5" + noise,
        "SELECT COUNT(*) AS n, SUM(steps) AS total FROM steps WHERE steps > 5 AND steps < 40000"
            + noise,
        "SELECT SUM(steps), COUNT(*) FROM steps WHERE steps > 5 AND steps < 40000" + noise,
    ])
    func `another spelling of a question gets the answer that it had`(sql: String) async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let first = try await exchange.order(
            exchange.quote(RepeatTests.asked).quote.id, by: buyer)
        let money = try await exchange.money(of: buyer).available
        let spent = await exchange.spent(world.keys(of: 0..<1, at: exchange)[0])
        let entries = try await exchange.lastEntries(10_000).count
        let again = try await exchange.order(exchange.quote(sql).quote.id, by: buyer)
        #expect(again.order.id == first.order.id)
        #expect(
            Set(again.table.rows[0].map(\.text)) == Set(first.table.rows[0].map(\.text)))
        #expect(try await exchange.money(of: buyer).available == money)
        #expect(await exchange.spent(world.keys(of: 0..<1, at: exchange)[0]) == spent)
        #expect(try await exchange.lastEntries(10_000).count == entries, "nothing is recorded")
    }

    @Test func `what it shows may be something else made of the same numbers`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let first = try await exchange.order(
            exchange.quote(RepeatTests.asked).quote.id, by: buyer)
        let sql = RepeatTests.asked.replacing(
            "COUNT(*), SUM(steps)", with: "SUM(steps) / COUNT(*) AS mean, COUNT(*) + SUM(steps)")
        let again = try await exchange.order(exchange.quote(sql).quote.id, by: buyer)
        #expect(again.order.id == first.order.id)
        #expect(again.table.columns == ["mean", "count(*) + sum(steps)"])
        #expect(again.receipt != first.receipt)
        #expect(again.receipt["repeats"]?.string == first.order.id.hex)
    }

    @Test
    func `another pool over the same table is another question, with its own people and price`()
        async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market()
        for name in ["dear", "empty"] {
            try await exchange.openPool(
                PoolOffer(
                    name: name, title: name, tables: try await exchange.schemas(named: ["walks"]),
                    purposes: [Purpose("dpv:ResearchAndDevelopment")!],
                    basePrice: Amount(microunits: 70_000_000)!, premium: .zero,
                    feeBasisPoints: 0, minimumCohort: 5, rowsPerPerson: 3, split: .equal))
        }
        let people = world.keys(of: 0..<6, at: exchange)
        try await exchange.grant(World.terms(), pool: "dear", by: people)
        func ask(_ pool: String) async throws -> AnsweredOrder {
            let priced = try await exchange.quote(
                RepeatTests.asked.replacing("FROM steps", with: "FROM \(pool)"), pool: pool,
                purpose: Purpose("dpv:AcademicResearch")!)
            return try await exchange.order(priced.quote.id, by: buyer)
        }
        let first = try await ask("steps")
        let money = try await exchange.money(of: buyer).available
        let second = try await ask("dear")
        #expect(second.order.quote.quote.pool == "dear" && second.order.id != first.order.id)
        #expect(try await exchange.money(of: buyer).available == money - 70_000_000)
        // Nobody allowed it there: not even an answer that is known elsewhere is given.
        await #expect(throws: MarketError.cohortTooSmall) { _ = try await ask("empty") }
        #expect(try await exchange.money(of: buyer).available == money - 70_000_000)
        #expect(try await ask("steps").order.id == first.order.id, "each repeats its own")
        #expect(try await ask("dear").order.id == second.order.id)
    }

    @Test func `a budget that the question used up does not make it another one`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market(limit: "1.1")
        let first = try await exchange.order(exchange.quote().quote.id, by: buyer)
        let again = try await exchange.order(exchange.quote().quote.id, by: buyer)
        #expect(again.table == first.table)
        await #expect(throws: MarketError.self) {
            _ = try await exchange.order(exchange.quote(3).quote.id, by: buyer)
        }
    }

    @Test
    func `new rows, a withdrawal, another purpose and another buyer make it another question`()
        async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market(people: 8)
        var orders: Set<Digest> = []
        func ask(_ key: SigningKey, _ purpose: String = "dpv:AcademicResearch") async throws {
            let quote = try await exchange.quote(
                World.question, pool: World.pool, purpose: .init(purpose)!)
            orders.insert(try await exchange.order(quote.quote.id, by: key).order.id)
        }
        try await ask(buyer)
        try await ask(buyer)
        #expect(orders.count == 1)
        try await ask(buyer, "dpv:ResearchAndDevelopment")
        #expect(orders.count == 2)
        _ = try await exchange.createParty(named: "other")
        let other = try await exchange.key(of: "other")
        try await exchange.deposit(
            Amount(microunits: 1_000_000_000)!, to: other.id, reference: "other")
        try await ask(other)
        #expect(orders.count == 3)
        _ = try await exchange.withdraw(world.keys(of: 7..<8, at: exchange)[0], from: World.pool)
        try await ask(buyer)
        #expect(orders.count == 4)
        _ = try await exchange.importFile(
            world.file(people: 0..<1, named: "more.csv", from: 4),
            owner: .custody(prefix: "club"), options: world.options)
        try await ask(buyer)
        #expect(orders.count == 5)
    }

    @Test func `the answer is still known after the exchange was opened again`() async throws {
        let world = World()
        let first: AnsweredOrder
        let buyer: SigningKey
        do {
            let exchange: Exchange
            (exchange, buyer) = try await world.market()
            first = try await exchange.order(exchange.quote().quote.id, by: buyer)
            try await exchange.seal()
        }
        let opened = try await world.open()
        let again = try await opened.order(opened.quote().quote.id, by: buyer)
        #expect(again.table == first.table && again.order.id == first.order.id)
    }
}
