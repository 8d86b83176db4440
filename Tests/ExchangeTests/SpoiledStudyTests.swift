// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Market
import Synchronization
import Testing

@testable import Exchange

/// Machines that keep studies from an answer: named, kept over a restart, and not asked for a day.
@Suite struct SpoiledStudyTests {
    private static let day: Int64 = 86_400_000
    /// Four questions that are not the same.
    private static let asked = (0..<4).map {
        EdgeMarket.question.replacing("FROM steps", with: "FROM steps WHERE steps > \($0)")
    }

    /// Seven machines, of which two leave two studies: six of seven have to stay.
    private func spoilt(
        telling tell: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> EdgeMarket {
        let market = try await EdgeMarket(people: 7)
        await market.exchange.desk.open(telling: tell)
        for sql in SpoiledStudyTests.asked[..<2] {
            await #expect(throws: ExchangeError.self) {
                try await market.order(sql, leaving: [0: 2, 1: 3])
            }
        }
        return market
    }

    private func cohort(_ market: EdgeMarket, _ sql: String) async throws -> Int {
        let order = try await market.order(sql).order.id
        return try #require(await market.exchange.state.orders[order]).cohort.count
    }

    @Test func `who keeps two studies from an answer is not asked for a day`() async throws {
        let said = Mutex<[String]>([])
        let market = try await spoilt { words in said.withLock { $0.append(words) } }
        let names = [0, 1].map { market.people[$0].key.id.did }
        for name in names {
            #expect(
                said.withLock { $0.count { $0.contains(name) } } == 2, "\(said.withLock { $0 })")
        }
        #expect(try await cohort(market, Self.asked[2]) == 5)
        market.world.pass(Self.day)
        #expect(try await cohort(market, Self.asked[3]) == 7)
    }

    @Test func `a restart forgives nobody, and the operator sees who it was`() async throws {
        let market = try await spoilt()
        let before = try await market.exchange.spoiled(in: World.pool)
        let again = try await market.restarted()
        let after = try await again.exchange.spoiled(in: World.pool)
        #expect(after == before)
        #expect(Set(after.map(\.party)) == Set([0, 1].map { market.people[$0].key.id }))
        let failed = await again.exchange.state.orders.all.map(\.key)
        for machine in after {
            #expect(Set(machine.studies.map(\.order)) == Set(failed))
            #expect(machine.studies.allSatisfy { $0.fault == .silent })
            let until = try #require(machine.isOut(at: await again.exchange.time))
            #expect(until == machine.studies[0].time.adding(milliseconds: Self.day))
            #expect(machine.json(at: machine.studies[1].time)["out_until"] == .string("\(until)"))
        }
        #expect(try await cohort(again, Self.asked[2]) == 5)
        market.world.pass(Self.day)
        #expect(try await again.exchange.spoiled(in: World.pool).isEmpty, "a day is over")
        #expect(try await cohort(again, Self.asked[3]) == 7)
        await #expect(throws: MarketError.noPool("walkers")) {
            try await again.exchange.spoiled(in: "walkers")
        }
    }

    @Test func `one study that came to nothing keeps nobody out, nor two in two days`() throws {
        func study(_ number: UInt8, at time: Int64) -> SpoiledStudy {
            SpoiledStudy(
                order: Digest(of: [number]), fault: .shares, time: Timestamp(milliseconds: time))
        }
        let party = SigningKey(seed: [UInt8](repeating: 1, count: 32))!.id
        var spoiled = SpoiledStudies(of: party)
        func isAsked(at time: Int64) -> Bool {
            spoiled.isOut(at: Timestamp(milliseconds: time)) == nil
        }
        spoiled.add(study(1, at: 0))
        spoiled.add(study(1, at: 5))
        #expect(isAsked(at: 10), "one study counts once")
        spoiled.add(study(2, at: Self.day))
        #expect(isAsked(at: Self.day))
        spoiled.add(study(3, at: Self.day + 1))
        #expect(!isAsked(at: Self.day + 2))
        #expect(!isAsked(at: 2 * Self.day - 1))
        #expect(isAsked(at: 2 * Self.day))
        #expect(SpoiledStudies(kept: try spoiled.kept.signable()) == spoiled)
        #expect(SpoiledStudies(kept: Array("{}".utf8)) == nil)
    }
}
