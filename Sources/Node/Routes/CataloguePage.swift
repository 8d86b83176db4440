// SPDX-License-Identifier: Apache-2.0
internal import Consent
internal import Foundation
internal import Hummingbird
internal import Ledger
internal import Market
internal import Study
internal import Vault
internal import WebUI

/// The catalogue: what is offered, searched and sorted by the address alone.
struct CataloguePage {
    let node: Node

    func add(to router: Router<NodeContext>) {
        router.get("pools") { request, context in
            try await node.cached(request, context) { try await page(request, context) }
        }
    }

    private func page(_ request: Request, _ context: NodeContext) async throws -> Response {
        let frame = await node.frame(request, context)
        let query = request.uri.queryParameters
        let words = query["q"].map { Form.words($0.prefix(100)) } ?? ""
        let order = query["sort"].flatMap { Order(rawValue: String($0)) } ?? .title
        let all = try await node.pools()
        let found = all.filter { $0.holds(words) }.sorted(by: order.isBefore)
        var page = PoolsPage(
            found.map { pool in
                [
                    "name": pool.offer.name, "title": pool.offer.title,
                    "tables": pool.offer.tables.map(\.table).joined(separator: ", "),
                    "purposes": pool.offer.purposes.map { frame.purpose($0.id) }
                        .joined(separator: ", "),
                    "people": pool.people.rawValue, "price": pool.offer.basePrice.description,
                    "studies": "\(pool.studies)", "paid": pool.declared.description,
                ]
            }, isEmpty: all.isEmpty)
        page.words = words
        let plain = CharacterSet.urlQueryAllowed.subtracting(.init(charactersIn: "&+=#"))
        let encoded = words.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
        page.orders = Order.allCases.map { item in
            (
                column: item.rawValue, address: "/pools?q=\(encoded)&sort=\(item.rawValue)",
                isChosen: item == order
            )
        }
        return Reply.html(page.html(frame))
    }

    /// What the catalogue can be sorted by.
    private enum Order: String, CaseIterable {
        case title, people, price, studies, paid

        /// Names and prices rise; what there is more of comes first.
        func isBefore(_ one: PoolEntry, _ other: PoolEntry) -> Bool {
            switch self {
            case .title: (one.offer.title, one.offer.name) < (other.offer.title, other.offer.name)
            case .people:
                (other.people.least, one.offer.name) < (one.people.least, other.offer.name)
            case .price:
                (one.offer.basePrice, one.offer.name) < (other.offer.basePrice, other.offer.name)
            case .studies: (other.studies, one.offer.name) < (one.studies, other.offer.name)
            case .paid: (other.declared, one.offer.name) < (one.declared, other.offer.name)
            }
        }
    }
}

extension PoolEntry {
    /// Whether all words stand in what is published: names, titles, tables, columns, purposes.
    fileprivate func holds(_ words: String) -> Bool {
        let texts =
            [offer.name, offer.title] + offer.purposes.flatMap { [$0.id, $0.label] }
            + offer.tables.flatMap { [$0.table] + $0.columns.map(\.name) }
        let all = texts.joined(separator: "\n").lowercased()
        return words.lowercased().split(whereSeparator: \.isWhitespace).allSatisfy {
            all.contains($0)
        }
    }
}
