// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Foundation
import Identity
import Learn
import Ledger
import Market
import Query
import Synchronization
import TestSupport
import Testing

@testable import Exchange
@testable import Storage

/// Streams, from CREATE MODEL over RETRAIN to receipt and money.
@Suite struct StreamOrderTests {
    @Test func `retraining charges and pays those alone who are new`() async throws {
        let world = World()
        let (exchange, buyer, first) = try await StreamMarket.market(world)
        try await StreamMarket.join(60..<90, to: exchange, in: world)
        let (old, new) = (StreamMarket.keys(0..<60, exchange), StreamMarket.keys(60..<90, exchange))
        func spent(_ keys: [SigningKey]) async -> Set<UInt64> {
            var all: Set<UInt64> = []
            for key in keys { all.insert(await exchange.spent(key)) }
            return all
        }
        let charged = first.order.quote.quote.rho
        #expect(await spent(old) == [charged])
        let priced = try await StreamMarket.retraining(exchange, buyer)
        #expect(priced.quote.quote.continues == first.order.id)
        #expect(priced.quote.quote.band == "20+", "of new people")
        #expect(priced.notes.contains { $0.contains("goes on from the model that it was") })
        let second = try await exchange.order(priced.quote.id, by: buyer)
        #expect(await spent(old) == [charged], "nobody is charged twice")
        #expect(await spent(new) == [priced.quote.quote.rho])
        let state = await exchange.state
        #expect(state.orders[second.order.id]?.cohort.places == Array(60..<90))
        #expect(await exchange.isSettled)
        // What they are told: the new ones have a share, and the old ones why they have none.
        let study = "share of study \(second.order.id.short)"
        let lines = try await exchange.statement(of: new[3])
        #expect(lines.contains { $0.reason.contains(study) && $0.microunits > 0 })
        #expect(try await !exchange.statement(of: old[3]).contains { $0.reason.contains(study) })
        let uses = await exchange.uses(of: old[3])
        #expect(uses.map(\.denial) == [nil, .readBefore])
        #expect(await exchange.uses(of: new[3]).map(\.denial) == [nil])
    }

    @Test func `whoever withdrew is told that, and whoever withdraws later what it was then`()
        async throws
    {
        let world = World()
        let (exchange, buyer, _) = try await StreamMarket.market(world)
        try await StreamMarket.join(60..<90, to: exchange, in: world)
        let old = StreamMarket.keys(0..<60, exchange)
        _ = try await exchange.withdraw(old[3], from: World.pool)
        world.pass(1000)
        _ = try await exchange.order(StreamMarket.retraining(exchange, buyer).quote.id, by: buyer)
        world.pass(1000)
        _ = try await exchange.withdraw(old[4], from: World.pool)
        #expect(await exchange.uses(of: old[3]).map(\.denial) == [nil, .withdrawn])
        #expect(await exchange.uses(of: old[4]).map(\.denial) == [nil, .readBefore])
    }

    @Test func `a retraining works where no row of the old people can be read any more`()
        async throws
    {
        let world = World()
        let (exchange, buyer, _) = try await StreamMarket.market(world)
        let before = world.files(below: world.home.vault)
        try await StreamMarket.join(60..<90, to: exchange, in: world)
        // Every segment that was there is spoilt: whoever reads one gets no answer.
        for (name, bytes) in before where bytes.count > 1000 {
            let file = try #require(FileHandle(forUpdatingAtPath: world.home.vault + "/" + name))
            for offset in stride(from: 400, to: bytes.count, by: 16) {
                try file.seek(toOffset: UInt64(offset))
                try file.write(contentsOf: Data([bytes[offset] ^ 0xff]))
            }
            try file.close()
        }
        let second = try await exchange.order(
            StreamMarket.retraining(exchange, buyer).quote.id, by: buyer)
        #expect(second.receipt["answer"]?["model"] != nil)
        #expect(try exchange.store.mark(Exchange.unreadableMark) == nil)
        // And the spoiling was none for show: made anew, it would read them.
        await #expect(throws: ExchangeError.self) {
            try await exchange.order(exchange.quote(StreamMarket.asked).quote.id, by: buyer)
        }
        #expect(try exchange.store.mark(Exchange.unreadableMark) != nil)
    }

    @Test func `where too few are new it is refused, and costs nothing`() async throws {
        let world = World()
        let (exchange, buyer, _) = try await StreamMarket.market(world)
        let paid = await exchange.state.books.balance(of: Accounts.party(buyer.id))
        for people in [60..<60, 60..<64] {
            if !people.isEmpty { try await StreamMarket.join(people, to: exchange, in: world) }
            let error = await #expect(throws: ExchangeError.self) {
                try await StreamMarket.retraining(exchange, buyer)
            }
            #expect(
                error.map { ErrorWords($0).message.contains("too few people are new") } == true)
        }
        #expect(await exchange.state.books.balance(of: Accounts.party(buyer.id)) == paid)
        try await StreamMarket.join(64..<66, to: exchange, in: world)
        _ = try await exchange.order(StreamMarket.retraining(exchange, buyer).quote.id, by: buyer)
        await #expect(throws: ExchangeError.self, "and nobody is new once more") {
            try await StreamMarket.retraining(exchange, buyer)
        }
    }

    @Test func `passport and receipt say on how many trainings and people a model rests`()
        async throws
    {
        let world = World()
        let (exchange, buyer, first) = try await StreamMarket.market(world)
        #expect(first.receipt["passport"]?["trainings"] == nil)
        try await StreamMarket.join(60..<70, to: exchange, in: world)
        _ = try await exchange.order(StreamMarket.retraining(exchange, buyer).quote.id, by: buyer)
        try await StreamMarket.join(70..<110, to: exchange, in: world)
        let third = try await exchange.order(
            StreamMarket.retraining(exchange, buyer).quote.id, by: buyer)
        let passport = try #require(third.receipt["passport"])
        #expect(passport["trainings"]?.integer == 3)
        #expect(passport["cohort"] == "20+" && passport["people"] == "100+")
        let words = try Receipts.check(
            third.receipt.signable(), expecting: nil, in: await exchange.state
        ).words
        #expect(words.contains("of 20+ people, the last of 3 trainings over 100+ in all"))
        #expect(words.contains("both as the journal has them"))
        // A node that says otherwise is found out: with the journal, and where it leaves something out, without.
        let journal = await exchange.state
        for (member, value, bare) in [
            ("trainings", 2, true), ("people", "1000+", true), ("trainings", nil, false),
            ("people", nil, false),
        ] as [(String, JSON?, Bool)] {
            let forged = try ModelOrderTests.signed(passport, by: exchange.node) {
                $0[member] = value
            }
            let receipt = try ModelOrderTests.signed(third.receipt, by: exchange.node) {
                $0["passport"] = forged
            }.signable()
            #expect(throws: ExchangeError.self, "\(member)") {
                try Receipts.check(receipt, expecting: nil, in: journal)
            }
            #expect(((try? Receipts.check(receipt, expecting: nil)) != nil) == bare, "\(member)")
        }
        #expect(try await exchange.models(of: buyer).map(\.order.id).last == third.order.id)
        #expect(try await exchange.models(of: buyer, named: { $0 != "walker" }).isEmpty)
        let owned = try await exchange.model(named: "walker", of: buyer)
        #expect(owned.people == 110 && owned.goesOn && !owned.isStale)
        // One who is only in the first makes it stale.
        _ = try await exchange.withdraw(StreamMarket.keys(3..<4, exchange)[0], from: World.pool)
        #expect(try await exchange.model(named: "walker", of: buyer).isStale)
        // It works in questions as any model, and is not published: its question holds the model before.
        let sql =
            "SELECT AVG(PREDICT(walker)) FROM steps WITH PRIVACY (epsilon => 1.0, delta => 1e-6)"
        let models = try await exchange.models(calledBy: sql, of: buyer)
        let answer = try await exchange.order(
            exchange.quote(
                sql, pool: World.pool, purpose: World.purpose,
                bringing: try BroughtModels(models, for: sql)
            ).quote.id, by: buyer)
        #expect(answer.table.rows.count == 1)
        await #expect(throws: ExchangeError.self) {
            try await exchange.publish(third.order.id, by: buyer)
        }
    }

    @Test func `an exchange opened again has the same state, and an auditor agrees`() async throws {
        let world = World()
        do {
            let (exchange, buyer, _) = try await StreamMarket.market(world)
            try await StreamMarket.join(60..<80, to: exchange, in: world)
            _ = try await exchange.order(
                StreamMarket.retraining(exchange, buyer).quote.id, by: buyer)
            try await exchange.seal()
        }
        let exchange = try await world.open()
        let copy = world.folder + "/public"
        try await exchange.exportPublic(to: copy)
        let audited = try Auditor(folder: copy).verify().replay.head.state
        let orders = audited.orders.all.map(\.record)
        #expect(orders.map(\.cohort.count) == [60, 20])
        #expect(orders[1].order.quote.quote.continues == orders[0].order.id)
        // What it went on from is sealed: no public byte has the model.
        #expect(world.files(below: copy, holding: Array("DividendModel".utf8)).isEmpty)
        let buyer = try await exchange.key(of: "buyer")
        let again = try await exchange.order(orders[1].order.id, by: buyer)
        #expect(again.receipt["passport"]?["trainings"]?.integer == 2)
    }

    @Test func `a retraining that a crash cut short is finished from where it began, for the same`()
        async throws
    {
        let world = World()
        let (exchange, buyer, first) = try await StreamMarket.market(world)
        try await StreamMarket.join(60..<80, to: exchange, in: world)
        let (cut, home) = (HomeFolder(path: world.folder + "/cut"), world.home.path)
        let taken = Mutex(false)
        _ = try await exchange.order(StreamMarket.retraining(exchange, buyer).quote.id, by: buyer) {
            _, _ in
            taken.withLock { done in
                guard !done else { return }
                done = true
                try? FileManager.default.copyItem(atPath: home, toPath: cut.path)
            }
        }
        let after = try await Exchange.open(cut, surroundings: world.surroundings)
        let order = try #require(await after.state.orders.all.last?.record)
        #expect(order.stage == .done && order.cohort.places == Array(60..<80))
        #expect(order.order.quote.quote.continues == first.order.id)
        #expect(
            await after.spent(StreamMarket.keys(3..<4, after)[0]) == first.order.quote.quote.rho)
        #expect(await after.isSettled)
        let owned = try await after.model(named: "walker", of: buyer)
        #expect(owned.people == 80 && owned.passport["trainings"]?.integer == 2)
    }

    @Test func `a withdrawal makes a let stream anew, from its beginning, without whoever left`()
        async throws
    {
        let world = World()
        let (exchange, buyer, first) = try await StreamMarket.market(world, stale: .retrain)
        try await StreamMarket.join(60..<80, to: exchange, in: world)
        let second = try await exchange.order(
            StreamMarket.retraining(exchange, buyer).quote.id, by: buyer)
        _ = try await exchange.rent(
            model: "walker",
            on: try Rental.Terms(
                price: Amount(microunits: 2_000)!, ownerBasisPoints: 0,
                retraining: Amount(microunits: 100_000_000)), by: buyer)
        // She was in the first training alone.
        _ = try await exchange.withdraw(StreamMarket.keys(3..<4, exchange)[0], from: World.pool)
        guard case .made(let made, _)? = try await exchange.retrainNext()?.outcome else {
            Issue.record("it is made anew")
            return
        }
        let order = try #require(await exchange.state.orders[made])
        #expect(order.order.quote.quote.continues == nil && order.cohort.count == 79)
        #expect(made != first.order.id && made != second.order.id)
        #expect(await exchange.letModels.map(\.order) == [made])
        // From there it can go on.
        try await StreamMarket.join(80..<90, to: exchange, in: world)
        let next = try await exchange.order(
            StreamMarket.retraining(exchange, buyer).quote.id, by: buyer)
        #expect(await exchange.state.orders[next.order.id]?.cohort.count == 10)
    }

    @Test func `people who do not exist train a stream for nothing`() async throws {
        let (exchange, _) = try await ModelOrderTests.market(World())
        let table = try await exchange.mock(StreamMarket.asked, pool: World.pool, people: 500)
        #expect(table.columns == ["feature", "weight"])
        let lines = try await exchange.explain(StreamMarket.asked, pool: World.pool).lines
        #expect(lines.contains { $0.text.contains("parts of people by their keys") })
        #expect(lines.contains { $0.subject == "expects" })
    }
}
