// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Ledger
internal import Market
internal import Query
internal import Study
internal import Vault
internal import WebUI

/// One study, and one pool, as the public journal tells of them.
struct DetailPages {
    let node: Node
    let directory: Directory
    let explorer: ExplorerPages
    let lists: RecordPages

    func add(to router: Router<NodeContext>) {
        router.get("explorer/studies/:study") { request, context in
            let id = try context.digest("study")
            guard let study = await node.exchange.state.orders[id] else {
                throw Problem(.notFound, "study_unknown", "the journal has no study of that id")
            }
            try await directory.follow()
            let frame = await node.frame(request, context)
            let page = try await page(of: study, id, frame)
            return Reply.html(page.html(frame))
        }
        router.get("explorer/pools/:pool") { request, context in
            let pool = try await node.pool(try context.parameters.require("pool"))
            try await directory.follow()
            let frame = await node.frame(request, context)
            let page = try await page(of: pool, frame)
            return Reply.html(page.html(frame))
        }
    }

    /// What everybody may know of a study. Its question and answer are its buyer's, unless she published them.
    private func page(
        of study: MarketState.OrderState, _ id: Digest, _ frame: Frame
    ) async throws -> RecordPage {
        let quote = study.order.quote.quote
        let fee = try await node.pool(quote.pool).offer.fee(of: quote.base)
        let shared = quote.price?.subtracting(fee) ?? .zero
        var page = RecordPage(
            "\(frame.message("explorer.study")) \(id.hex.prefix(12))…", in: "studies")
        page.lead = frame.message("explorer.studyLead")
        page.facts = [
            ("explorer.id", .init(id.hex)),
            ("pools.pool", .init(quote.pool, to: "/explorer/pools/\(quote.pool)")),
            ("explorer.stage", .init(frame.message("stages." + study.stage.rawValue))),
            ("me.purposes", .init(frame.purpose(quote.purpose.id))),
            ("explorer.tables", .init(quote.tables.joined(separator: ", "))),
            ("pools.people", .init(quote.band)),
            ("pool.privacy", .init("ε \(quote.epsilon), δ \(quote.delta)")),
            ("pool.total", .init((quote.price ?? .zero).description)),
        ]
        if study.stage == .done {
            page.facts += [
                ("pool.fee", .init(fee.description)), ("pool.toPeople", .init(shared.description)),
            ]
        }
        if let answer = study.answer {
            page.facts.append(("explorer.commitment", .init(answer.hex)))
        }
        if !quote.answers.isEmpty {
            page.facts.append(
                ("explorer.answers", .init(frame.answers(quote.answers.map(\.rawValue)))))
        }
        let places = await directory.entries(of: id)
        if study.published != nil {
            let published = try await node.exchange.published(id)
            page.lead = frame.message("explorer.publishedLead")
            page.facts.append(("explorer.question", .init(published.sql)))
            page.lists = [DetailPages.list(published.table)]
        }
        page.lists += [try await explorer.list("explorer.entries", places, frame)]
        return page
    }

    /// A published answer, each number with its margin.
    private static func list(_ table: ResultTable) -> RecordPage.List {
        let numbers = table.columns.indices.filter { table.rows.first?[$0].margin != nil }
        var list = RecordPage.List(
            "pool.answerTitle", table.columns, numbers: Set(numbers.map { table.columns[$0] }),
            table.rows.map { row in
                row.map { .init($0.text + ($0.margin.map { " ± " + $0 } ?? "")) }
            })
        list.namesColumns = true
        return list
    }

    private func page(of pool: PoolEntry, _ frame: Frame) async throws -> RecordPage {
        let offer = pool.offer
        let state = await node.exchange.state
        var page = RecordPage(offer.title, in: "pools")
        page.facts = [
            ("explorer.offer", .init(offer.name, to: "/pools/\(offer.name)")),
            (
                "me.purposes",
                .init(offer.purposes.map { frame.purpose($0.id) }.joined(separator: ", "))
            ),
            ("explorer.tables", .init(offer.tables.map(\.table).joined(separator: ", "))),
            ("pools.people", .init(pool.people.rawValue)),
            ("pools.paid", .init(pool.declared.description)),
        ]
        let answered = (state.pools[offer.name]?.answered ?? []).suffix(ExplorerPages.most)
        let payouts = await directory.payouts.filter { $0.pool == offer.name }
            .suffix(ExplorerPages.most)
        let places = await directory.entries(of: offer.name).suffix(ExplorerPages.most)
        page.lists = [
            lists.studies("explorer.studies", answered.reversed(), state, frame),
            try await lists.payouts("explorer.payouts", payouts.reversed(), frame),
            try await explorer.list("explorer.entries", places.reversed(), frame),
        ]
        return page
    }
}
