// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Ledger
internal import Market
internal import Study
internal import Vault

/// The exchange as a whole.
struct ExchangeRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.get("exchange") { _, _ in Reply.json(try await node.figures().json) }
        api.get("purposes") { _, _ in Reply.json(PurposeTree.json) }
        api.get("tables") { _, context in
            // What no pool offers is nobody's business but the operator's: a name may say whose it is.
            let offered = Set(
                await node.exchange.state.pools.values.flatMap { $0.offer.tables.map(\.table) })
            let isOperator = context.caller?.isOperator ?? false
            return Reply.json(
                .array(
                    try await node.exchange.tableSizes().filter {
                        isOperator || offered.contains($0.table)
                    }.map {
                        [
                            "table": .string($0.table),
                            "people": .string(CohortBand(count: $0.people).rawValue),
                        ]
                    }))
        }
    }
}

/// What everybody may know of an exchange, in numbers.
struct Figures: Sendable {
    let name: String
    let node: String
    let entries: Int
    let signed: Int
    let pools: Int
    let studies: Int
    /// What people were given since the exchange began.
    let paid: Amount
    /// How many grants are in force, as a band.
    let people: CohortBand

    var json: JSON {
        [
            "name": .string(name), "node": .string(node), "entries": .integer(Int64(entries)),
            "signed": .integer(Int64(signed)), "pools": .integer(Int64(pools)),
            "studies": .integer(Int64(studies)), "paid": .string(String(paid.microunits)),
            "people": .string(people.rawValue),
        ]
    }
}

extension Node {
    /// The figures as they are now.
    func figures() async throws -> Figures {
        let state = await exchange.state
        let sizes = await exchange.sizes
        let pools = state.pools
        let people = pools.keys.reduce(0) { $0 + state.consent.contributors(of: $1) }
        return Figures(
            name: state.name, node: await exchange.nodeID.did, entries: sizes.entries,
            signed: sizes.signed, pools: pools.count,
            studies: pools.values.reduce(0) { $0 + $1.answered.count },
            paid: pools.values.reduce(.zero) { $0.adding($1.declared) ?? $0 },
            people: CohortBand(count: people))
    }
}
