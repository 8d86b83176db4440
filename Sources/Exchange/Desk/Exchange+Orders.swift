// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity
internal import Ledger
package import Market
internal import Privacy
internal import Consent
internal import Query
internal import Storage

/// An order as its buyer looks back on it.
package struct PlacedOrder: Sendable {
    /// What was ordered.
    package let order: Order
    /// How far it is.
    package let stage: OrderStage
    /// When it was placed.
    package let time: Timestamp
    /// Where it stands in the journal.
    let index: UInt64

    /// The order's name.
    package var id: Digest { order.id }

    /// The machine-readable form.
    package var json: JSON {
        let quote = order.quote.quote
        return [
            "id": .string(id.hex), "pool": .string(quote.pool),
            "purpose": .string(quote.purpose.id),
            "price": .string(String(quote.price?.microunits ?? 0)),
            "epsilon": .string(quote.epsilon), "delta": .string(quote.delta),
            "stage": .string(stage.rawValue), "time": .string(time.description),
        ]
    }
}

/// What a buyer ordered, and who she is in each pool.
extension Exchange {
    /// All orders of a buyer, in the order they were placed.
    ///
    /// - Cost: a look at the rows of her account, as for her statement.
    package func orders(of key: SigningKey) throws -> [PlacedOrder] {
        // Brings the rows of accounts up to date when they were deleted.
        _ = try statement(of: key)
        var found: [PlacedOrder] = []
        var seen: Set<UInt64> = []
        for row in try store.statement(of: Accounts.party(key.id)) {
            guard seen.insert(row.entry).inserted, let leaf = try store.leaf(at: row.entry)
            else { continue }
            let entry = try Entry(leaf: leaf)
            guard case .ordered(let order) = try Change(kind: entry.kind, body: entry.body),
                order.buyer == key.id, let stage = state.orders[order.id]?.stage
            else { continue }
            found.append(
                PlacedOrder(order: order, stage: stage, time: entry.time, index: row.entry))
        }
        return found.sorted { $0.index < $1.index }
    }

    /// An order with its question and, where there is one, its answer and receipt: what is sealed is
    /// opened with the buyer's key.
    func openedOrder(_ placed: PlacedOrder, by key: SigningKey) throws -> JSON {
        guard case .object(var members) = placed.json else { return placed.json }
        members["question"] = .string(try question(of: placed, by: key))
        if placed.stage == .done {
            let answer = try answered(placed.order, buyer: key)
            members["answer"] = answer.table.json
            members["receipt"] = answer.receipt
        }
        return .object(members)
    }

    /// The text of an order's question.
    private func question(of placed: PlacedOrder, by key: SigningKey) throws -> String {
        let plain = try openedQuestion(placed, by: key)
        guard let text = try JSON(parsing: plain)["value"]?["sql"]?.string else {
            throw ExchangeError.refused("the recorded question is damaged; run `dividend doctor`")
        }
        return text
    }

    /// What the entry of an order commits to: its question and a salt.
    func openedQuestion(_ placed: PlacedOrder, by key: SigningKey) throws -> [UInt8] {
        guard let envelope = try store.sealed(at: placed.index),
            let leaf = try store.leaf(at: placed.index)
        else { throw ExchangeError.refused("the recorded question is missing; restore a backup") }
        let plain = try Envelope.open(
            envelope, with: key.agreement, context: "dividend/question/v1")
        guard try Entry(leaf: leaf).sealed == Digest(of: plain) else {
            throw ExchangeError.refused("the recorded question is damaged; run `dividend doctor`")
        }
        return plain
    }

    /// Under which keys a party appears: in each pool, and where her segments are listed.
    func pseudonyms(of key: SigningKey) -> JSON {
        let pools = state.pools.keys.sorted().map { pool -> JSON in
            let party = key.pseudonym(for: Exchange.poolContext(pool)).id
            return ["pool": .string(pool), "did": .string(party.did)]
        }
        return [
            "party": .string(key.id.did), "pools": .array(pools),
            "vault": .string(key.pseudonym(for: Exchange.vaultContext).id.did),
        ]
    }
}
