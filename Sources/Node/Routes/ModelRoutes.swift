// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Learn
internal import Ledger
internal import Market
internal import Query

/// Models that a buyer has, and those that are let by the call.
struct ModelRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.get("models") { _, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            let models = try await node.exchange.models(of: key)
            return Reply.json(.array(models.map(\.brief)))
        }
        api.get("models/:model") { _, context in
            let (key, name) = try await owner(context)
            return Reply.json(try await node.exchange.model(named: name, of: key).json)
        }
        api.delete("models/:model") { _, context in
            let (key, name) = try await owner(context)
            let dropped = try await node.exchange.dropModel(named: name, by: key)
            return Reply.json([
                "dropped": .string(name), "models": .integer(Int64(dropped.models)),
                "rentals": .integer(Int64(dropped.rentals)),
            ])
        }
        api.put("models/:model/rental") { request, context in
            let (key, name) = try await owner(context)
            var asked = try await Asked(request)
            let price = try asked.number("price", in: 1...1 << 50)
            let part = try asked.number("owner_basis_points", in: 0...Rental.Terms.mostForOwner)
            let retraining = try asked.number("retraining", in: 1...1 << 50)
            try asked.finish()
            guard let price = price.flatMap({ Amount(microunits: $0) }) else {
                throw Problem(
                    .unprocessableContent, "format",
                    "price is missing: micro-units for a prediction")
            }
            let owned = try await node.exchange.rent(
                model: name,
                on: try Rental.Terms(
                    price: price, ownerBasisPoints: part ?? 0,
                    retraining: retraining.flatMap { Amount(microunits: $0) }),
                by: key)
            return Reply.json(["order": .string(owned.order.id.hex), "let": true])
        }
        api.delete("models/:model/rental") { _, context in
            let (key, name) = try await owner(context)
            let owned = try await node.exchange.rent(model: name, on: nil, by: key)
            return Reply.json(["order": .string(owned.order.id.hex), "let": false])
        }
        api.get("rentals") { _, _ in
            Reply.json(.array(await node.exchange.everLetModels.map(\.json)))
        }
        api.post("rentals/:order/calls") { request, context in
            let access = try context.signedIn()
            let order = try context.digest("order")
            var asked = try await Asked(request)
            let rows = try asked.rows("rows")
            let purpose = try asked.optionalText("purpose", most: 256)
            let most = try asked.number("most", in: 0...1 << 50)
            try asked.finish()
            guard let purpose = Purpose(purpose ?? "dpv:ResearchAndDevelopment") else {
                throw Problem(
                    .unprocessableContent, "purpose_unknown",
                    "there is no such purpose; see /api/v1/purposes")
            }
            let key = try await node.exchange.knownKey(of: access.party)
            let rented = try await node.exchange.predictions(
                of: order, for: rows, purpose: purpose,
                most: most.flatMap { Amount(microunits: $0) }, by: key)
            return Reply.json(rented.json, status: .created)
        }
    }

    private func owner(_ context: NodeContext) async throws -> (key: SigningKey, name: String) {
        let key = try await node.exchange.knownKey(of: try context.signedIn().party)
        return (key, try context.parameters.require("model"))
    }
}

extension Asked {
    /// Rows to predict from: cells by the names of their columns, as they would stand in a CSV file. NULL, or
    /// null, says that there is no value.
    fileprivate mutating func rows(_ name: String) throws -> [[String: String]] {
        guard let list = try value(name)?.array, (1...ModelCall.mostRows).contains(list.count)
        else {
            throw Problem(
                .unprocessableContent, "format",
                "\(name) is missing, or no list of 1 to \(ModelCall.mostRows) rows")
        }
        return try list.enumerated().map { place, row in
            guard case .object(let cells) = row else {
                throw Problem(
                    .unprocessableContent, "format",
                    "row \(place + 1) is no object of cells by their columns' names")
            }
            return try cells.reduce(into: [:]) { texts, cell in
                guard let text = Asked.cell(cell.value) else {
                    throw Problem(
                        .unprocessableContent, "format",
                        "row \(place + 1), \(cell.key): a text, a whole number, true, false or null "
                            + "wanted; decimals as texts")
                }
                texts[cell.key] = text
            }
        }
    }

    private static func cell(_ value: JSON) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .bool(let truth): String(truth)
        case .null: "NULL"
        default: nil
        }
    }

    /// The models that a question predicts with, by their own names; none when they are left out.
    mutating func models(_ name: String) throws -> [Model] {
        guard let value = try value(name) else { return [] }
        guard let list = value.array, list.count <= BroughtModels.most else {
            throw Problem(
                .unprocessableContent, "format",
                "\(name) is a list of at most \(BroughtModels.most) models, as receipts hold them")
        }
        // Before anything is made of them: whoever asks may be nobody.
        var bytes = 0
        for model in list {
            bytes += (try? model.signable().count) ?? BroughtModels.mostBytes + 1
            guard bytes <= BroughtModels.mostBytes else {
                throw Problem(
                    .unprocessableContent, "format",
                    "\(name) have at most \(BroughtModels.mostBytes) bytes together")
            }
        }
        return try list.map { try Model(json: $0) }
    }
}
