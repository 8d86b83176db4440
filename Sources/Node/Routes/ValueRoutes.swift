// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Market
internal import Privacy
internal import Study

/// Shares by value; suspensions, appeals, and what is decided on them.
struct ValueRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.post("pools/:pool/valuation") { request, context in
            try context.requireOperator()
            let pool = try context.parameters.require("pool")
            var asked = try await Asked(request)
            let (question, cost) = (try asked.text("question"), try asked.text("epsilon", most: 32))
            try asked.finish()
            guard let epsilon = ExactDecimal(cost) else {
                throw Problem(
                    .unprocessableContent, "format", "epsilon is a positive number such as \"0.5\"")
            }
            let valued = try await node.exchange.valueShares(
                of: pool, by: question, epsilon: epsilon)
            return Reply.json(
                [
                    "epoch": .integer(Int64(valued.epoch)),
                    "people": .string(CohortBand(count: valued.people).rawValue),
                    "waiting": .string(CohortBand(count: valued.waiting).rawValue),
                    "suspended": valued.suspendedJSON,
                ], status: .created)
        }
        api.get("pools/:pool/suspensions") { _, context in
            let pool = try context.parameters.require("pool")
            guard let state = await node.exchange.state.pools[pool] else {
                throw MarketError.noPool(pool)
            }
            return Reply.json(state.suspensionsJSON)
        }
        api.post("pools/:pool/suspensions") { request, context in
            try context.requireOperator()
            let pool = try context.parameters.require("pool")
            var asked = try await Asked(request)
            let party = try asked.pseudonym("party")
            let reason = try asked.text("reason", most: Suspension.mostReason)
            try asked.finish()
            try await node.exchange.suspend(party, in: pool, because: reason)
            return Reply.json(["suspended": .string(party.did)], status: .created)
        }
        api.post("pools/:pool/decisions") { request, context in
            try context.requireOperator()
            let pool = try context.parameters.require("pool")
            var asked = try await Asked(request)
            let party = try asked.pseudonym("party")
            guard let lifted = try asked.truth("lifted") else {
                throw Problem(.unprocessableContent, "format", "lifted is true or false")
            }
            try asked.finish()
            try await node.exchange.settleSuspension(of: party, in: pool, lifting: lifted)
            return Reply.json(
                ["party": .string(party.did), "lifted": .bool(lifted)], status: .created)
        }
        api.post("grants/:pool/appeal") { _, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            let pool = try context.parameters.require("pool")
            try await node.exchange.appeal(key, in: pool)
            return Reply.json(["appealed": .string(pool)], status: .created)
        }
        api.get("grants/:pool/worth") { _, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            let worth = try await node.exchange.worth(
                of: key, in: try context.parameters.require("pool"))
            return Reply.json(worth?.json ?? ["band": .null])
        }
    }
}

extension Asked {
    /// A pseudonym, as the journal names people.
    fileprivate mutating func pseudonym(_ name: String) throws -> PartyID {
        guard let party = PartyID(did: try text(name, most: 128)) else {
            throw Problem(.unprocessableContent, "format", "\(name) is a pseudonym: did:key:…")
        }
        return party
    }
}
