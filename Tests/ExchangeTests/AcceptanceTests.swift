// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Foundation
import Identity
import Ledger
import Market
import Query
import TestSupport
import Testing

@testable import Exchange
@testable import Storage

/// Checks 14, 15 and 18 of the reference: races, crashes and consent around budgets.
@Suite struct AcceptanceTests {
    /// The usual terms, but so much privacy in all and so many uses.
    private static func terms(
        limit: UInt64, uses: UInt32 = 1_000_000, days: Int = 30
    ) throws -> GrantTerms {
        var terms = try World.terms()
        terms.privacyLimit = limit
        terms.uses = uses
        terms.days = days
        return terms
    }

    // MARK: 14, the race for a budget

    @Test(arguments: 0..<UInt64(Slow.count(2, 20)))
    func `check 14: of many clients' orders exactly as many are answered as the budget is for`(
        seed: UInt64
    ) async throws {
        let world = World(seed: 1400 + seed)
        let (exchange, buyer) = try await world.market()
        let people = world.keys(of: 0..<6, at: exchange)
        let (clients, turns) = (Slow.count(8, 64), Slow.count(4, 40))
        let enough = Slow.count(9, 100)
        let first = try await exchange.quote(0).quote
        let (cost, price) = (first.quote.rho, try #require(first.quote.price).microunits)
        try await exchange.grant(
            AcceptanceTests.terms(limit: cost * UInt64(enough)), pool: World.pool, by: people)
        var quotes: [[Digest]] = []
        for client in 0..<clients {
            var own: [Digest] = []
            for turn in 0..<turns {
                own.append(try await exchange.quote(client * turns + turn).quote.id)
            }
            quotes.append(own)
        }
        let answered = await withTaskGroup(of: Int.self) { group in
            for own in quotes {
                group.addTask {
                    var answered = 0
                    for quote in own {
                        answered += (try? await exchange.order(quote, by: buyer)) != nil ? 1 : 0
                    }
                    return answered
                }
            }
            return await group.reduce(0, +)
        }
        #expect(answered == enough)
        for key in people { #expect(await exchange.spent(key) == cost * UInt64(enough)) }
        #expect(
            try await exchange.money(of: buyer).available == 1_000_000_000 - Int64(enough) * price)
        #expect(await exchange.isSettled)
    }

    // MARK: 15, crashes

    /// The kinds of the entries that a database holds.
    private static func kinds(in database: String) throws -> [String] {
        var kinds: [String] = []
        try ExchangeStore(path: database).read(from: 0) { _, lines in
            for line in lines { kinds.append(try Entry(leaf: line.leaf).kind) }
        }
        return kinds
    }

    @Test func `check 15: cut off anywhere, no answer is without its charge, and none changes`()
        async throws
    {
        let world = World(seed: 15)
        let (exchange, buyer) = try await world.market()
        let log = world.home.database + "-wal"
        let before = try #require(FileManager.default.contents(atPath: log)).count
        var given: [Digest: String] = [:]
        var quotes: [Digest] = []
        for turn in 0..<3 {
            let quote = try await exchange.quote(turn).quote
            quotes.append(quote.id)
            let answer = try await exchange.order(quote.id, by: buyer)
            given[quote.id] = "\(answer.table)"
        }
        let cost = try await exchange.quote(7).quote.quote.rho
        let wal = try #require(FileManager.default.contents(atPath: log))
        #expect(wal.count > before, "the orders lie in the log beside the database")
        var stages: Set<Int> = []
        let points = Slow.count(30, 1000)
        for point in 0...points {
            let length = before + (wal.count - before) * point / points
            let cut = HomeFolder(path: world.folder + "/cut-\(point)")
            try FileManager.default.copyItem(atPath: world.home.path, toPath: cut.path)
            try? FileManager.default.removeItem(atPath: cut.database + "-shm")
            try wal.prefix(length).write(to: URL(fileURLWithPath: cut.database + "-wal"))
            let kinds = try AcceptanceTests.kinds(in: cut.database)
            let committed = kinds.count { $0 == "study.commit" }
            stages.insert(kinds.count)

            let after = try await Exchange.open(cut, surroundings: world.surroundings)
            let done = await after.state.orders.all.filter { $0.record.stage == .done }
            #expect(done.count == kinds.count { $0 == "study.reserve" })
            for person in world.keys(of: 0..<6, at: after) {
                #expect(await after.spent(person) == cost * UInt64(done.count))
            }
            for (turn, (id, _)) in done.enumerated() {
                let first = try await after.order(id, by: buyer)
                let second = try await after.order(id, by: buyer)
                #expect("\(first.table)" == "\(second.table)")
                guard turn < committed else { continue }
                #expect(
                    quotes.contains(id) && "\(first.table)" == given[id],
                    "what was committed before the cut is what was given")
            }
            #expect(await after.isSettled)
            try FileManager.default.removeItem(atPath: cut.path)
        }
        #expect(stages.count >= 7, "cuts before and after each reservation and commit: \(stages)")
    }

    // MARK: 18, consent

    /// What a test knows of one contributor, by rules of its own.
    private struct Standing {
        var isWithdrawn = false
        var uses: UInt32
        var limit: UInt64
        var expires: Int64
        var spent: UInt64 = 0

        func allows(_ cost: UInt64, at time: Int64) -> Bool {
            !isWithdrawn && uses > 0 && spent + cost <= limit && time < expires
        }
    }

    @Test(arguments: 0..<UInt64(Slow.count(3, 100)))
    func `check 18: who withdrew, whose grant ran out or is used up is not read from then on`(
        seed: UInt64
    ) async throws {
        var random = Seeded(1800 + seed)
        let world = World(seed: 1800 + seed)
        let (exchange, buyer) = try await world.market(people: 12, minimum: 5)
        let people = world.keys(of: 0..<12, at: exchange)
        let cost = try await exchange.quote(0).quote.quote.rho
        var standings: [Standing] = []
        for person in people {
            let (uses, times) = (UInt32.random(in: 1...6, using: &random), random.next() % 5 + 1)
            let days = Int.random(in: 1...6, using: &random)
            let limit = cost * times + random.next() % cost
            try await exchange.grant(
                AcceptanceTests.terms(limit: limit, uses: uses, days: days), pool: World.pool,
                by: [person])
            standings.append(
                Standing(
                    uses: uses, limit: limit,
                    expires: await exchange.now.milliseconds + Int64(days) * 86_400_000))
        }
        var shapes: Set<[String]> = []
        for turn in 0..<8 {
            if Bool.random(using: &random), let gone = people.indices.randomElement(using: &random),
                !standings[gone].isWithdrawn
            {
                _ = try? await exchange.withdraw(people[gone], from: World.pool)
                standings[gone].isWithdrawn = true
            }
            // Never near the end of a grant, so that a millisecond decides nothing.
            world.pass(Int64.random(in: 1...23, using: &random) * 3_600_000)
            let time = await exchange.now.milliseconds
            let allowed = people.indices.filter { standings[$0].allows(cost, at: time) }
            let answer = try? await exchange.order(exchange.quote(turn).quote.id, by: buyer)
            #expect((answer != nil) == (allowed.count >= 5))
            if let answer { shapes.insert(answer.table.columns + ["\(answer.table.rows.count)"]) }
            for place in people.indices {
                if answer != nil, allowed.contains(place) {
                    standings[place].spent += cost
                    standings[place].uses -= 1
                }
                let spent = await exchange.spent(people[place])
                #expect(spent == standings[place].spent, "who is not read is not charged")
                #expect(spent <= standings[place].limit, "nobody beyond her own limit")
                guard let answer else { continue }
                let read = await exchange.uses(of: people[place]).contains {
                    $0.order == answer.order.id && $0.denial == nil
                }
                #expect(read == allowed.contains(place))
            }
        }
        #expect(shapes.count == 1, "who dropped out changes nothing that is seen but the noise")
        #expect(await exchange.isSettled)
    }
}
