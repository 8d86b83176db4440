// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Ledger
internal import Market
internal import Query
internal import Study
internal import Vault
internal import WebUI

/// The catalogue and a pool's workbench: question, quote, answer.
struct PoolPages {
    let node: Node

    func add(to router: Router<NodeContext>) {
        router.get("pools") { request, context in
            let page = PoolsPage(
                try await node.pools().map { pool in
                    [
                        "name": pool.offer.name, "title": pool.offer.title,
                        "tables": pool.offer.tables.map(\.table).joined(separator: ", "),
                        "people": pool.people.rawValue, "price": pool.offer.basePrice.description,
                        "studies": "\(pool.studies)", "paid": pool.declared.description,
                    ]
                })
            return Reply.html(page.html(await node.frame(request, context)))
        }
        router.get("pools/:pool") { request, context in
            var page = try await page(try context.parameters.require("pool"))
            page.sql =
                "SELECT COUNT(*) FROM \(page.name)\nWITH PRIVACY (epsilon => 1.0, delta => 1e-7)"
            return Reply.html(page.html(await node.frame(request, context)))
        }
        router.post("pools/:pool") { request, context in
            let form = try await Form(request)
            var page = try await page(try context.parameters.require("pool"))
            page.sql = form["sql"] ?? ""
            do { try await answer(form["do"] ?? "", &page) } catch {
                let problem = Problem(error)
                guard problem.status.kind == .clientError else { throw error }
                page.problem = problem.detail
            }
            return Reply.html(page.html(await node.frame(request, context)))
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
            var page = try await page(answered.order.quote.quote.pool)
            page.sql = try await node.exchange.openQuote(answered.order.id).sql
            page.answered = PoolPages.shown(answered.table, order: answered.order.id.hex)
            return Reply.html(page.html(await node.frame(request, context)))
        }
        router.get("orders/:order/answer.csv") { _, context in
            let table = try await node.ordered(context).table
            return Reply.text(PoolPages.csv(table), type: "text/csv; charset=utf-8")
        }
        router.get("orders/:order/receipt.json") { _, context in
            Reply.json(try await node.ordered(context).receipt)
        }
    }

    private func page(_ name: String) async throws -> PoolPage {
        let pool = try await node.pool(name)
        return PoolPage(
            name: name, title: pool.offer.title, people: pool.people.rawValue,
            price: pool.offer.basePrice.description, premium: pool.offer.premium.description,
            purposes: pool.offer.purposes.map(\.label).joined(separator: ", "),
            tables: pool.offer.tables.map { schema in
                (
                    schema.table,
                    schema.columns.map {
                        ["name": $0.name, "kind": $0.kind.word, "allowed": $0.published]
                    }
                )
            })
    }

    private func answer(_ what: String, _ page: inout PoolPage) async throws {
        switch what {
        case "mock":
            page.answered = PoolPages.shown(try await node.mock(page.sql, people: 1000), order: nil)
        case "explain":
            page.explained = try await node.explain(page.sql).lines.map { ($0.subject, $0.text) }
        default:
            let priced = try await node.quote(page.sql, purpose: nil)
            let quote = priced.quote.quote
            page.quoted = PoolPage.Quoted(
                id: priced.quote.id.hex, price: quote.price?.description ?? "-",
                base: quote.base.description, premium: quote.premium.description,
                epsilon: quote.epsilon, delta: quote.delta, band: quote.band,
                margins: zip(priced.columns, quote.margins).map { ($0, $1.margin) })
        }
    }

    private static func shown(_ table: ResultTable, order: String?) -> PoolPage.Answered {
        PoolPage.Answered(
            columns: table.columns, rows: table.rows.map { $0.map { ($0.text, $0.margin) } },
            isMock: order == nil, order: order)
    }

    /// RFC 4180, with a margin's column beside each number's.
    private static func csv(_ table: ResultTable) -> String {
        func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
        let hasMargin = table.columns.indices.map { column in
            table.rows.contains { $0[column].margin != nil }
        }
        let head = table.columns.indices.flatMap { column in
            [quoted(table.columns[column])]
                + (hasMargin[column] ? [quoted(table.columns[column] + " ±")] : [])
        }
        let lines = table.rows.map { row in
            row.indices.flatMap { column in
                [quoted(row[column].text)]
                    + (hasMargin[column] ? [quoted(row[column].margin ?? "")] : [])
            }
        }
        return ([head] + lines).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }
}
