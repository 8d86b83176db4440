// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Hummingbird
internal import Identity
internal import WebUI

/// How the node is, and what it says of itself to machines.
struct HealthRoutes {
    let node: Node

    func add(to router: Router<NodeContext>) {
        router.get("healthz") { _, _ in Reply.text("ok\n") }
        router.get("readyz") { _, _ in
            // Whoever holds the exchange answers: then it is open.
            _ = await node.exchange.sizes
            return Reply.text("ready\n")
        }
        router.get("metrics") { _, _ in
            let sizes = await node.exchange.sizes
            let lines =
                node.meter.lines + [
                    "# TYPE dividend_journal_entries gauge",
                    "dividend_journal_entries \(sizes.entries)",
                    "# TYPE dividend_journal_signed gauge",
                    "dividend_journal_signed \(sizes.signed)",
                ]
            return Reply.text(
                lines.joined(separator: "\n") + "\n",
                type: "text/plain; version=0.0.4; charset=utf-8")
        }
        router.get("openapi.json") { _, _ in
            Reply.bytes(.init(bytes: PackageResources.openapi_json), type: "application/json")
        }
        router.get("llms.txt") { _, _ in Reply.text(HealthRoutes.forModels(node.origin)) }
        router.get(".well-known/gpc.json") { _, _ in
            Reply.json(["gpc": true, "lastUpdate": "2026-11-28"])
        }
        router.get(".well-known/did.json") { _, _ in
            let did = await node.exchange.nodeID.did
            let key = String(did.dropFirst("did:key:".count))
            return Reply.json([
                "@context": ["https://www.w3.org/ns/did/v1"], "id": .string(did),
                "verificationMethod": [
                    [
                        "id": .string(did + "#" + key), "type": "Multikey",
                        "controller": .string(did), "publicKeyMultibase": .string(key),
                    ]
                ],
                "assertionMethod": [.string(did + "#" + key)],
            ])
        }
        for (name, asset) in Asset.all {
            router.get("assets/\(name)") { _, _ in
                var response = Reply.bytes(.init(bytes: asset.bytes), type: asset.type)
                response.headers[.cacheControl] = "public, max-age=3600"
                response.headers[.eTag] = asset.tag
                return response
            }
        }
        router.get("favicon.ico") { _, _ in
            Reply.bytes(.init(bytes: Asset.icon.bytes), type: Asset.icon.type)
        }
    }

    private static func forModels(_ origin: String) -> String {
        """
        # Dividend

        > An exchange that answers questions about people's data privately and pays the people. Rows never
        > leave; every answer has noise and a 95 % interval; every payout can be checked.

        - [API](\(origin)/openapi.json): every route, in OpenAPI 3.1; [in words](\(origin)/reference)
        - [Catalogue](\(origin)/api/v1/pools): pools with their columns, purposes and prices
        - Quote: POST /api/v1/quotes {"sql": "SELECT COUNT(*) FROM pool"}; order: POST /api/v1/orders {"quote": id}
        - Try for nothing on people who do not exist: POST /api/v1/mock {"sql": …}

        """
    }
}
