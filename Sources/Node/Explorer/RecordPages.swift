// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Ledger
internal import Market
internal import Study
internal import WebUI

/// The explorer's lists: blocks, studies, payouts, pools. People come in bands.
struct RecordPages {
    let node: Node
    let directory: Directory
    let explorer: ExplorerPages

    func add(to router: Router<NodeContext>) {
        router.get("explorer/blocks") { request, context in
            try await page("blocks", request, context) { page, _ in
                page.text = try await node.exchange.checkpoint()
                page.facts = [("explorer.key", .init(await node.exchange.verifierKey, to: "/key"))]
                let part = Directory.page(
                    await directory.blocks, skipping: ExplorerPages.skip(request),
                    most: ExplorerPages.most)
                page.lists = [try await blocks(part.items)]
                return (part.newer, part.older)
            }
        }
        router.get("explorer/studies") { request, context in
            try await page("studies", request, context) { page, frame in
                let part = Directory.page(
                    await directory.orders, skipping: ExplorerPages.skip(request),
                    most: ExplorerPages.most)
                page.lists = [studies("", part.items, await node.exchange.state, frame)]
                return (part.newer, part.older)
            }
        }
        router.get("explorer/payouts") { request, context in
            try await page("payouts", request, context) { page, frame in
                let part = Directory.page(
                    await directory.payouts, skipping: ExplorerPages.skip(request),
                    most: ExplorerPages.most)
                page.lists = [try await payouts("", part.items, frame)]
                return (part.newer, part.older)
            }
        }
        router.get("explorer/pools") { request, context in
            try await page("pools", request, context) { page, _ in
                page.lists = [
                    RecordPage.List(
                        "", ["pools.pool", "pools.people", "pools.studies", "pools.paid"],
                        numbers: ["pools.studies", "pools.paid"],
                        try await node.pools().map { pool in
                            [
                                .init(pool.offer.title, to: "/explorer/pools/\(pool.offer.name)"),
                                .init(pool.people.rawValue), "\(pool.studies)",
                                .init(pool.declared.description),
                            ]
                        })
                ]
                return (nil, nil)
            }
        }
        DetailPages(node: node, directory: directory, explorer: explorer, lists: self)
            .add(to: router)
    }

    private func page(
        _ tab: String, _ request: Request, _ context: NodeContext,
        _ fill: (inout RecordPage, Frame) async throws -> (newer: Int?, older: Int?)
    ) async throws -> Response {
        try await directory.follow()
        let frame = await node.frame(request, context)
        var page = RecordPage(frame.message("explorer." + tab), in: tab)
        page.lead = frame.message("explorer.\(tab)Lead")
        let (newer, older) = try await fill(&page, frame)
        ExplorerPages.turn(&page, newer, older, "/explorer/\(tab)")
        return Reply.html(page.html(frame))
    }

    private func blocks(_ places: [Int]) async throws -> RecordPage.List {
        let signed = await node.exchange.sizes.signed
        let rows = try await node.exchange.entries(at: places).map {
            item -> [RecordPage.Cell] in
            let block = try Block(entry: item.entry)
            return [
                .init("\(block.number)", to: "/explorer/\(item.index)"),
                .init(item.entry.time.short),
                .init("\(block.size)"), .init(block.root.short), .init(block.state.short),
                .init(item.index < signed ? "✓" : "–"),
            ]
        }
        return RecordPage.List(
            "",
            [
                "explorer.block", "explorer.time", "explorer.size", "explorer.root",
                "explorer.state", "explorer.signed",
            ], numbers: ["explorer.block", "explorer.size"], rows)
    }

    /// Studies as a list, from what is public of each.
    func studies(
        _ title: String, _ ids: [Digest], _ state: MarketState, _ frame: Frame
    ) -> RecordPage.List {
        let rows = ids.compactMap { id -> [RecordPage.Cell]? in
            guard let study = state.orders[id] else { return nil }
            let quote = study.order.quote.quote
            return [
                .init(id.short, to: "/explorer/studies/\(id.hex)"), .init(quote.issued.short),
                .init(quote.pool, to: "/explorer/pools/\(quote.pool)"),
                .init(frame.message("stages." + study.stage.rawValue)),
                .init(quote.band), .init(quote.epsilon), .init((quote.price ?? .zero).description),
            ]
        }
        return RecordPage.List(
            title,
            [
                "explorer.study", "explorer.time", "pools.pool", "explorer.stage", "pools.people",
                "explorer.epsilon", "pool.total",
            ], numbers: ["explorer.epsilon", "pool.total"], rows)
    }

    /// Payouts as a list. How many people one paid is told as the largest band of the studies in it.
    func payouts(
        _ title: String, _ items: [(index: Int, pool: String)], _ frame: Frame
    ) async throws -> RecordPage.List {
        let (state, all) = (await node.exchange.state, await directory.payouts)
        let entries = try await node.exchange.entries(at: items.map(\.index))
        let batches = Dictionary(
            state.batches.all.map { (Int($0.record.index), $0.record) }, uniquingKeysWith: { $1 })
        let rows = zip(items, entries).map { item, found -> [RecordPage.Cell] in
            let before = all.last { $0.pool == item.pool && $0.index < item.index }?.index ?? -1
            let bands = (state.pools[item.pool]?.answered ?? []).compactMap { id -> CohortBand? in
                guard let study = state.orders[id], let dividend = study.dividend,
                    Int(dividend.index) < item.index, Int(dividend.index) > before
                else { return nil }
                return CohortBand(rawValue: study.order.quote.quote.band)
            }
            let total = found.entry.body["total"]?.string.flatMap { Int64($0) } ?? 0
            return [
                .init("\(item.index)", to: "/explorer/\(item.index)"),
                .init(found.entry.time.short),
                .init(item.pool, to: "/explorer/pools/\(item.pool)"),
                .init(bands.max { $0.least < $1.least }?.rawValue ?? "–"), "\(bands.count)",
                .init(Amount.text(total)), RecordPages.proof(of: batches[item.index], frame),
            ]
        }
        return RecordPage.List(
            title,
            [
                "explorer.number", "explorer.time", "pools.pool", "pools.people", "pools.studies",
                "me.amount", "entry.proof",
            ], numbers: ["explorer.number", "pools.studies", "me.amount"], rows)
    }

    /// Where a batch's proof is checked; that it is pending before there is one.
    private static func proof(of batch: BatchState?, _ frame: Frame) -> RecordPage.Cell {
        guard let batch else { return .init("–") }
        guard batch.settled != nil else { return .init(frame.message("explorer.pending")) }
        return .init("✓ \(batch.number)", to: "/explorer/proof?batch=\(batch.number)")
    }
}
