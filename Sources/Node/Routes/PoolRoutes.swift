// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Ledger
internal import Market
internal import Study

/// The catalogue; opening pools and paying them out is the operator's.
struct PoolRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.get("pools") { request, _ in
            try await node.cache.response(request.uri.path, at: node.exchange.version) {
                Reply.json(.array(try await node.pools().map(\.json)))
            }
        }
        api.get("pools/:pool") { _, context in
            Reply.json(try await node.pool(try context.parameters.require("pool")).json)
        }
        api.post("pools") { request, context in
            try context.requireOperator()
            var asked = try await Asked(request)
            let offer = try await PoolRoutes.offer(&asked, at: node.exchange)
            let isInvited = try asked.truth("invited") ?? false
            try asked.finish()
            guard offer.isEdge || !isInvited else {
                throw Problem(.unprocessableContent, "format", "invited goes with edge")
            }
            try await node.exchange.openPool(offer, inviteOnly: isInvited)
            return Reply.json(offer.json, status: .created)
        }
        api.post("pools/:pool/payout") { _, context in
            try context.requireOperator()
            let paid = try await node.exchange.payOut(try context.parameters.require("pool"))
            return Reply.json([
                "people": .string(CohortBand(count: paid.people).rawValue),
                "total": .string(String(paid.total.microunits)),
            ])
        }
    }

    private static func offer(_ asked: inout Asked, at exchange: Exchange) async throws -> PoolOffer
    {
        let name = try asked.text("name", most: 64)
        let tables = try await exchange.schemas(named: try asked.texts("tables"))
        let purposes = try asked.texts("purposes").map { id in
            guard let purpose = Purpose(id) else {
                throw Problem(
                    .unprocessableContent, "format", "\(id) is no purpose; see /api/v1/purposes")
            }
            return purpose
        }
        let split = try asked.optionalText("split") ?? "equal"
        guard let rule = PoolOffer.SplitRule(rawValue: split) else {
            throw Problem(.unprocessableContent, "format", "split is equal, weights, days or value")
        }
        let stale = try asked.optionalText("stale") ?? "mark"
        guard let staleRule = PoolOffer.StaleRule(rawValue: stale) else {
            throw Problem(.unprocessableContent, "format", "stale is mark, stop or retrain")
        }
        let isEdge = try asked.truth("edge") ?? false
        let amount = { (number: Int64?) in number.flatMap { Amount(microunits: $0) } ?? .zero }
        return try PoolOffer(
            name: name, title: try asked.optionalText("title", most: 256) ?? name, tables: tables,
            purposes: purposes,
            basePrice: amount(try asked.number("basePrice", in: 0...1 << 50)),
            premium: amount(try asked.number("premium", in: 0...1 << 50)),
            feeBasisPoints: try asked.number("feeBasisPoints", in: 0...10_000) ?? 500,
            minimumCohort: Int(try asked.number("minimumCohort", in: 5...1_000_000) ?? 20),
            rowsPerPerson: Int(try asked.number("rowsPerPerson", in: 1...1_000_000) ?? 31),
            split: rule, stale: staleRule, isEdge: isEdge)
    }
}

/// A pool as the catalogue shows it.
struct PoolEntry: Sendable {
    let offer: PoolOffer
    let people: CohortBand
    let studies: Int
    let declared: Amount

    var json: JSON {
        [
            "offer": offer.json, "people": .string(people.rawValue),
            "studies": .integer(Int64(studies)), "paid": .string(String(declared.microunits)),
        ]
    }
}

extension Node {
    /// All pools, by name.
    func pools() async throws -> [PoolEntry] {
        let state = await exchange.state
        return state.pools.keys.sorted().compactMap { name in
            state.pools[name].map { Node.entry($0, in: state) }
        }
    }

    /// One pool.
    func pool(_ name: String) async throws -> PoolEntry {
        let state = await exchange.state
        guard let pool = state.pools[name] else { throw MarketError.noPool(name) }
        return Node.entry(pool, in: state)
    }

    private static func entry(_ pool: MarketState.PoolState, in state: MarketState) -> PoolEntry {
        PoolEntry(
            offer: pool.offer,
            people: CohortBand(count: state.consent.contributors(of: pool.offer.name)),
            studies: pool.answered.count, declared: pool.declared)
    }
}
