// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Ledger
internal import Market

/// What everybody may know of studies and payouts, the oldest first.
struct StudyRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.get("studies") { request, _ in
            let page = try Page(request)
            let studies = await node.exchange.state.orders.all
            return page.reply(
                page.part(of: studies).map { StudyRoutes.json($0.key, $0.record) },
                of: studies.count)
        }
        api.get("studies/:study") { _, context in
            let id = try context.digest("study")
            guard let study = await node.exchange.state.orders[id] else {
                throw Problem(
                    .notFound, "study_unknown",
                    "there is no study \(id.short)…; see /api/v1/studies")
            }
            guard study.published != nil, case .object(var members) = StudyRoutes.json(id, study)
            else { return Reply.json(StudyRoutes.json(id, study)) }
            members["published"] = try await node.exchange.published(id).json
            return Reply.json(.object(members))
        }
        api.get("payouts") { request, _ in
            let page = try Page(request)
            try await node.directory.follow()
            let all = await node.directory.payouts
            let entries = try await node.exchange.entries(at: page.part(of: all).map(\.index))
            return page.reply(
                entries.map { index, entry in
                    [
                        "entry": .integer(Int64(index)), "time": .string(entry.time.description),
                        "pool": entry.body["pool"] ?? .null, "total": entry.body["total"] ?? .null,
                    ]
                }, of: all.count)
        }
    }

    /// A study as the public journal tells it. Where its buyer published question and answer, the entry that did:
    /// a list of studies would be too long with all of them in it.
    private static func json(_ id: Digest, _ study: MarketState.OrderState) -> JSON {
        let quote = study.order.quote.quote
        var members: [String: JSON] = [
            "id": .string(id.hex), "pool": .string(quote.pool),
            "purpose": .string(quote.purpose.id),
            "stage": .string(study.stage.rawValue), "people": .string(quote.band),
            "epsilon": .string(quote.epsilon), "delta": .string(quote.delta),
            "price": .string(String((quote.price ?? .zero).microunits)),
            "quoted": .string(quote.issued.description),
            "answers": .array(quote.answers.map { .string($0.rawValue) }),
        ]
        if let index = study.published { members["published"] = ["entry": .integer(Int64(index))] }
        return .object(members)
    }
}
