// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Identity
internal import Learn
package import Ledger
package import Market
internal import Storage

/// A model that anybody may have predict, or once could, as everybody may know it.
package struct LetModel: Sendable {
    /// The order that it answered.
    package let order: Digest
    /// The pool that it was made from.
    package let pool: String
    /// What it may be used for.
    package let purpose: Purpose
    /// What a prediction costs, and what of that the owner keeps; nil when the owner lets it no more.
    package let terms: Rental.Terms?
    /// What was sold so far.
    package let rental: RentalState
    /// Whether somebody withdrew who is in it; of one that is let no more that is not looked at.
    package let isStale: Bool
    /// Whether its pool stops it, since somebody withdrew.
    package let isStopped: Bool
    /// What is shown of it while its owner lets it.
    package let face: Face?

    /// What whoever thinks of renting a model has to know of it.
    package struct Face: Hashable, Sendable {
        /// What its owner calls it.
        package let name: String
        /// What it predicts and of which kind it is, in a line.
        package let words: String
        /// The columns that a row has to have.
        package let columns: [String]

        init(_ model: Model) {
            (name, words, columns) = (model.name, model.words, model.order)
        }
    }

    /// Whether it predicts for whoever pays.
    package var isLet: Bool { terms != nil && !isStopped }

    /// The machine-readable form.
    package var json: JSON {
        var members: [String: JSON] = [
            "order": .string(order.hex), "pool": .string(pool), "purpose": .string(purpose.id),
            "let": .bool(isLet),
            "price": terms.map { .string(String($0.price.microunits)) } ?? .null,
            "owner_basis_points": terms.map { .integer($0.ownerBasisPoints) } ?? .null,
            "stale": .bool(isStale),
            "predictions": .string(String(rental.rows)),
            "income": .string(String(rental.income.microunits)),
            "name": face.map { .string($0.name) } ?? .null,
            "predicts": face.map { .string($0.words) } ?? .null,
            "columns": face.map { .array($0.columns.map { .string($0) }) } ?? .null,
        ]
        members["retraining"] = terms?.retraining.map { .string(String($0.microunits)) }
        return .object(members)
    }
}

/// What a renter gets of a prediction: not its score, by which a few rows would give the whole model away.
package struct RentedPrediction: Hashable, Sendable {
    /// What is predicted: a category, a number between its bounds, or a cluster.
    package let value: String
    /// The chance that it is the positive one, in ten-thousandths; nil for what has none.
    package let chance: Int64?

    init(_ prediction: Prediction) {
        (value, chance) = (prediction.value, prediction.chance)
    }

    /// The machine-readable form.
    var json: JSON {
        ["value": .string(value), "chance": chance.map { .integer($0) } ?? .null]
    }

    init?(json: JSON) {
        guard let value = json["value"]?.string else { return nil }
        (self.value, chance) = (value, json["chance"]?.integer)
    }
}

/// Predictions that somebody paid for.
package struct RentedPredictions: Sendable {
    /// The call's name in the journal.
    package let id: Digest
    /// One for each row, in their order.
    package let predictions: [RentedPrediction]
    /// What they cost now: nothing where they were paid for before, and are given again.
    package let price: Amount
    /// Whether they were paid for before, and are given again for nothing.
    package let isRepeated: Bool
    /// Whether somebody has withdrawn since whose rows the model was made from.
    package let isStale: Bool

    /// The machine-readable form.
    package var json: JSON {
        [
            "call": .string(id.hex), "predictions": .array(predictions.map(\.json)),
            "repeated": .bool(isRepeated), "price": .string(String(price.microunits)),
            "stale": .bool(isStale),
        ]
    }
}

/// Models that are let by the call.
extension Exchange {
    /// The models that are let now, in the order in which they first were.
    package var letModels: [LetModel] { everLetModels.filter(\.isLet) }

    /// The same with those that were let once.
    package var everLetModels: [LetModel] {
        state.rentals.all.compactMap { id, rental in
            guard let order = state.orders[id] else { return nil }
            let quote = order.order.quote.quote
            let isStale = rental.word.terms != nil && state.withdrawn(from: order) > 0
            let stops = state.pools[quote.pool]?.offer.stale.stops == true
            return LetModel(
                order: id, pool: quote.pool, purpose: quote.purpose, terms: rental.word.terms,
                rental: rental, isStale: isStale, isStopped: isStale && stops,
                face: rental.word.terms == nil ? nil : face(of: id))
        }
    }

    /// What is shown of a let model. Of each it is worked out once: a model does not change.
    private func face(of order: Digest) -> LetModel.Face? {
        if let known = faces[order] { return known }
        let face = (try? letModel(order)).map { LetModel.Face($0) }
        faces[order] = face
        return face
    }

    /// The order of the model that an owner lets under a name, the newest of hers, or the one whose id that is.
    ///
    /// - Throws: where none is let under the name, or several owners let one. Whether its pool stops it, a call finds.
    package func letOrder(named name: String) throws -> Digest {
        if let id = Digest(hex: name) { return id }
        let found = everLetModels.filter { $0.terms != nil && $0.face?.name == name }
        let owners = Set(found.compactMap { state.orders[$0.order]?.order.buyer })
        guard owners.count <= 1 else {
            throw ExchangeError.refused(
                "\(owners.count) owners let a model of the name \(name); say the order, as `dividend model rentals` "
                    + "lists it")
        }
        let newest = found.max {
            state.orders.place(of: $0.order) ?? 0 < state.orders.place(of: $1.order) ?? 0
        }
        guard let newest else { throw Exchange.noRental(name) }
        return newest.order
    }

    private static func noRental(_ name: String) -> ExchangeError {
        .unknown(
            what: "rental", name: name,
            hint: "`dividend model rentals` shows the models that are let")
    }

    /// Lets others have a model predict, on these terms; nil lets them no more.
    ///
    /// - Parameter name: the model's, or the id of its order, so that an older one of the name is meant.
    /// - Throws: when the buyer has no such model, or its pool stops it.
    package func rent(
        model name: String, on terms: Rental.Terms?, by key: SigningKey
    ) throws -> OwnedModel {
        let owned =
            try terms == nil
            ? ownLetModel(named: name, by: key) : model(named: name, orOf: key)
        guard owned.model.predictsRows || terms == nil else {
            throw ExchangeError.refused(
                "a \(owned.model.kind) predicts of a person's rows together, and is not let by the row"
            )
        }
        let number = state.rentals[owned.order.id].map { $0.word.number + 1 } ?? 0
        // One that was dropped has its name back when it is let: everybody calls it by that.
        try record(
            [.rented(Rental(owned.order.id, number: number, terms: terms, by: key))],
            notes: terms == nil ? [] : [.unmark(Exchange.droppedMark(owned.order.id))])
        return owned
    }

    /// The newest model of a name that the owner lets, or the newest of all where she lets none. An order's id means
    /// its model.
    private func ownLetModel(named name: String, by key: SigningKey) throws -> OwnedModel {
        guard Digest(hex: name) == nil,
            let found = try models(of: key, named: { $0 == name }).last(where: {
                state.rentals[$0.order.id]?.word.terms != nil
            })
        else { return try model(named: name, orOf: key) }
        return found
    }

    /// Whether somebody withdrew who is in an order's model. Cost: a look at its cohorts.
    package func isStale(_ order: Digest) -> Bool {
        state.orders[order].map { state.withdrawn(from: $0) > 0 } ?? false
    }

    /// Has a model predict that is let: what comes of the rows is worked out first, and recorded together with the
    /// payment. The rows are kept nowhere.
    ///
    /// The same rows again, for the same purpose, are predicted for nothing.
    ///
    /// - Parameters:
    ///   - rows: by the names of the model's columns, as ``Model/values(of:line:)`` reads them.
    ///   - lines: where each stands, for errors; by default they are counted from 1.
    ///   - most: nothing is bought that costs more.
    /// - Throws: ``ModelError`` for a row that is not right; then, as whenever it throws, nothing was charged.
    package func predictions(
        of order: Digest, for rows: [[String: String]], at lines: [Int]? = nil, purpose: Purpose,
        most: Amount? = nil, by key: SigningKey
    ) throws -> RentedPredictions {
        let mark = try callMark(order, key, purpose, rows)
        if let id = try store.mark(mark).flatMap(Digest.init(bytes:)) {
            // Whatever became of the rental: this is paid for.
            return RentedPredictions(
                id: id, predictions: try openedPredictions(id, by: key), price: .zero,
                isRepeated: true, isStale: isStale(order))
        }
        let (word, terms) = try word(on: order)
        guard (1...ModelCall.mostRows).contains(rows.count) else {
            throw ExchangeError.refused("1 to \(ModelCall.mostRows) rows are predicted at once")
        }
        guard let price = terms.price(of: rows.count) else {
            throw ExchangeError.refused(
                "the price would be beyond every amount; ask for fewer rows")
        }
        if let most, price > most {
            throw ExchangeError.refused("the price is \(price), above the most, \(most)")
        }
        try checkCall(of: order, for: purpose, price: price, by: key.id)
        let model = try letModel(order)
        let predictions = try zip(lines ?? Array(1...rows.count), rows).map { line, cells in
            RentedPrediction(model.prediction(of: try model.values(of: cells, line: line)))
        }
        let salt = random(32)
        let call = ModelCall(
            order, rental: word.number, purpose: purpose, rows: rows.count, price: price,
            input: Digest(of: salt, try Exchange.canonical(rows)), by: key)
        let sealed = try seal(
            ["salt": .string(Hex.encode(salt)), "predictions": .array(predictions.map(\.json))],
            for: key.agreement.publicKey, context: "predictions")
        try record([.called(call)], sealed: [0: sealed], notes: [.mark(mark, call.id.bytes)])
        return RentedPredictions(
            id: call.id, predictions: predictions, price: price, isRepeated: false,
            isStale: isStale(order))
    }

    /// Asks what the rules will ask, before anything is worked out.
    private func checkCall(
        of order: Digest, for purpose: Purpose, price: Amount, by renter: PartyID
    ) throws {
        guard let made = state.orders[order]?.order.quote.quote.purpose,
            PurposeTree.covers(granted: [made], asked: purpose)
        else { throw MarketError.rental("the model was not made for \(purpose.id)") }
        try state.require(price, in: Accounts.party(renter))
    }

    private func word(on order: Digest) throws -> (Rental, terms: Rental.Terms) {
        guard let word = state.rentals[order]?.word, let terms = word.terms else {
            throw Exchange.noRental(order.short)
        }
        return (word, terms)
    }

    /// The model of an order, opened with the node's own key.
    private func letModel(_ order: Digest) throws -> Model {
        guard let commitment = state.orders[order]?.answer,
            let index = head.commits[commitment], let envelope = try store.sealed(at: index)
        else { throw MarketError.noOrder }
        let plain = try Envelope.open(
            envelope, with: node.agreement, context: "dividend/answer/v1")
        guard let json = try JSON(parsing: plain)["value"]?["model"] else {
            throw ExchangeError.refused("the recorded model is damaged; run `dividend doctor`")
        }
        let model = try Model(json: json)
        // Who owns it may have signed what this command would have refused.
        guard model.predictsRows else {
            throw ExchangeError.refused("this model predicts no single rows")
        }
        return model
    }

    private func openedPredictions(
        _ id: Digest, by key: SigningKey
    ) throws -> [RentedPrediction] {
        guard let index = state.calls[id]?.dividend.index,
            let envelope = try store.sealed(at: index)
        else { throw ExchangeError.refused("the predictions are missing; restore a backup") }
        let plain = try Envelope.open(
            envelope, with: key.agreement, context: "dividend/predictions/v1")
        guard let list = try JSON(parsing: plain)["value"]?["predictions"]?.array else {
            throw ExchangeError.refused("the predictions are damaged; run `dividend doctor`")
        }
        return list.compactMap(RentedPrediction.init(json:))
    }

    /// The name under which it is kept which call predicted some rows for somebody. Only the node can make it: short rows
    /// could be guessed.
    private func callMark(
        _ order: Digest, _ key: SigningKey, _ purpose: Purpose, _ rows: [[String: String]]
    ) throws -> String {
        let bytes =
            order.bytes + key.id.publicKey + Array(purpose.id.utf8) + [0] + node.seed
            + (try Exchange.canonical(rows))
        return "call/" + Digest(of: bytes).hex
    }

    private static func canonical(_ rows: [[String: String]]) throws -> [UInt8] {
        try JSON.array(rows.map { .object($0.mapValues { .string($0) }) }).signable()
    }
}
