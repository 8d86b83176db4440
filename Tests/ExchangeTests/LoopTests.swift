// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Foundation
import Identity
import Ledger
import Market
import Query
import Storage
import Testing

@testable import Exchange

/// The whole loop on a few made-up people.
@Suite struct LoopTests {
    @Test func `from a file to money, and every statement adds up`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let price = try #require(try await exchange.quote().quote.quote.price)
        for turn in 0..<3 {
            let answer = try await exchange.order(exchange.quote(turn).quote.id, by: buyer)
            #expect(try answer.table.json.signable().count > 10)
        }
        let people = world.keys(of: 0..<6, at: exchange)
        let before = try await exchange.money(of: people[0])
        #expect(before.available == 0 && before.claims > 0)
        let paid = try await exchange.payOut(World.pool)
        #expect(paid.people == 6)
        for key in people + [buyer] {
            let money = try await exchange.money(of: key)
            let lines = try await exchange.statement(of: key)
            #expect(lines.reduce(0) { $0 + $1.microunits } == money.everything)
            #expect(lines.allSatisfy { !$0.reason.isEmpty })
        }
        // Until it is proven, nobody can take it out.
        #expect(try await exchange.money(of: people[0]).pending == before.claims)
        await #expect(throws: ExchangeError.self) {
            try await exchange.cashOut(people[0], most: Amount(microunits: 10_000)!)
        }
        #expect(try await exchange.provePending()?.settled != nil)
        #expect(try await exchange.money(of: people[0]).available == before.claims)
        #expect(
            try await exchange.money(of: buyer).available == 1_000_000_000 - 3 * price.microunits)
        let taken = try await exchange.cashOut(people[0], most: Amount(microunits: 10_000)!)
        #expect(taken.paid.microunits == 10_000 && taken.isPending)
        #expect(try await exchange.money(of: people[0]).available == before.claims - 10_000)
        #expect(
            try await exchange.statement(of: people[0]).reduce(0) { $0 + $1.microunits }
                == before.claims - 10_000)
        #expect(try await exchange.provePending()?.settled != nil)
        #expect(try await exchange.provePending() == nil)
        #expect(await exchange.isSettled)
    }

    @Test func `the same quote ordered again gives the same answer for nothing`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let quote = try await exchange.quote()
        let first = try await exchange.order(quote.quote.id, by: buyer)
        let (money, spent) = (
            try await exchange.money(of: buyer).available,
            await exchange.spent(world.keys(of: 1..<2, at: exchange)[0])
        )
        #expect(spent > 0)
        let again = try await exchange.order(quote.quote.id, by: buyer)
        #expect(again.table == first.table)
        #expect(try await exchange.money(of: buyer).available == money)
        let rival = try await exchange.key(of: "custody:club/person-1")
        await #expect(throws: MarketError.orderExists) {
            _ = try await exchange.order(quote.quote.id, by: rival)
        }
    }

    @Test func `who matched a WHERE shows in no share, statement or public byte`() async throws {
        // Two exchanges that differ only in what is asked: everybody matches one question, nobody
        // but the first person the other.
        var shares: [[Int64]] = []
        var publicParts: [[String]] = []
        for condition in ["steps > 0", "steps > 48000"] {
            let world = World(seed: 77)
            let (exchange, buyer) = try await world.market()
            let quote = try await exchange.quote(
                "SELECT COUNT(*), SUM(steps) FROM steps WHERE \(condition) "
                    + "WITH PRIVACY (epsilon => 1.0, delta => 1e-6)", pool: World.pool,
                purpose: Purpose("dpv:AcademicResearch")!)
            _ = try await exchange.order(quote.quote.id, by: buyer)
            _ = try await exchange.payOut(World.pool)
            var paid: [Int64] = []
            for key in world.keys(of: 0..<6, at: exchange) {
                paid.append(try await exchange.money(of: key).pending)
                let lines = try await exchange.statement(of: key)
                #expect(lines.count { $0.code == "sale_share" } == 1)
                let uses = await exchange.uses(of: key)
                #expect(uses.count == 1 && uses[0].denial == nil && uses[0].rho > 0)
            }
            shares.append(paid)
            // What the public entries say, but for salted commitments, signatures and ids.
            publicParts.append(
                try await exchange.lastEntries(1000).map {
                    String(decoding: try $0.entry.body.signable(), as: UTF8.self)
                        .replacing(/[0-9a-f]{64,}/, with: "…")
                })
        }
        #expect(shares[0] == shares[1] && Set(shares[0]).count == 1)
        #expect(publicParts[0] == publicParts[1])
    }

    @Test func `each contributor sees which studies read her, and why others did not`() async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market(people: 6, limit: "1.2")
        let keys = world.keys(of: 0..<7, at: exchange)
        _ = try await exchange.importFile(
            world.file(people: 6..<12, named: "more.csv"), owner: .custody(prefix: "club"),
            options: world.options)
        try await exchange.grant(
            World.terms(limit: "8.0"), pool: World.pool, by: world.keys(of: 6..<12, at: exchange))
        for turn in 0..<2 { _ = try await exchange.order(exchange.quote(turn).quote.id, by: buyer) }
        #expect(await exchange.uses(of: keys[0]).map(\.denial) == [nil, .privacySpent])
        #expect(await exchange.uses(of: keys[6]).map(\.denial) == [nil, nil])
        #expect(await exchange.uses(of: buyer).isEmpty)
        // Whoever withdrew sees that the next study ran without her.
        _ = try await exchange.withdraw(keys[6], from: World.pool)
        let before = await exchange.uses(of: keys[6]).count
        _ = try await exchange.order(exchange.quote(5).quote.id, by: buyer)
        let last = await exchange.uses(of: keys[6])
        #expect(last.count == before + 1 && last.last?.denial == .withdrawn)
    }

    @Test func `the node can open the commitment to a deposit's reference`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let index = UInt64(await exchange.log.size)
        try await exchange.deposit(
            Amount(microunits: 5)!, to: buyer.id, reference: "transfer 17")
        let entry = try Entry(leaf: #require(try exchange.store.leaf(at: index)))
        let salt = await exchange.depositSalt(at: index)
        #expect(
            entry.body["reference"]?.string
                == Digest(of: salt.bytes, Array("transfer 17".utf8)).hex)
    }

    @Test func `a file read again is stored and paid once`() async throws {
        let world = World()
        let (exchange, _) = try await world.market()
        let entries = await exchange.log.size
        let again = try await exchange.importFile(
            world.file(people: 0..<6), owner: .custody(prefix: "club"), options: world.options)
        #expect(again.stored == 0 && again.known == 18)
        #expect(await exchange.log.size == entries)
        let more = try await exchange.importFile(
            world.file(people: 0..<7), owner: .custody(prefix: "club"), options: world.options)
        #expect(more.stored == 3 && more.known == 18 && more.people == 1)
    }

    @Test func `who withdraws is not in the next study, and keeps what is due`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let (alice, berta) = (
            world.keys(of: 0..<1, at: exchange)[0], world.keys(of: 1..<2, at: exchange)[0]
        )
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        let due = try await exchange.money(of: alice).claims
        let spent = await exchange.spent(alice)
        #expect(try await exchange.withdraw(alice, from: World.pool) == 1)
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        #expect(try await exchange.money(of: alice).claims == due)
        #expect(await exchange.spent(alice) == spent)
        #expect(try await exchange.money(of: berta).claims > 2 * due)
        await #expect(throws: ExchangeError.self) {
            _ = try await exchange.withdraw(alice, from: World.pool)
        }
    }

    @Test(arguments: [1, 2])
    func `too small a cohort is refused in the same words, and costs nothing`(
        people: Int
    ) async throws {
        let world = World(seed: UInt64(people))
        let (exchange, buyer) = try await world.market(people: people)
        do {
            _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
            Issue.record("it was answered")
        } catch let error as MarketError {
            #expect(error == .cohortTooSmall)
        }
        #expect(try await exchange.money(of: buyer).available == 1_000_000_000)
        #expect(await exchange.spent(world.keys(of: 0..<1, at: exchange)[0]) == 0)
        #expect(await exchange.isSettled)
    }

    @Test func `averaging over nearly equal questions ends when the budget does`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market(limit: "2.0")
        var answers = 0
        var refused = 0
        for turn in 0..<6 {
            do {
                _ = try await exchange.order(exchange.quote(turn).quote.id, by: buyer)
                answers += 1
            } catch is MarketError { refused += 1 }
        }
        #expect(answers > 0 && refused > 0)
        let limit = try World.rho("2.0")
        #expect(await exchange.spent(world.keys(of: 0..<1, at: exchange)[0]) <= limit)
    }

    @Test func `rows that were erased end the grant for them`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let alice = world.keys(of: 0..<1, at: exchange)[0]
        _ = try await exchange.erase(alice)
        #expect(await exchange.grants(of: alice).allSatisfy { $0.usage.withdrawn != nil })
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        #expect(try await exchange.money(of: alice).claims == 0)
        let rows = try await exchange.ownRows(of: alice)
        #expect(rows.isEmpty)
        #expect(try await exchange.examine().allSatisfy(\.isWell))
    }
}
