// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Ledger

/// Which entries are about what, from the public journal alone. It follows the journal: whoever asks
/// first after a start waits until it is read once.
///
/// Memory: about two hundred bytes an entry.
actor Directory {
    private let exchange: Exchange
    private var size = 0
    /// The places of the blocks.
    private(set) var blocks: [Int] = []
    /// The payouts, each with its pool.
    private(set) var payouts: [(index: Int, pool: String)] = []
    /// All orders, the oldest first.
    private(set) var orders: [Digest] = []
    private var ofOrder: [Digest: [Int]] = [:]
    private var ofPool: [String: [Int]] = [:]
    private var ofParty: [String: [Int]] = [:]

    init(_ exchange: Exchange) { self.exchange = exchange }

    /// How many entries are read between two looks at others' wishes.
    private static let atOnce = 2_000

    /// Reads on to the end of the journal.
    func follow() async throws {
        while await size < exchange.sizes.entries {
            let start = size
            let entries = try await exchange.entries(from: start, count: Directory.atOnce)
            // Somebody else may have read on in the meantime.
            for (index, entry) in entries where index == size { take(entry, at: index) }
            guard size > start else { return }
        }
    }

    private func take(_ entry: Entry, at index: Int) {
        size = index + 1
        let body = entry.body
        switch entry.kind {
        case Block.kind: blocks.append(index)
        case "payout": payouts.append((index, body["pool"]?.string ?? ""))
        default: break
        }
        if let order = Directory.order(of: entry) {
            if ofOrder[order] == nil { orders.append(order) }
            ofOrder[order, default: []].append(index)
        }
        if entry.kind.hasPrefix("pool.") || ["payout", "shares.set"].contains(entry.kind) {
            let pool = body["name"]?.string ?? body["pool"]?.string
            if let pool { ofPool[pool, default: []].append(index) }
        }
        for party in Set(Directory.parties(of: body)) { ofParty[party, default: []].append(index) }
    }

    /// The order that an entry is about.
    static func order(of entry: Entry) -> Digest? {
        if entry.kind == "order.place" {
            // An order is named by its quote's canonical form.
            return entry.body["quote"]?["quote"].flatMap { try? $0.signable() }
                .map { Digest(of: $0) }
        }
        return entry.body["order"]?.string.flatMap(Digest.init(hex:))
    }

    /// The parties that an entry names, by their public ids.
    static func parties(of body: JSON) -> [String] {
        let shares = body["shares"]?.array?.compactMap { $0["party"]?.string } ?? []
        let named = [body["party"]?.string, body["buyer"]?.string, body["grant"]?["party"]?.string]
        return named.compactMap(\.self) + shares
    }

    /// The entries about an order: placed, reserved, answered or refunded.
    func entries(of order: Digest) -> [Int] { ofOrder[order] ?? [] }

    /// The entries about a pool itself: opened, shares, payouts.
    func entries(of pool: String) -> [Int] { ofPool[pool] ?? [] }

    /// The entries that name a party.
    func entries(naming party: String) -> [Int] { ofParty[party] ?? [] }

    /// The block that sealed an entry; nil when none has yet.
    func block(sealing index: Int) -> Int? {
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle] < index { low = middle + 1 } else { high = middle }
        }
        return low < blocks.count ? blocks[low] : nil
    }

    /// Some of the newest of a list, and where the pages before and after it begin.
    static func page<Item>(
        _ all: [Item], skipping skip: Int, most: Int
    ) -> (items: [Item], newer: Int?, older: Int?) {
        let skip = min(max(0, skip), all.count)
        let items = Array(all.dropLast(skip).suffix(most).reversed())
        return (
            items, skip > 0 ? max(0, skip - most) : nil,
            all.count > skip + most ? skip + most : nil
        )
    }
}
