// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Identity
internal import Market
internal import Query
internal import Storage
internal import Study
internal import Vault

/// The same question again: it gets the answer that it had, and costs nobody anything.
///
/// What was let out once tells nothing more when it is told again, while fresh noise would: whoever asks
/// often enough could average it away. Two texts that ask the same are the same question, whatever the
/// names, order and spelling of what they show.
extension Exchange {
    /// The name under which it is kept which order answered a question: what is asked, of which pool, what for, by
    /// whom, and of which data. Pools over one table have other people, prices and fewest people.
    ///
    /// Data are told apart by when anybody's rows or consent last changed, and when a valuation or the operator last
    /// said anew whom the pool's studies read: everybody can read both in the journal. Were it only the rows and
    /// consents of those who are asked, whether an answer is a repeat would tell whose they are.
    func repeatMark(_ query: CompiledStudy, for order: Order) throws -> String {
        let pool = order.quote.quote.pool
        let changed =
            try (store.mark(Exchange.changedMark) ?? [])
            + (store.mark(Exchange.readMark(pool)) ?? [])
        // What machines have changes without anybody's word: a question is the same for a day.
        let isEdge = state.pools[pool]?.offer.isEdge == true
        let day = isEdge ? Array("/\(now.milliseconds / 86_400_000)".utf8) : []
        let bytes =
            try query.digest.bytes + Array(pool.utf8) + [0]
            + Array(order.quote.quote.purpose.id.utf8) + [0] + order.buyer.publicKey + changed + day
        return "repeat/" + Digest(of: bytes).hex
    }

    /// The name under which it is kept when rows or consents last changed: an index of the journal.
    static let changedMark = "changed"

    /// The name under which it is kept when it last changed whom a pool's studies read, other than by rows and consents:
    /// an index of the journal.
    static func readMark(_ pool: String) -> String { "read/" + pool }

    /// What is kept when changes are recorded that begin at an index.
    func changed(by changes: [Change], from first: Int) throws -> [Note] {
        func index(_ place: Int) -> [UInt8] {
            let index = UInt64(first + place)
            return (0..<8).map { UInt8(truncatingIfNeeded: index >> ($0 * 8)) }
        }
        let read = changes.enumerated().compactMap { place, change -> Note? in
            switch change {
            case .valued(let valuation): .mark(Exchange.readMark(valuation.pool), index(place))
            case .suspended(let pool, _, _, _), .decided(let pool, _, lifted: true):
                .mark(Exchange.readMark(pool), index(place))
            default: nil
            }
        }
        return try read + changedRows(by: changes, index)
    }

    /// The same where rows or consents changed. Then what columns were made from is forgotten: it serves no more, and
    /// with it and everybody else's rows, rows that were erased could be guessed and looked up behind the columns' root.
    private func changedRows(
        by changes: [Change], _ index: (_ place: Int) -> [UInt8]
    ) throws -> [Note] {
        let last = changes.lastIndex { change in
            switch change {
            case .dataAdded, .dataErased, .granted, .withdrawn, .poolOpened: true
            default: false
            }
        }
        guard let last else { return [] }
        let forgotten = try store.marks(beginning: Exchange.columnsPrefix).map(\.name)
        return forgotten.map { .unmark($0) } + [.mark(Exchange.changedMark, index(last))]
    }

    /// The answer that the same question had, with its own receipt; nil when it was not asked yet.
    func repeated(
        _ query: CompiledStudy, for order: Order, buyer: SigningKey
    ) throws -> AnsweredOrder? {
        var told = try store.mark(Exchange.toldMark(order.id))
        if told == nil, let bytes = try store.mark(try repeatMark(query, for: order)),
            let earlier = Digest(bytes: bytes)
        {
            told = try store.mark(Exchange.toldMark(earlier))
        }
        guard let bytes = told else { return nil }
        let kept = try JSON(parsing: bytes)
        guard let id = kept["order"]?.string.flatMap(Digest.init(hex:)),
            let earlier = state.orders[id], earlier.stage == .done,
            earlier.order.buyer == buyer.id
        else { return nil }
        let first = try answered(earlier.order, buyer: buyer)
        // A model is what it is, whatever name it is asked by.
        guard case .query(let query) = query else { return first }
        guard let noised = kept["answer"].flatMap(NoisedAnswer.init(json:)) else { return nil }
        let table = query.table(from: noised)
        guard first.table != table else { return first }
        let receipt = try DataIntegrity.sign(
            [
                "type": "DividendReceipt", "repeats": .string(id.hex),
                "quote": earlier.order.quote.quote.json, "buyer": .string(buyer.id.did),
                "answer": table.json, "first": first.receipt,
            ], by: node, created: state.time)
        return AnsweredOrder(
            order: earlier.order, table: table, receipt: receipt, isProven: first.isProven)
    }

    /// Remembers that a quote was answered by what another order had, so that it stays so.
    func again(_ earlier: Order, for order: Order) throws -> Note {
        let told = Exchange.toldMark(order.id)
        let bytes = try store.mark(told) ?? store.mark(Exchange.toldMark(earlier.id)) ?? []
        return .mark(told, bytes)
    }

    /// The name under which it is kept what a quote was answered.
    static func toldMark(_ quote: Digest) -> String { "told/" + quote.hex }

    /// What is kept of an answer, for ``repeated(_:for:buyer:)``.
    ///
    /// - Parameters:
    ///   - noised: its numbers; nil for a model.
    ///   - mark: the name that the question had before anything was read.
    func keep(_ noised: NoisedAnswer?, for order: Order, as mark: String) throws -> [Note] {
        let bytes = try JSON.object([
            "order": .string(order.id.hex), "answer": noised?.json ?? .null,
        ]).signable()
        return [.mark(mark, order.id.bytes), .mark(Exchange.toldMark(order.id), bytes)]
    }
}
