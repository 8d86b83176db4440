// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Learn
import Ledger
import Market
import Query
import TestSupport
import Testing

@testable import Exchange

/// Models that a buyer has: in her questions, by their names, and let to others.
@Suite struct ModelUseTests {
    private let asked = ModelOrderTests.asked

    /// An exchange with a model of the buyer's, and somebody who would rent it.
    private func market(
        _ world: World, stale: PoolOffer.StaleRule = .mark
    ) async throws -> (exchange: Exchange, buyer: SigningKey, renter: SigningKey) {
        let (exchange, buyer) = try await ModelOrderTests.market(world, stale: stale)
        _ = try await exchange.order(exchange.quote(asked).quote.id, by: buyer)
        _ = try await exchange.createParty(named: "renter")
        let renter = try await exchange.key(of: "renter")
        try await exchange.deposit(Amount(microunits: 50_000_000)!, to: renter.id, reference: "r")
        return (exchange, buyer, renter)
    }

    private let rows = [
        ["steps": "15000", "weather": "sun"], ["steps": "100", "weather": "rain"],
        ["steps": "NULL", "weather": "sun"],
    ]

    @Test func `a question predicts with a model of the buyer's, and is as private as any`()
        async throws
    {
        let world = World()
        let (exchange, buyer, _) = try await market(world)
        let sql =
            "SELECT AVG(PREDICT(walker)), COUNT(*) FROM steps WITH PRIVACY (epsilon => 1.5, delta => 1e-6)"
        #expect(ModelRequest.names(in: sql) == ["walker"])
        let models = try await exchange.models(calledBy: sql, of: buyer)
        let priced = try await exchange.quote(
            sql, pool: World.pool, purpose: World.purpose,
            bringing: try BroughtModels(models, for: sql))
        #expect(priced.quote.quote.rho > 0)
        let answer = try await exchange.order(priced.quote.id, by: buyer)
        let mean = try #require(Double(answer.table.rows[0][0].text))
        #expect((0.2...0.8).contains(mean), "half of the rows are of tired people")
        // What is kept for the buyer holds the model, so that the question can be asked anew.
        let placed = try #require(
            await exchange.orders(of: buyer).last { $0.id == answer.order.id })
        let kept = try JSON(parsing: await exchange.openedQuestion(placed, by: buyer))["value"]
        #expect(kept?["models"]?.array?.count == 1)
        // Without the model the question has no meaning.
        await #expect(throws: QueryError.self) {
            try await exchange.quote(sql, pool: World.pool, purpose: World.purpose)
        }
    }

    @Test func `a model is described, made anew, and dropped by its name`() async throws {
        let world = World()
        let (exchange, buyer, renter) = try await market(world)
        let owned = try await exchange.model(named: "walker", of: buyer)
        #expect(owned.sql == asked && !owned.isStale && owned.people == 60)
        #expect(owned.passport["type"] == "DividendModelPassport")
        await #expect(throws: ExchangeError.self, "it is not the renter's") {
            try await exchange.model(named: "walker", of: renter)
        }
        let gone = exchange.custodyKeys(prefix: "club", labels: ["person-3"])
        _ = try await exchange.withdraw(gone[0], from: World.pool)
        #expect(try await exchange.model(named: "walker", of: buyer).isStale)
        // Asked anew it is another model, of those who are left, under the same name.
        let second = try await exchange.order(exchange.quote(owned.sql).quote.id, by: buyer)
        let now = try await exchange.model(named: "walker", of: buyer)
        #expect(now.order.id == second.order.id && !now.isStale && now.people == 59)
        #expect(try await exchange.models(of: buyer).count == 2)
        // Let beside the first one it is the one that its name is for; either has its order's.
        let terms = try Rental.Terms(price: Amount(microunits: 1000)!, ownerBasisPoints: 0)
        _ = try await exchange.rent(model: owned.order.id.hex, on: terms, by: buyer)
        _ = try await exchange.rent(model: "walker", on: terms, by: buyer)
        #expect(await exchange.letModels.count == 2)
        #expect(try await exchange.letOrder(named: "walker") == second.order.id)
        #expect(try await exchange.letOrder(named: owned.order.id.hex) == owned.order.id)
        // Also where the older one was let last; whoever lets one no more means the same.
        _ = try await exchange.rent(model: "walker", on: nil, by: buyer)
        _ = try await exchange.rent(model: "walker", on: nil, by: buyer)
        _ = try await exchange.rent(model: "walker", on: terms, by: buyer)
        _ = try await exchange.rent(model: owned.order.id.hex, on: terms, by: buyer)
        #expect(try await exchange.letOrder(named: "walker") == second.order.id)
        // Whoever lets one no more means the newest that is let.
        #expect(
            try await exchange.rent(model: "walker", on: nil, by: buyer).order.id == second.order.id
        )
        #expect(
            try await exchange.rent(model: "walker", on: nil, by: buyer).order.id == owned.order.id)
        await #expect(throws: MarketError.self) {
            try await exchange.rent(model: "walker", on: nil, by: buyer)
        }
        _ = try await exchange.rent(model: owned.order.id.hex, on: terms, by: buyer)
        #expect(try await exchange.dropModel(named: "walker", by: buyer) == (2, 1))
        #expect(try await exchange.models(of: buyer).isEmpty)
        await #expect(throws: ExchangeError.self) {
            try await exchange.dropModel(named: "walker", by: buyer)
        }
        // What was bought stays bought.
        #expect(try await exchange.orders(of: buyer).count == 2)
    }

    @Test func `a model is let: the renter pays the people again, and sees predictions only`()
        async throws
    {
        let world = World()
        let (exchange, buyer, renter) = try await market(world)
        let terms = try Rental.Terms(
            price: Amount(microunits: 10_000)!, ownerBasisPoints: 1_000)
        let owned = try await exchange.rent(model: "walker", on: terms, by: buyer)
        #expect(await exchange.letModels.map(\.order) == [owned.order.id])
        let person = exchange.custodyKeys(prefix: "club", labels: ["person-7"])[0]
        func lines() async throws -> Int64 {
            try await exchange.statement(of: person).reduce(0) { $0 + $1.microunits }
        }
        let before = try await lines()
        let rented = try await exchange.predictions(
            of: owned.order.id, for: rows, purpose: World.purpose, by: renter)
        #expect(rented.predictions.map(\.value) == ["yes", "no", rented.predictions[2].value])
        #expect(
            rented.predictions
                == (try rows.map {
                    RentedPrediction(
                        owned.model.prediction(of: try owned.model.values(of: $0, line: 1)))
                })
        )
        // 30,000: less 5 % fee 28,500; less a tenth 25,650; by 60 people 427.
        #expect(try await lines() - before == 427)
        let paid = try await exchange.statement(of: buyer).last
        #expect(paid?.microunits == 2_850 && paid?.code == "royalty")
        #expect(await exchange.isSettled)
        // The same rows again are the same predictions, for nothing.
        let again = try await exchange.predictions(
            of: owned.order.id, for: rows, purpose: World.purpose, by: renter)
        #expect(again.isRepeated && again.predictions == rented.predictions)
        #expect(await exchange.state.calls.count == 1)
        await #expect(throws: MarketError.self, "nor are they given again for another purpose") {
            try await exchange.predictions(
                of: owned.order.id, for: rows, purpose: Purpose("dpv:Marketing")!, by: renter)
        }
        // What was asked and predicted is in no public byte.
        try await exchange.seal()
        let copy = world.folder + "/public"
        try await exchange.exportPublic(to: copy)
        #expect(try Auditor(folder: copy).verify().replay.kinds["model.call"] == 1)
        for text in ["15000", "DividendModel\""] {
            #expect(world.files(below: copy, holding: Array(text.utf8)).isEmpty)
        }
    }

    @Test func `what is wrong with a row, a price or a purpose costs nothing`() async throws {
        let world = World()
        let (exchange, buyer, renter) = try await market(world, stale: .stop)
        let price = Amount(microunits: 10_000)!
        let owned = try await exchange.rent(
            model: "walker", on: try Rental.Terms(price: price, ownerBasisPoints: 0), by: buyer)
        let id = owned.order.id
        let paid = await exchange.state.books.balance(of: Accounts.party(renter.id))
        func refuses(
            _ rows: [[String: String]], _ purpose: Purpose = World.purpose, most: Amount? = nil,
            of order: Digest? = nil
        ) async {
            await #expect(throws: (any Error).self) {
                try await exchange.predictions(
                    of: order ?? id, for: rows, purpose: purpose, most: most, by: renter)
            }
        }
        await refuses([["steps": "1"]])
        await refuses([["steps": "1", "weather": "snow"]])
        await refuses([["steps": "", "weather": "sun"]])
        await refuses([])
        await refuses(rows, most: price)
        await refuses(rows, Purpose("dpv:Marketing")!)
        await refuses(rows, of: Digest(of: [1]))
        let gone = exchange.custodyKeys(prefix: "club", labels: ["person-3"])
        _ = try await exchange.withdraw(gone[0], from: World.pool)
        #expect(await exchange.letModels.isEmpty, "the pool stops models whose people withdraw")
        // Its name still means it, and not an older one: a call says why it is stopped.
        let refused = await #expect(throws: MarketError.self) {
            try await exchange.predictions(
                of: exchange.letOrder(named: "walker"), for: rows, purpose: World.purpose,
                by: renter)
        }
        #expect(refused.map { "\($0)".contains("stops such models") } == true)
        let stopped = await exchange.everLetModels
        #expect(stopped.map(\.isStopped) == [true] && stopped[0].json["let"] == false)
        await refuses(rows)
        #expect(await exchange.state.books.balance(of: Accounts.party(renter.id)) == paid)
        _ = try await exchange.rent(model: "walker", on: nil, by: buyer)
        await refuses(rows)
    }

    @Test func `what was paid for is given again when the model is let no more`() async throws {
        let world = World()
        let (exchange, buyer, renter) = try await market(world)
        let terms = try Rental.Terms(price: Amount(microunits: 1000)!, ownerBasisPoints: 0)
        let owned = try await exchange.rent(model: "walker", on: terms, by: buyer)
        let first = try await exchange.predictions(
            of: owned.order.id, for: rows, purpose: World.purpose, by: renter)
        // Dropping its name ends the rental too.
        #expect(try await exchange.dropModel(named: "walker", by: buyer) == (1, 1))
        #expect(await exchange.letModels.isEmpty)
        let ended = await exchange.everLetModels
        #expect(
            ended.map(\.order) == [owned.order.id] && ended[0].terms == nil, "and is still listed")
        let again = try await exchange.predictions(
            of: owned.order.id, for: rows, purpose: World.purpose, by: renter)
        #expect(again.isRepeated && again.predictions == first.predictions)
        // By its order's id it can be let again, and asked again it has its name back.
        _ = try await exchange.rent(model: owned.order.id.hex, on: terms, by: buyer)
        #expect(await exchange.letModels.count == 1)
        #expect(try await exchange.model(named: "walker", of: buyer).order.id == owned.order.id)
        await #expect(throws: MarketError.self, "not by somebody else") {
            try await exchange.rent(model: owned.order.id.hex, on: nil, by: renter)
        }
        _ = try await exchange.order(exchange.quote(asked).quote.id, by: buyer)
        #expect(try await exchange.model(named: "walker", of: buyer).order.id == owned.order.id)
    }

    @Test func `a question that brought models is not published with them`() async throws {
        let world = World()
        let (exchange, buyer, _) = try await market(world)
        let sql =
            "SELECT AVG(PREDICT(walker)) FROM steps WITH PRIVACY (epsilon => 1.0, delta => 1e-6)"
        let models = try await exchange.models(calledBy: sql, of: buyer)
        let priced = try await exchange.quote(
            sql, pool: World.pool, purpose: World.purpose,
            bringing: try BroughtModels(models, for: sql))
        let answer = try await exchange.order(priced.quote.id, by: buyer)
        await #expect(throws: ExchangeError.self) {
            try await exchange.publish(answer.order.id, by: buyer)
        }
        // What nothing predicts with is kept nowhere.
        #expect(try BroughtModels(models, for: "SELECT COUNT(*) FROM steps").models.isEmpty)
    }

    @Test func `an exchange that is opened again still has what was rented`() async throws {
        let world = World()
        let id: Digest
        do {
            let (exchange, buyer, renter) = try await market(world)
            let owned = try await exchange.rent(
                model: "walker",
                on: try Rental.Terms(price: Amount(microunits: 1000)!, ownerBasisPoints: 0),
                by: buyer
            )
            id = owned.order.id
            _ = try await exchange.predictions(
                of: id, for: rows, purpose: World.purpose, by: renter)
            try await exchange.seal()
        }
        let exchange = try await world.open()
        #expect(await exchange.state.rentals[id]?.rows == 3)
        let renter = try await exchange.key(of: "renter")
        let again = try await exchange.predictions(
            of: id, for: rows, purpose: World.purpose, by: renter)
        #expect(again.isRepeated && again.predictions.count == 3)
    }
}
