// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Identity
internal import Market
internal import Study

/// A model's passport: where it comes from, what it cost whom, how good it is, and what it may be used for.
/// Signed by the node; it names no contributor.
enum ModelPassport {
    static let type = "DividendModelPassport"

    /// The passport of a model that an order was answered with.
    ///
    /// - Parameters:
    ///   - model: the model as its buyer has it.
    ///   - state: with the order, done.
    ///   - node: signs.
    static func signed(
        _ model: JSON, of order: Order, in state: MarketState, by node: SigningKey
    ) throws -> JSON {
        let quote = order.quote.quote
        let known = state.orders[order.id]
        let places = known?.cohort.places ?? []
        let rests = known.map { trainings(of: $0, in: state) } ?? [:]
        let members: [String: JSON] =
            [
                "type": .string(type), "order": .string(order.id.hex),
                "model": .string(Digest(of: try model.signable()).hex),
                "pool": .string(quote.pool),
                "tables": .array(quote.tables.map { .string($0) }),
                "cohort": .string(CohortBand(count: places.count).rawValue),
                "grants": .string(state.consent.root(of: places).hex),
                "epsilon": .string(quote.epsilon), "delta": .string(quote.delta),
                "rho": .string(String(quote.rho)),
                "quality": model["quality"] ?? .null,
                "licence": [
                    "purpose": .string(quote.purpose.id), "holder": .string(order.buyer.did),
                    "resale": false,
                ],
                "made": .string(
                    (known?.dividend?.time ?? state.time).description),
            ]
        return try DataIntegrity.sign(
            .object(members.merging(rests) { $1 }), by: node, created: state.time)
    }

    /// What a passport says besides of a model that goes on from another, and of no other.
    private static let ofTrainings = ["trainings", "people", "continues"]

    /// Whether a passport says of an order's trainings what the journal has, where that is nothing too.
    static func saysTrainings(
        _ passport: JSON, of order: MarketState.OrderState, in journal: MarketState
    ) -> Bool {
        let known = trainings(of: order, in: journal)
        return ofTrainings.allSatisfy { passport[$0] == known[$0] }
    }

    /// What a passport says besides of a model that goes on from another: how many trainings it rests on, and over how many
    /// people, of whom each was read in one.
    static func trainings(
        of order: MarketState.OrderState, in journal: MarketState
    ) -> [String: JSON] {
        guard let before = order.order.quote.quote.continues else { return [:] }
        return [
            "trainings": .integer(Int64(journal.trainings(of: order).count)),
            "people": .string(CohortBand(count: journal.readFor(order).count).rawValue),
            "continues": .string(before.hex),
        ]
    }

    /// Whether everybody whose rows made a model still allows studies, by the journal.
    static func freshness(of order: MarketState.OrderState, in journal: MarketState) -> String {
        let people = journal.readFor(order)
        let gone = journal.withdrawn(from: order)
        return gone == 0
            ? "nobody of its people has withdrawn since"
            : "stale: \(gone) of its \(people.count) people have withdrawn since; ask anew for a model without them"
    }

    /// Checks that a receipt's passport is that of its model and order, and gives what it says in words.
    ///
    /// - Throws: what does not hold.
    static func check(
        _ passport: JSON, model: JSON?, quote: JSON, order: Digest, by node: PartyID
    ) throws -> String {
        guard try DataIntegrity.verify(passport).party == node, passport["type"]?.string == type,
            passport["order"]?.string == order.hex,
            let model, passport["model"]?.string == Digest(of: try model.signable()).hex,
            passport["quality"] == model["quality"],
            ["pool", "tables", "epsilon", "delta", "rho"].allSatisfy({ passport[$0] == quote[$0] }),
            passport["licence"]?["purpose"] == quote["purpose"],
            passport["continues"] == quote["continues"],
            ofTrainings.allSatisfy({ (passport[$0] == nil) == (quote["continues"] == nil) })
        else { throw ExchangeError.refused("the passport is not that of the model") }
        func text(_ member: String) -> String { passport[member]?.string ?? "?" }
        let trainings = passport["trainings"]?.integer.map {
            ", the last of \($0) trainings over \(text("people")) in all"
        }
        return
            "a model of \(text("pool")), of \(text("cohort")) people\(trainings ?? ""), for epsilon \(text("epsilon")) each; "
            + "grants \(text("grants").prefix(8))…"
    }
}
