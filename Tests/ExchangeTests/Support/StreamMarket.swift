// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Foundation
import Identity
import Intake
import Learn
import Market
import Query

@testable import Exchange

/// An exchange with a stream, and people who come later.
enum StreamMarket {
    static let asked =
        "CREATE MODEL walker FROM steps PREDICT tired USING (model => stream) "
        + "WITH PRIVACY (epsilon => 1.0, delta => 1e-6)"

    /// People who come later, with rows and consent.
    static func join(
        _ people: Range<Int>, to exchange: Exchange, in world: World
    ) async throws {
        world.pass(1000)
        var text = "who,day,steps,weather,tired\n"
        for person in people {
            for day in 1...3 {
                let steps = (person * 7919 + day * 4001) % 20_000
                text +=
                    "person-\(person),2025-03-0\(day),\(steps),sun,\(steps > 9000 ? "yes" : "no")\n"
            }
        }
        let path = world.folder + "/more-\(people.lowerBound).csv"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let mapping = """
            {"table": "walks", "person": "who", "columns": [
              {"source": "day", "name": "day", "kind": "date"},
              {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "20000"]},
              {"source": "weather", "name": "weather", "kind": "category", "categories": ["sun", "rain"]},
              {"source": "tired", "name": "tired", "kind": "category", "categories": ["no", "yes"]}],
             "key": ["day"]}
            """
        _ = try await exchange.importFile(
            path, owner: .custody(prefix: "club"),
            options: IntakeOptions(mapping: try Mapping(parsing: Array(mapping.utf8))))
        try await exchange.grant(
            World.terms(limit: "30"), pool: World.pool, by: keys(people, exchange))
    }

    static func keys(_ people: Range<Int>, _ exchange: Exchange) -> [SigningKey] {
        exchange.custodyKeys(prefix: "club", labels: people.map { "person-\($0)" })
    }

    /// What RETRAIN MODEL walker asks.
    static func retraining(
        _ exchange: Exchange, _ buyer: SigningKey
    ) async throws -> PricedQuestion {
        let owned = try await exchange.model(named: "walker", of: buyer)
        return try await exchange.quote(
            owned.sql, pool: World.pool, purpose: owned.order.order.quote.quote.purpose,
            bringing: owned.retraining)
    }

    /// An exchange with a stream of 60 people.
    static func market(
        _ world: World, stale: PoolOffer.StaleRule = .mark
    ) async throws -> (exchange: Exchange, buyer: SigningKey, first: AnsweredOrder) {
        let (exchange, buyer) = try await ModelOrderTests.market(world, stale: stale)
        let first = try await exchange.order(exchange.quote(asked).quote.id, by: buyer)
        return (exchange, buyer, first)
    }
}
