// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Consent
package import Identity
package import Learn
internal import Market
internal import Query
internal import Storage

/// A model as its buyer has it.
package struct OwnedModel: Sendable {
    /// The order that it answered.
    package let order: PlacedOrder
    /// The question.
    package let sql: String
    /// What the question brought.
    package let brought: BroughtModels
    /// The model.
    package let model: Model
    /// Where it comes from, signed.
    package let passport: JSON
    /// How many people it was made from, in all its trainings, and how many of them have withdrawn since.
    package let people: Int
    package let withdrawn: Int

    /// Whether somebody withdrew who is in it.
    package var isStale: Bool { withdrawn > 0 }

    /// Whether it is a stream, which goes on from what it was where it is retrained.
    package var goesOn: Bool { ModelQuestion.isStream(sql) }

    /// What ``Query/ModelRequest/retrain(_:)`` brings to its question: of a stream the model, to go on from; of others what they
    /// were asked with.
    package var retraining: BroughtModels {
        guard goesOn else { return brought }
        return brought.goingOn(from: model, of: order.id, people: people)
    }

    /// The machine-readable form.
    package var json: JSON {
        [
            "name": .string(model.name), "order": .string(order.id.hex),
            "question": .string(sql), "kind": .string(model.kind), "model": model.json,
            "passport": passport, "stale": .bool(isStale),
        ]
    }

    /// What a list says of it.
    package var brief: JSON {
        [
            "name": .string(model.name), "order": .string(order.id.hex),
            "pool": .string(order.order.quote.quote.pool), "kind": .string(model.kind),
            "stale": .bool(isStale), "time": .string(order.time.description),
        ]
    }
}

/// The models that a buyer has: each answered order for one, by the name that she gave it.
extension Exchange {
    /// The models of a buyer that she has not dropped, in the order in which they were bought.
    ///
    /// - Parameter isWanted: which names; by default all.
    /// - Cost: a look at her orders; every model is opened, and of those that are wanted the people are counted and a passport is
    ///   signed.
    package func models(
        of key: SigningKey, named isWanted: (_ name: String) -> Bool = { _ in true }
    ) throws -> [OwnedModel] {
        try orders(of: key).compactMap { placed in
            guard placed.stage == .done, placed.order.quote.quote.answers == [.model],
                try store.mark(Exchange.droppedMark(placed.id)) == nil
            else { return nil }
            return try ownedModel(placed, by: key, named: isWanted)
        }
    }

    /// The newest model of a name.
    ///
    /// - Throws: when the buyer has none that is called so.
    package func model(named name: String, of key: SigningKey) throws -> OwnedModel {
        guard let model = try models(named: name, of: key).last else {
            throw Exchange.noModel(name)
        }
        return model
    }

    private static func noModel(_ name: String) -> ExchangeError {
        .unknown(
            what: "model", name: name,
            hint:
                "`dividend model list` shows a buyer's; CREATE MODEL \(name) FROM pool PREDICT column makes one"
        )
    }

    private func models(named name: String, of key: SigningKey) throws -> [OwnedModel] {
        try models(of: key) { $0 == name }
    }

    /// Those models of a buyer that a question calls by name.
    ///
    /// A name that she has no model of is left to whoever reads the question: its place is told there.
    package func models(
        calledBy sql: String, of key: SigningKey
    ) throws -> [Model] {
        let names = ModelRequest.names(in: sql)
        guard !names.isEmpty else { return [] }
        var found: [String: Model] = [:]
        for owned in try models(of: key, named: { names.contains($0) }) {
            found[owned.model.name] = owned.model
        }
        return found.keys.sorted().compactMap { found[$0] }
    }

    /// The newest model of a name, or the one that an order was answered with, also where its name was dropped.
    func model(named name: String, orOf key: SigningKey) throws -> OwnedModel {
        guard let id = Digest(hex: name) else { return try model(named: name, of: key) }
        guard let placed = try orders(of: key).first(where: { $0.id == id }),
            placed.stage == .done, placed.order.quote.quote.answers == [.model]
        else { throw MarketError.noOrder }
        guard let owned = try ownedModel(placed, by: key) else { throw MarketError.noOrder }
        return owned
    }

    /// Frees the name of a model: it is listed no more, no question finds it, and it is let no more. Order, receipt and
    /// what was paid stay as they are, as everything in the journal does.
    ///
    /// - Returns: how many models had the name, and how many of them were let.
    /// - Throws: when the buyer has none that is called so.
    package func dropModel(
        named name: String, by key: SigningKey
    ) throws -> (models: Int, rentals: Int) {
        let found = try models(named: name, of: key)
        guard !found.isEmpty else { throw Exchange.noModel(name) }
        let ended = found.compactMap { owned -> Change? in
            guard let rental = state.rentals[owned.order.id], rental.word.terms != nil else {
                return nil
            }
            return .rented(
                Rental(owned.order.id, number: rental.word.number + 1, terms: nil, by: key))
        }
        try record(
            ended, notes: found.map { .mark(Exchange.droppedMark($0.order.id), [1]) })
        return (found.count, ended.count)
    }

    static func droppedMark(_ order: Digest) -> String { "dropped/" + order.hex }

    /// The model that an order was answered with; nil where its name is none that is wanted.
    private func ownedModel(
        _ placed: PlacedOrder, by key: SigningKey,
        named isWanted: (_ name: String) -> Bool = { _ in true }
    ) throws -> OwnedModel? {
        let plain = try openedAnswer(placed.order, by: key)
        let question = try JSON(parsing: openedQuestion(placed, by: key))["value"]
        guard let json = try JSON(parsing: plain)["value"]?["model"],
            let question, let sql = question["sql"]?.string
        else {
            throw ExchangeError.refused("the recorded model is damaged; run `dividend doctor`")
        }
        let model = try Model(json: json)
        guard isWanted(model.name) else { return nil }
        guard let order = state.orders[placed.id] else { throw MarketError.noOrder }
        return OwnedModel(
            order: placed, sql: sql, brought: try BroughtModels(of: question),
            model: model,
            passport: try ModelPassport.signed(json, of: placed.order, in: state, by: node),
            people: state.readFor(order).count, withdrawn: state.withdrawn(from: order))
    }
}
