// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Learn
internal import Ledger
internal import Market
internal import Query
internal import Study
internal import Vault
internal import WebUI

/// A pool's workbench: question, quote, answer.
struct PoolPages {
    let node: Node
    private let prices = PriceLists()
    /// How many published answers a pool's page lists.
    private static let mostPublished = 10

    init(node: Node) { self.node = node }

    func add(to router: Router<NodeContext>) {
        router.get("pools/:pool") { request, context in
            let frame = await node.frame(request, context)
            var page = try await page(try context.parameters.require("pool"), frame, context)
            let source = PriceLists.source(page.name, page.tables.map(\.table))
            page.sql =
                "SELECT COUNT(*) FROM \(source)\nWITH PRIVACY (epsilon => 1.0, delta => 1e-7)"
            return Reply.html(page.html(frame))
        }
        router.post("pools/:pool") { request, context in
            let form = try await Form(request)
            let frame = await node.frame(request, context)
            var page = try await page(try context.parameters.require("pool"), frame, context)
            // Browsers send forms with CRLF; places are counted in the text as it is shown again.
            page.sql = (form["sql"] ?? "").replacing("\r\n", with: "\n")
            page.purpose = form["purpose"] ?? page.purpose
            let who = node.payer(of: request, context)
            do { try await answer(form["do"] ?? "", &page, context, for: who) } catch {
                let problem = Problem(error)
                guard problem.status.kind == .clientError else { throw error }
                page.refusal = PoolPage.Refusal(problem.detail, at: problem.place)
            }
            return Reply.html(page.html(frame))
        }
        router.post("orders") { request, context in
            let access = try context.signedIn()
            guard let id = try await Form(request)["quote"].flatMap(Digest.init(hex:)) else {
                throw Problem(.unprocessableContent, "format", "which quote? Ask for one first")
            }
            _ = try await node.order(id, by: access)
            return Reply.see("/orders/\(id.hex)")
        }
        router.get("orders/:order") { request, context in
            let answered = try await node.ordered(context)
            let quote = answered.order.quote.quote
            let frame = await node.frame(request, context)
            var page = try await page(quote.pool, frame, context)
            page.sql = try await node.exchange.openQuote(answered.order.id).sql
            page.purpose = quote.purpose.id
            var shown = PoolPages.shown(answered.table, order: answered.order.id.hex)
            shown.facts = [
                ("pool.paid", (quote.price ?? .zero).description),
                ("pool.privacy", "ε \(quote.epsilon), δ \(quote.delta)"),
                ("pool.people", quote.band), ("explorer.time", quote.issued.short),
            ]
            shown.isPublished =
                await node.exchange.state.orders[answered.order.id]?.published != nil
            page.answered = shown
            return Reply.html(page.html(frame))
        }
        router.post("orders/:order/publish") { request, context in
            guard try await Form(request)["sure"] == "yes" else {
                throw Problem(.unprocessableContent, "not_sure", "say that you are sure first")
            }
            let published = try await node.publish(context)
            return Reply.see("/explorer/studies/\(published.order.hex)")
        }
        router.get("orders/:order/answer.csv") { _, context in
            let table = try await node.ordered(context).table
            return Reply.text(table.csv, type: "text/csv; charset=utf-8").saved(as: "answer.csv")
        }
        router.get("orders/:order/answer.json") { _, context in
            Reply.json(try await node.ordered(context).table.json).saved(as: "answer.json")
        }
        router.get("orders/:order/receipt.json") { _, context in
            Reply.json(try await node.ordered(context).receipt).saved(as: "receipt.json")
        }
    }

    private func page(
        _ name: String, _ frame: Frame, _ context: NodeContext
    ) async throws -> PoolPage {
        let pool = try await node.pool(name)
        let offer = pool.offer
        var page = PoolPage(
            name: name, title: offer.title, people: pool.people.rawValue,
            price: offer.basePrice.description, premium: offer.premium.description,
            fee: PoolPages.percent(offer.feeBasisPoints), minimum: "\(offer.minimumCohort)",
            purposes: offer.purposes.map { ($0.id, frame.purpose($0.id)) },
            tables: offer.tables.map { schema in
                (
                    schema.table,
                    schema.columns.map {
                        PoolPage.Column(
                            name: $0.name, kind: $0.kind.word, allowed: $0.published,
                            categories: $0.categories)
                    }
                )
            })
        page.published = try await node.exchange.published(
            in: name, count: PoolPages.mostPublished
        ).map { ($0.time.short, $0.sql, "/explorer/studies/\($0.order.hex)") }
        if let caller = context.caller {
            page.models = try await models(of: caller, in: name, frame)
        }
        let usual = offer.purposes.first { $0.id == "dpv:ResearchAndDevelopment" }
        if let usual = usual ?? offer.purposes.first {
            page.purpose = usual.id
            page.prices = try await prices.list(of: offer, for: usual, at: node)
        }
        return page
    }

    /// The models of a pool's people that somebody has, the newest first.
    private func models(
        of caller: Access, in pool: String, _ frame: Frame
    ) async throws -> [PoolPage.OwnModel] {
        // Everybody may see the page, also whose key is sealed here, so that her models cannot be opened.
        guard let key = try? await node.exchange.knownKey(of: caller.party) else { return [] }
        let rentals = await node.exchange.state.rentals
        return try await node.exchange.models(of: key).reversed().compactMap { owned in
            guard owned.order.order.quote.quote.pool == pool else { return nil }
            let stale = frame.text(
                "pool.stale",
                ["withdrawn": "\(owned.withdrawn)", "people": "\(owned.people)"])
            return PoolPage.OwnModel(
                name: owned.model.name, kind: owned.model.kind, made: owned.order.time.short,
                state: owned.isStale ? stale : frame.message("pool.current"),
                price: rentals[owned.order.id]?.word.terms?.price.description,
                address: "/orders/\(owned.order.id.hex)")
        }
    }

    private func answer(
        _ what: String, _ page: inout PoolPage, _ context: NodeContext, for who: String
    ) async throws {
        switch what {
        case "mock":
            let table = try await node.mock(
                page.sql, people: 1000, bringing: try await node.brought([], by: page.sql, context),
                for: who)
            page.answered = PoolPages.shown(table, order: nil)
        case "explain":
            let question = try await question(of: page, context)
            page.explained = try await node.explain(question, for: who).lines.map {
                ($0.subject, $0.text)
            }
        default:
            let priced = try await node.quote(try await question(of: page, context), for: who)
            page.purpose = priced.quote.quote.purpose.id
            page.quoted = try await quoted(priced, for: who)
        }
    }

    /// What the page asks, for what is chosen there; a model is made anew for what it was made for, whatever is.
    private func question(
        of page: PoolPage, _ context: NodeContext
    ) async throws -> AskedQuestion {
        try await node.question(page.sql, purpose: nil, context)
            .defaulting(to: Node.purpose(page.purpose))
    }

    private func quoted(
        _ priced: PricedQuestion, for who: String
    ) async throws -> PoolPage.Quoted {
        let quote = priced.quote.quote
        let offer = try await node.pool(quote.pool).offer
        let fee = offer.fee(of: quote.base)
        let shared = quote.price?.subtracting(fee) ?? .zero
        let least = CohortBand(rawValue: quote.band)?.least ?? 0
        let each = shared.microunits / Int64(max(least, offer.minimumCohort, 1))
        var quoted = PoolPage.Quoted(
            id: priced.quote.id.hex, price: quote.price?.description ?? "-",
            base: quote.base.description, premium: quote.premium.description,
            epsilon: quote.epsilon, delta: quote.delta, band: quote.band,
            expires: quote.expires.short, fee: fee.description, shared: shared.description,
            each: Amount.text(each),
            margins: zip(priced.columns, quote.margins).map { ($0, $1.margin) })
        quoted.notes = priced.notes
        quoted.others = await node.others(than: priced, for: who)
        return quoted
    }

    private static func shown(_ table: ResultTable, order: String?) -> PoolPage.Answered {
        PoolPage.Answered(
            columns: table.columns, rows: table.rows.map { $0.map { ($0.text, $0.margin) } },
            isMock: order == nil, order: order)
    }

    /// Parts of 1/10,000 as people read them: 500 is 5 %.
    private static func percent(_ basisPoints: Int64) -> String {
        var text = Amount.text(basisPoints * 10_000)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text + " %"
    }
}

extension ResultTable {
    /// RFC 4180, with a margin's column beside each number's.
    fileprivate var csv: String {
        func quoted(_ text: String) -> String {
            // By bytes, as whoever reads it does. A spreadsheet takes what begins so for a formula; numbers,
            // which may begin with a minus, are none.
            let isFormula =
                text.utf8.first.map { "=+@\t\r".utf8.contains($0) } ?? false
                || text.utf8.first == UInt8(ascii: "-") && Double(text) == nil
            let bytes = text.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
            return "\"" + (isFormula ? "'" : "") + String(decoding: bytes, as: UTF8.self) + "\""
        }
        let hasMargin = columns.indices.map { column in
            rows.contains { $0[column].margin != nil }
        }
        let head = columns.indices.flatMap { column in
            [quoted(columns[column])]
                + (hasMargin[column] ? [quoted(columns[column] + " ±")] : [])
        }
        let lines = rows.map { row in
            row.indices.flatMap { column in
                [quoted(row[column].text)]
                    + (hasMargin[column] ? [quoted(row[column].margin ?? "")] : [])
            }
        }
        return ([head] + lines).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }
}

extension Response {
    /// The same, to be kept as a file of that name.
    func saved(as name: String) -> Response {
        var response = self
        response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return response
    }
}
