// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Ledger

/// A party's account; parties and deposits are the operator's.
struct AccountRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.get("account") { _, context in
            let access = try context.signedIn()
            let key = try await node.exchange.knownKey(of: access.party)
            let money = try await node.exchange.money(of: key)
            return Reply.json([
                "party": .string(access.party), "id": .string(key.id.did),
                "available": .string(String(money.available)),
                "pending": .string(String(money.pending)),
                "claims": .string(String(money.claims)),
            ])
        }
        api.get("account/receipt") { _, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            return Reply.json(try await node.exchange.balanceReceipt(of: key).json)
        }
        api.get("statement") { request, context in
            let page = try Page(request)
            let access = try context.signedIn()
            return try await node.cached(request, for: access) {
                let key = try await node.exchange.knownKey(of: access.party)
                return page.reply(try await node.exchange.statement(of: key).map(\.json))
            }
        }
        api.post("parties") { request, context in
            try context.requireOperator()
            var asked = try await Asked(request)
            let name = try asked.partyName("name")
            try asked.finish()
            guard !node.exchange.partyNames().contains(name) else {
                throw Problem(
                    .conflict, "exists", "there is a party \(name) already; choose another name")
            }
            let id = try await node.exchange.createParty(named: name)
            let key = try await node.exchange.makeAccessKey(for: name)
            return Reply.json(
                ["name": .string(name), "id": .string(id.did), "accessKey": .string(key)],
                status: .created)
        }
        api.get("parties") { request, context in
            try context.requireOperator()
            return try Page(request).reply(node.exchange.partyNames().map { .string($0) })
        }
        api.post("cashouts") { request, context in
            let access = try context.signedIn()
            var asked = try await Asked(request)
            let microunits = try asked.number("microunits", in: 1...1 << 50) ?? 0
            try asked.finish()
            guard let most = Amount(microunits: microunits), most > .zero else {
                throw Problem(.unprocessableContent, "format", "microunits is 1 or more")
            }
            let key = try await node.exchange.knownKey(of: access.party)
            let paid = try await node.exchange.cashOut(key, most: most)
            return Reply.json(
                ["paid": .string(String(paid.paid.microunits)), "pending": .bool(paid.isPending)],
                status: .created)
        }
        api.get("everything") { _, context in
            Reply.json(try await node.everything(of: try context.signedIn()))
        }
        api.post("deposits") { request, context in
            try context.requireOperator()
            var asked = try await Asked(request)
            let party = try asked.person("party")
            let microunits = try asked.number("microunits", in: 1...Exchange.largestDeposit) ?? 0
            let reference = try asked.optionalText("reference", most: 1024) ?? ""
            try asked.finish()
            guard let amount = Amount(microunits: microunits), amount > .zero else {
                throw Problem(.unprocessableContent, "format", "microunits is 1 or more")
            }
            let key = try await node.exchange.knownKey(of: party)
            try await node.exchange.deposit(amount, to: key.id, reference: reference)
            let money = try await node.exchange.money(of: key)
            return Reply.json(["available": .string(String(money.available))], status: .created)
        }
    }
}

/// Which part of a list is wanted: `?limit=` and the cursor that the part before gave.
struct Page {
    /// The most items in one part.
    static let most = 500
    private let start: Int
    private let limit: Int

    init(_ request: Request) throws {
        start = try request.number("cursor", in: 0...Request.largestNumber) ?? 0
        limit = try request.number("limit", in: 1...Page.most) ?? 100
    }

    /// The part, and the cursor of the next where there is one.
    func reply(_ all: [JSON]) -> Response { reply(part(of: all), of: all.count) }

    /// The items of the part.
    func part<Items: RandomAccessCollection>(of all: Items) -> Items.SubSequence {
        all.dropFirst(start).prefix(limit)
    }

    /// The part of a list of so many.
    func reply(_ items: some Sequence<JSON>, of count: Int) -> Response {
        let items = Array(items)
        let end = start + items.count
        return Reply.json([
            "items": .array(items),
            "next": end < count && !items.isEmpty ? .integer(Int64(end)) : .null,
        ])
    }
}
