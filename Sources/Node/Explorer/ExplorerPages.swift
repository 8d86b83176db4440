// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Fields
internal import Hummingbird
internal import Ledger
internal import Market
internal import NIOCore
internal import Settlement
internal import WebUI

/// The explorer: entries, what they are about, and a search by every name that the journal knows.
struct ExplorerPages {
    let node: Node
    let directory: Directory
    /// How many lines a page has.
    static let most = 50

    func add(to router: Router<NodeContext>) {
        router.get("explorer") { request, context in
            let query = request.uri.queryParameters
            let words = query["find"].map { Form.words($0.prefix(200)) } ?? ""
            if !words.isEmpty, let address = try await address(of: words) {
                return Reply.see(address)
            }
            var page = try await entries(before: query["before"].flatMap { Int($0) })
            if !words.isEmpty { page.missed = words }
            return Reply.html(
                page.html(await node.frame(request, context)),
                status: words.isEmpty ? .ok : .notFound)
        }
        router.get("explorer/:index") { request, context in
            let page = try await entry(try context.index())
            return Reply.html(page.html(await node.frame(request, context)))
        }
        router.get("explorer/parties/:party") { request, context in
            let party = try context.parameters.require("party")
            try await directory.follow()
            let places = await directory.entries(naming: party)
            guard !places.isEmpty else {
                throw Problem(.notFound, "party_unknown", "no entry names this party")
            }
            let frame = await node.frame(request, context)
            var page = RecordPage(frame.message("explorer.party"), in: "entries")
            page.lead = party
            let part = Directory.page(
                places, skipping: ExplorerPages.skip(request), most: ExplorerPages.most)
            page.lists = [try await list("explorer.entries", part.items, frame)]
            ExplorerPages.turn(&page, part.newer, part.older, "/explorer/parties/\(party)")
            return Reply.html(page.html(frame))
        }
        router.get("explorer/proof") { request, context in
            let asked = request.uri.queryParameters["batch"].map(String.init)
            let batch = await node.exchange.state.settledBatch(named: asked)
            return Reply.html(
                ProofPage(batch, isMissing: asked != nil && batch == nil)
                    .html(await node.frame(request, context)))
        }
        // What a browser needs to check a settlement's proof; it is part of the program.
        router.get("explorer/circuits/:hash/:range/:hashes") { _, context in
            guard let hash = try UInt8(context.parameters.require("hash")).flatMap(StateHash.init),
                let range = try Int(context.parameters.require("range")),
                let hashes = try Int(context.parameters.require("hashes"))
                    .flatMap(SettlementCircuit.Hashes.init),
                let bytes = try SettlementCircuit.bytes(hash: hash, range: range, hashes: hashes)
            else { throw Problem(.notFound, "circuit_unknown", "there is no such circuit") }
            return Reply.bytes(
                ByteBuffer(bytes: bytes), type: "application/octet-stream")
        }
        RecordPages(node: node, directory: directory, explorer: self).add(to: router)
    }

    /// Where the thing of that name is shown; nil when nothing has it.
    private func address(of words: String) async throws -> String? {
        let digits = words.filter { $0 != "," && $0 != " " && $0 != "\u{202f}" }
        if digits.utf8.count < 20, let index = Int(digits), index >= 0 {
            return await index < node.exchange.sizes.entries ? "/explorer/\(index)" : nil
        }
        if let digest = Digest(hex: words.lowercased()) {
            if await node.exchange.state.orders[digest] != nil {
                return "/explorer/studies/\(digest.hex)"
            }
            return await node.exchange.place(of: digest).map { "/explorer/\($0)" }
        }
        if await node.exchange.state.pools[words] != nil { return "/explorer/pools/\(words)" }
        try await directory.follow()
        return await directory.entries(naming: words).isEmpty
            ? nil : "/explorer/parties/\(words)"
    }

    private func entries(before: Int?) async throws -> ExplorerPage {
        let entries = try await node.exchange.entries(before: before, count: ExplorerPages.most)
        let sizes = await node.exchange.sizes
        var page = ExplorerPage(
            entries.map { item in
                [
                    "index": "\(item.index)", "time": item.entry.time.short,
                    "kind": item.entry.kind, "what": item.entry.subject,
                ]
            }, entries: sizes.entries, signed: sizes.signed)
        if let last = entries.last?.index, last > 0 { page.older = "/explorer?before=\(last)" }
        if let first = entries.first?.index, first + 1 < sizes.entries {
            let end = first + 1 + ExplorerPages.most
            page.newer = end < sizes.entries ? "/explorer?before=\(end)" : "/explorer"
        }
        return page
    }

    private func entry(_ index: Int) async throws -> EntryPage {
        guard let leaf = try await node.exchange.leaf(at: index) else {
            throw Problem(.notFound, "entry_unknown", "the journal has no entry \(index)")
        }
        let entry = try Entry(leaf: leaf)
        var page = EntryPage(
            index: index, kind: entry.kind, time: entry.time.description,
            body: entry.body.indented())
        page.hash = await node.exchange.leafHash(at: index)?.hex ?? ""
        page.hasNext = await index + 1 < node.exchange.sizes.entries
        try await directory.follow()
        let pool = entry.body["pool"]?.string ?? entry.body["grant"]?["pool"]?.string
        if let pool = entry.kind == "pool.open" ? entry.body["name"]?.string : pool {
            page.related.append(("pools.pool", .init(pool, to: "/explorer/pools/\(pool)")))
        }
        let state = await node.exchange.state
        if let id = entry.body["batch"]?.string.flatMap(Digest.init(hex:)),
            let batch = state.batches[id]
        {
            page.related.append(
                (
                    "entry.proof",
                    .init("\(batch.number)", to: "/explorer/proof?batch=\(batch.number)")
                ))
            page.related.append(
                ("explorer.batch", .init("\(batch.index)", to: "/explorer/\(batch.index)")))
        }
        if let order = Directory.order(of: entry) {
            page.related.append(
                ("explorer.study", .init(order.hex, to: "/explorer/studies/\(order.hex)")))
        }
        for party in Set(Directory.parties(of: entry.body)).sorted().prefix(3) {
            page.related.append(("explorer.party", .init(party, to: "/explorer/parties/\(party)")))
        }
        if let block = await directory.block(sealing: index), block != index {
            page.related.append(("explorer.sealed", .init("\(block)", to: "/explorer/\(block)")))
        }
        return page
    }

    /// Entries as a list.
    func list(_ title: String, _ places: [Int], _ frame: Frame) async throws -> RecordPage.List {
        let entries = try await node.exchange.entries(at: places)
        return RecordPage.List(
            title, ["explorer.number", "explorer.time", "explorer.kind", "explorer.what"],
            numbers: ["explorer.number"],
            entries.map { item in
                [
                    .init("\(item.index)", to: "/explorer/\(item.index)"),
                    .init(item.entry.time.short), .init(frame.kind(item.entry.kind)),
                    .init(item.entry.subject),
                ]
            })
    }

    static func skip(_ request: Request) -> Int {
        request.uri.queryParameters["skip"].flatMap { Int($0) } ?? 0
    }

    /// Puts the addresses of the pages before and after it into a page.
    static func turn(_ page: inout RecordPage, _ newer: Int?, _ older: Int?, _ address: String) {
        page.newer = newer.map { $0 == 0 ? address : "\(address)?skip=\($0)" }
        page.older = older.map { "\(address)?skip=\($0)" }
    }
}

extension Entry {
    /// What it is about, in one line.
    var subject: String {
        if let pool = body["grant"]?["pool"]?.string { return pool }
        if let pool = body["quote"]?["quote"]?["pool"]?.string { return pool }
        for name in ["pool", "table", "name", "number", "order", "party"] {
            if let text = body[name]?.string {
                return text.utf8.count > 24 ? text.prefix(20) + "…" : text
            }
            if let number = body[name]?.integer { return "\(number)" }
        }
        return ""
    }
}

extension Timestamp {
    /// Without its part of a second: 2026-11-28 12:00:00Z.
    var short: String {
        let text = description
        return text.prefix(19).replacing("T", with: " ") + "Z"
    }
}

extension Form {
    /// What was typed into a search box: browsers send a space as a plus.
    static func words(_ text: Substring) -> String {
        text.replacing("+", with: " ").split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
    }
}

extension MarketState {
    /// The proven batch of a number as it stands in an address; nil for none.
    fileprivate func settledBatch(named text: String?) -> ProofPage.Batch? {
        guard let number = text.flatMap(Int.init), (0..<settledBatches).contains(number),
            let batch = batches.record(at: number), let settled = batch.settled
        else { return nil }
        return ProofPage.Batch(number: number, begun: batch.index, settled: settled.index)
    }
}
