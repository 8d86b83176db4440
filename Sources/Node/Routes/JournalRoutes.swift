// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Hummingbird
internal import Ledger

/// The public journal, entry by entry, with the proof that each is in the signed log.
struct JournalRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.get("journal") { request, _ in
            let before = try request.number("before", in: 0...Request.largestNumber)
            let limit = try request.number("limit", in: 1...Exchange.entriesAtOnce) ?? 50
            let entries = try await node.exchange.entries(before: before, count: limit)
            let last = entries.last?.index ?? 0
            return Reply.json([
                "items": .array(entries.map { JournalRoutes.json($0.index, $0.entry) }),
                "next": last > 0 ? .integer(Int64(last)) : .null,
            ])
        }
        api.get("journal/:index") { _, context in
            let index = try context.index()
            guard let leaf = try await node.exchange.leaf(at: index) else {
                throw Problem(.notFound, "entry_unknown", "the journal has no entry \(index)")
            }
            // The very bytes that the log's leaf hash is of.
            return Reply.bytes(.init(bytes: leaf), type: "application/json")
        }
        api.get("journal/:index/proof") { _, context in
            let proof = try await node.exchange.proof(of: try context.index())
            return Reply.bytes(.init(bytes: proof.bytes), type: "text/plain; charset=utf-8")
        }
    }

    static func json(_ index: Int, _ entry: Entry) -> JSON {
        [
            "index": .integer(Int64(index)), "kind": .string(entry.kind),
            "time": .string(entry.time.description), "body": entry.body,
            "sealed": entry.sealed.map { .string($0.hex) } ?? .null,
        ]
    }
}

extension NodeContext {
    /// The index of an entry in the path.
    func index() throws -> Int {
        let text = try parameters.require("index")
        guard let index = Int(text), index >= 0, String(index) == text else {
            throw Problem(.notFound, "entry_unknown", "an entry's index is a whole number")
        }
        return index
    }
}
