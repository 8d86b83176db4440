// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Fields
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
        api.get("batches") { request, _ in
            let page = try Page(request)
            let batches = await node.exchange.state.batches.all
            return page.reply(
                page.part(of: batches).map { StudyRoutes.json($0.record) }, of: batches.count)
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

    /// A batch as the public journal tells it; how many a payout pays stays a band.
    private static func json(_ batch: BatchState) -> JSON {
        var members: [String: JSON] = [
            "number": .integer(Int64(batch.number)), "id": .string(batch.id.hex),
            "amount": .string(String(batch.amount.microunits)),
            "entry": .integer(Int64(batch.index)),
            "record": .string(Hex.encode(batch.record.bytes)),
        ]
        switch batch.kind {
        case .payout(let pool):
            members["kind"] = "payout"
            members["pool"] = .string(pool)
        case .draw(let account, _):
            members["kind"] = "draw"
            members["account"] = .integer(Int64(account))
        }
        if let settled = batch.settled {
            members["settled"] = [
                "entry": .integer(Int64(settled.index)), "proof": .string(settled.proof.hex),
                "data": .string(settled.data.hex),
                "old_root": .string(Hex.encode(settled.oldRoot.bytes)),
                "new_root": .string(Hex.encode(settled.newRoot.bytes)),
            ]
        }
        return .object(members)
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
