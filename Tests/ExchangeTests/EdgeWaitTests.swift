// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Edge
import Identity
import Market
import Testing

@testable import Exchange

/// How long is waited for machines, by a clock that goes when the test says so.
@Suite struct EdgeWaitTests {
    @Test func `a study that takes longer than the node waits ends, and the price goes back`()
        async throws
    {
        let market = try await EdgeMarket()
        // Five steps of thirty seconds where there are a hundred; no step is too long by itself.
        let error = await #expect(throws: ExchangeError.self) {
            try await market.order(slow: .seconds(30))
        }
        #expect("\(error!)".contains("longer than the node waits"))
        #expect(try await market.available() == 100_000_000)
        let state = await market.exchange.state
        #expect(state.orders.all.allSatisfy { $0.record.stage == .failed })
        #expect(await market.exchange.isSettled)
        // What was sent cannot be taken back: privacy stays spent, on both sides.
        for person in market.people {
            let standing = try await market.exchange.edgeStanding(
                of: person.key.id, in: World.pool)
            #expect(try person.spent() == standing.spent && standing.spent > 0)
        }
        // One that takes as long a step, and stays below, is answered.
        let answer = try await market.order(
            EdgeMarket.question.replacing("SUM", with: "AVG"), slow: .seconds(19))
        #expect(await market.exchange.state.orders[answer.order.id]?.stage == .done)
    }

    @Test func `whoever is silent in one study is still asked for the others`() async throws {
        let market = try await EdgeMarket(people: 5)
        let (exchange, person) = (market.exchange, market.people[0].key.id)
        var tasks: [EdgeTask] = []
        for sql in [EdgeMarket.question, EdgeMarket.question.replacing("SUM", with: "AVG")] {
            let priced = try await exchange.quote(
                sql, pool: World.pool, purpose: Purpose("dpv:AcademicResearch")!)
            tasks.append(
                EdgeTask(
                    order: Order(priced.quote, by: market.buyer), sql: priced.sql,
                    salt: priced.salt, people: priced.people))
        }
        let (desk, asked) = (exchange.desk, tasks)
        let patience = await exchange.surroundings.edgePatience
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in asked {
                group.addTask { _ = try await desk.gather(task, among: [person], for: patience) }
            }
            // It answers neither, and hears of both in turn.
            var heard: [Digest] = []
            while Set(heard).count < 2 {
                if case .call(let task) = await desk.notice(for: person, in: World.pool) {
                    heard.append(task.order.id)
                }
                try await Task.sleep(for: .milliseconds(1))
            }
            for _ in 0..<4 {
                guard case .call(let task) = await desk.notice(for: person, in: World.pool) else {
                    Issue.record("an order is forgotten")
                    break
                }
                #expect(task.order.id != heard.last)
                heard.append(task.order.id)
            }
            market.gone.insert(person)
            try await group.waitForAll()
        }
        if let notice = await desk.notice(for: person, in: World.pool) { Issue.record("\(notice)") }
    }

    @Test func `a machine looks less often the longer nothing is wanted of it`() {
        let idle = Duration.seconds(3)
        #expect(EdgeService.pause(after: .zero, idle: idle) == .milliseconds(100))
        #expect(EdgeService.pause(after: .seconds(8), idle: idle) == .seconds(1))
        // After half a minute a study that is over costs no more than none.
        #expect(EdgeService.pause(after: .seconds(30), idle: idle) == idle)
        #expect(EdgeService.pause(after: nil, idle: idle) == idle)
        #expect(EdgeService.pause(after: .zero, idle: .milliseconds(20)) == .milliseconds(20))
    }
}
