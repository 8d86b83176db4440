// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Ledger
import Market
import Query
import Storage
import Testing

@testable import Exchange

/// Answers that everybody may read, from the order to the auditor's copy.
@Suite struct PublishTests {
    @Test func `a published answer is what its buyer got, costs nothing, and audits`() async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let answered = try await exchange.order(exchange.quote().quote.id, by: buyer)
        let key = world.keys(of: 0..<1, at: exchange)[0]
        let money = try await exchange.money(of: buyer).available
        let spent = try await exchange.standings(of: key).map { try $0.spent }
        let published = try await exchange.publish(answered.order.id, by: buyer)
        #expect(published.sql == World.question && published.table == answered.table)
        #expect(try await exchange.money(of: buyer).available == money)
        #expect(try await exchange.standings(of: key).map { try $0.spent } == spent)
        #expect(
            try await exchange.published(in: World.pool, count: 5).map(\.index) == [published.index]
        )
        try await exchange.seal()
        let copy = world.folder + "/public"
        _ = try await exchange.exportPublic(to: copy)
        let report = try Auditor(folder: copy, expecting: await exchange.nodeID).verify()
        #expect(report.replay.kinds["study.publish"] == 1)
        // Opened again, it is still there, and still only once.
        await #expect(throws: MarketError.publishedAlready) {
            try await exchange.publish(answered.order.id, by: buyer)
        }
    }

    @Test func `nobody publishes another's answer, or one that is not there`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let answered = try await exchange.order(exchange.quote().quote.id, by: buyer)
        let other = world.keys(of: 0..<1, at: exchange)[0]
        await #expect(throws: MarketError.noOrder) {
            try await exchange.publish(answered.order.id, by: other)
        }
        await #expect(throws: MarketError.noOrder) {
            try await exchange.publish(Digest(of: [1]), by: buyer)
        }
        await #expect(throws: ExchangeError.self) {
            try await exchange.published(answered.order.id)
        }
    }

    @Test func `an auditor sees a question that is not the one that was ordered`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let answered = try await exchange.order(exchange.quote().quote.id, by: buyer)
        let published = try await exchange.publish(answered.order.id, by: buyer)
        var leaves: [[UInt8]] = []
        try exchange.store.read(from: 0) { leaves += $1.map(\.leaf) }
        let entry = try Entry(leaf: leaves[Int(published.index)])
        guard case .published(let honest) = try Change(kind: entry.kind, body: entry.body) else {
            Issue.record("no publication")
            return
        }
        // The answer is the right one and the signature the buyer's: only the question is another.
        let forged = Change.published(
            Publication(
                honest.order, question: honest.question.replacing("SUM", with: "MAX"),
                answer: honest.answer, by: buyer))
        leaves[Int(published.index)] = try Entry(
            kind: forged.kind, time: entry.time, body: forged.body, sealed: nil
        ).leaf()
        #expect(throws: MarketError.quoteDiffers("question")) {
            var replay = Replay()
            for (index, leaf) in leaves.enumerated() { try replay.take(leaf, at: UInt64(index)) }
        }
    }

    @Test func `a study says what kinds of numbers it worked out, and the feed too`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        let priced = try await exchange.quote()
        #expect(priced.quote.quote.answers == [.count, .sum])
        _ = try await exchange.order(priced.quote.id, by: buyer)
        let key = world.keys(of: 0..<1, at: exchange)[0]
        #expect(try await exchange.feed(of: key).map(\.answers) == [[.count, .sum]])
    }
}
