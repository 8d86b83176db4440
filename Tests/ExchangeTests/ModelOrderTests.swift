// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Foundation
import Identity
import Intake
import Learn
import Ledger
import Market
import Query
import TestSupport
import Testing

@testable import Exchange
@testable import Storage

/// Models, from CREATE MODEL to the receipt with the passport.
@Suite struct ModelOrderTests {
    static let asked =
        "CREATE MODEL walker FROM steps PREDICT tired WITH PRIVACY (epsilon => 1.0, delta => 1e-6)"

    /// An exchange of people who are tired when they walked far, and a buyer.
    static func market(
        _ world: World, people: Int = 60, stale: PoolOffer.StaleRule = .mark
    ) async throws -> (exchange: Exchange, buyer: SigningKey) {
        var text = "who,day,steps,weather,tired\n"
        for person in 0..<people {
            for day in 1...3 {
                let steps = (person * 7919 + day * 4001) % 20_000
                text +=
                    "person-\(person),2025-03-0\(day),\(steps),\(day == 2 ? "rain" : "sun"),"
                    + "\(steps > 9000 ? "yes" : "no")\n"
            }
        }
        let path = world.folder + "/walks.csv"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let mapping = """
            {"table": "walks", "person": "who", "columns": [
              {"source": "day", "name": "day", "kind": "date"},
              {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "20000"]},
              {"source": "weather", "name": "weather", "kind": "category", "categories": ["sun", "rain"]},
              {"source": "tired", "name": "tired", "kind": "category", "categories": ["no", "yes"]}],
             "key": ["day"]}
            """
        let exchange = try await Exchange.create(
            in: world.home, name: "test", surroundings: world.surroundings)
        _ = try await exchange.importFile(
            path, owner: .custody(prefix: "club"),
            options: IntakeOptions(mapping: try Mapping(parsing: Array(mapping.utf8))))
        try await exchange.openPool(
            PoolOffer(
                name: World.pool, title: "Steps",
                tables: try await exchange.schemas(named: ["walks"]),
                purposes: [Purpose("dpv:ResearchAndDevelopment")!],
                basePrice: Amount(microunits: 5_000_001)!, premium: Amount(microunits: 70_000)!,
                feeBasisPoints: 500, minimumCohort: 5, rowsPerPerson: 3, split: .equal,
                stale: stale))
        let keys = exchange.custodyKeys(
            prefix: "club", labels: (0..<people).map { "person-\($0)" })
        try await exchange.grant(World.terms(limit: "30"), pool: World.pool, by: keys)
        _ = try await exchange.createParty(named: "buyer")
        let buyer = try await exchange.key(of: "buyer")
        try await exchange.deposit(
            Amount(microunits: 1_000_000_000)!, to: buyer.id, reference: "test")
        try await exchange.seal()
        return (exchange, buyer)
    }

    @Test func `a model is sold, paid for by all rounds at once, and its passport says what of`()
        async throws
    {
        let world = World()
        let (exchange, buyer) = try await ModelOrderTests.market(world)
        let priced = try await exchange.quote(ModelOrderTests.asked)
        #expect(priced.quote.quote.answers == [.model])
        #expect(priced.notes.contains { $0.contains("rounds") })
        let before = await exchange.state
        let answer = try await exchange.order(priced.quote.id, by: buyer)
        let state = await exchange.state
        // Everybody was charged what the quote said, once.
        let places = try #require(state.orders[answer.order.id]?.cohort.places)
        #expect(places.count == 60)
        for place in places {
            let party = state.consent.party(at: place)
            let (now, then) = (
                state.consent.budget(of: party, in: World.pool).spent,
                before.consent.budget(of: party, in: World.pool).spent
            )
            #expect(now - then == priced.quote.quote.rho)
        }
        #expect(await exchange.isSettled)
        // The model is there, knows its features, and is none of anybody's rows.
        let json = try #require(answer.receipt["answer"]?["model"])
        let model = try Model(json: json)
        #expect(model.order == ["steps", "weather"])
        #expect(model.name == "walker")
        let passport = try #require(answer.receipt["passport"])
        #expect(passport["epsilon"] == "1" && passport["cohort"] == "20+")
        #expect(passport["grants"]?.string == state.consent.root(of: places).hex)
        let words = try Receipts.check(
            answer.receipt.signable(), expecting: await exchange.nodeID
        ).words
        #expect(words.contains("a model of steps"))
    }

    @Test func `a passport of another model, or a changed one, does not hold`() async throws {
        let world = World()
        let (exchange, buyer) = try await ModelOrderTests.market(world)
        let answer = try await exchange.order(
            exchange.quote(ModelOrderTests.asked).quote.id, by: buyer)
        let node = exchange.node
        let second = try await exchange.order(
            exchange.quote(ModelOrderTests.asked.replacing("1.0", with: "0.9")).quote.id, by: buyer)
        guard case .object(var members) = answer.receipt else {
            Issue.record("a receipt is an object")
            return
        }
        members["proof"] = nil
        guard case .object(var flattering) = answer.receipt["passport"] else {
            Issue.record("a passport is an object")
            return
        }
        (flattering["proof"], flattering["epsilon"]) = (nil, "0.1")
        let cheaper = try DataIntegrity.sign(
            .object(flattering), by: node, created: Timestamp(milliseconds: 0))
        for passport in [
            second.receipt["passport"], JSON.object(["type": "DividendModelPassport"]), cheaper,
        ] {
            members["passport"] = passport
            let forged = try DataIntegrity.sign(
                .object(members), by: node, created: Timestamp(milliseconds: 0))
            #expect(throws: (any Error).self) {
                try Receipts.check(forged.signable(), expecting: node.id)
            }
        }
    }

    @Test func `a passport that tells of trainings that there were none of does not hold`()
        async throws
    {
        let world = World()
        let (exchange, buyer) = try await ModelOrderTests.market(world)
        let answer = try await exchange.order(
            exchange.quote(ModelOrderTests.asked).quote.id, by: buyer)
        let state = await exchange.state
        let order = try #require(state.orders[answer.order.id])
        let passport = try #require(answer.receipt["passport"])
        #expect(ModelPassport.saysTrainings(passport, of: order, in: state))
        for (member, value) in [
            ("trainings", 7), ("people", "100+"), ("continues", .string(Digest(of: [1]).hex)),
        ] as [(String, JSON)] {
            let forged = try Self.signed(passport, by: exchange.node) { $0[member] = value }
            #expect(!ModelPassport.saysTrainings(forged, of: order, in: state))
            let receipt = try Self.signed(answer.receipt, by: exchange.node) {
                $0["passport"] = forged
            }
            for journal in [nil, state] {
                #expect(throws: ExchangeError.self, "\(member)") {
                    try Receipts.check(
                        receipt.signable(), expecting: exchange.node.id, in: journal)
                }
            }
        }
    }

    /// A document with something changed, signed anew.
    static func signed(
        _ document: JSON, by key: SigningKey, changing: (inout [String: JSON]) -> Void
    ) throws -> JSON {
        guard case .object(var members) = document else { return document }
        members["proof"] = nil
        changing(&members)
        return try DataIntegrity.sign(
            .object(members), by: key, created: Timestamp(milliseconds: 0))
    }

    @Test func `asked again it is the same model, and costs nothing`() async throws {
        let world = World()
        let (exchange, buyer) = try await ModelOrderTests.market(world)
        let first = try await exchange.order(
            exchange.quote(ModelOrderTests.asked).quote.id, by: buyer)
        let paid = await exchange.state.books.balance(of: Accounts.party(buyer.id))
        let renamed = ModelOrderTests.asked.replacing("walker", with: "other")
        let again = try await exchange.order(exchange.quote(renamed).quote.id, by: buyer)
        #expect(again.receipt["answer"] == first.receipt["answer"])
        #expect(await exchange.state.books.balance(of: Accounts.party(buyer.id)) == paid)
    }

    @Test func `an exchange opened again has the same state, and an auditor agrees`() async throws {
        let world = World()
        do {
            let (exchange, buyer) = try await ModelOrderTests.market(world)
            _ = try await exchange.order(
                exchange.quote(ModelOrderTests.asked).quote.id, by: buyer)
            try await exchange.seal()
        }
        let exchange = try await world.open()
        let copy = world.folder + "/public"
        try await exchange.exportPublic(to: copy)
        let audited = try Auditor(folder: copy).verify().replay.head.state
        #expect(audited.orders.all.allSatisfy { $0.record.stage == .done })
        let buyer = try await exchange.key(of: "buyer")
        let order = try #require(audited.orders.all.first?.record.order)
        let receipt = try await exchange.order(order.id, by: buyer).receipt
        let words = try Receipts.check(receipt.signable(), expecting: nil, in: audited).words
        #expect(words.contains("both as the journal has them"))
        let other = World(seed: 2)
        let (stranger, _) = try await ModelOrderTests.market(other)
        let early = await stranger.state
        #expect(throws: (any Error).self) {
            try Receipts.check(receipt.signable(), expecting: nil, in: early)
        }
        // What the model says of anybody is in no public byte.
        #expect(world.files(below: copy, holding: Array("DividendModel".utf8)).isEmpty)
    }

    @Test func `a model is stale when somebody whose rows made it withdraws`() async throws {
        let world = World()
        let (exchange, buyer) = try await ModelOrderTests.market(world)
        let answer = try await exchange.order(
            exchange.quote(ModelOrderTests.asked).quote.id, by: buyer)
        func words() async throws -> String {
            try Receipts.check(
                answer.receipt.signable(), expecting: nil, in: await exchange.state
            ).words
        }
        #expect(try await words().contains("nobody of its people has withdrawn since"))
        let keys = exchange.custodyKeys(prefix: "club", labels: ["person-3", "person-4"])
        for key in keys { _ = try await exchange.withdraw(key, from: World.pool) }
        #expect(try await words().contains("stale: 2 of its 60 people have withdrawn since"))
        // Who comes back allows studies again; the clock has to move for a grant to be newer.
        world.pass(1000)
        try await exchange.grant(World.terms(limit: "30"), pool: World.pool, by: keys)
        #expect(try await words().contains("nobody of its people has withdrawn since"))
    }

    @Test func `people who do not exist train a model for nothing`() async throws {
        let world = World()
        let (exchange, _) = try await ModelOrderTests.market(world)
        let entries = await exchange.state.orders.all.count
        let table = try await exchange.mock(ModelOrderTests.asked, pool: World.pool, people: 500)
        #expect(table.columns == ["feature", "weight"])
        #expect(table.rows.contains { $0[0].text == "weather = rain" })
        #expect(await exchange.state.orders.all.count == entries)
        let lines = try await exchange.explain(ModelOrderTests.asked, pool: World.pool).lines
        #expect(lines.contains { $0.subject == "round" })
        #expect(lines.contains { $0.subject == "cost" })
    }
}
