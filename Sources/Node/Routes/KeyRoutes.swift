// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Hummingbird

/// Access keys: made, listed, ended. A party minds its own; the operator everybody's.
struct KeyRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.get("keys") { request, context in
            let access = try context.signedIn()
            let asked = try request.name("party", besides: "-")
            if let asked, asked != access.party { try context.requireOperator() }
            let keys = try await node.exchange.accessKeys(of: asked ?? access.party)
            return Reply.json(.array(keys.map(\.json)))
        }
        api.post("keys") { request, context in
            let access = try context.signedIn()
            var asked = try await Asked(request)
            let party = try asked.optionalPartyName("party") ?? access.party
            try asked.finish()
            if party != access.party {
                try context.requireOperator()
            } else {
                try await node.requireFresh(context)
            }
            // Only the operator's own session gives out a key that opens the operator's doings.
            let secret = try await node.exchange.makeAccessKey(
                for: party,
                isOperator: access.isOperator && party == Exchange.operatorParty)
            return Reply.json(
                ["party": .string(party), "accessKey": .string(secret)], status: .created)
        }
        api.delete("keys/:key") { request, context in
            let access = try context.signedIn()
            let id = try context.digest("key")
            let party = try request.name("party", besides: "-") ?? access.party
            if party != access.party { try context.requireOperator() }
            try await node.exchange.endAccessKey(id, of: party)
            node.sessions.endAll(by: id)
            return Reply.json(["ended": .string(id.hex)])
        }
    }
}
