// SPDX-License-Identifier: Apache-2.0
import Canon
import Exchange
import Identity
import Learn
import Query

/// A buyer's own models in her questions: PREDICT(name), DESCRIBE, DROP and RETRAIN.
enum OwnModels {
    /// The models that a question predicts with: those in files, and those of the buyer that it calls by name.
    static func brought(
        by sql: String, files: [String], of key: SigningKey?, at exchange: Exchange
    ) async throws -> BroughtModels {
        var models = try files.map { try KeptModel($0).model }
        if let key {
            let named = Set(models.map(\.name))
            models += try await exchange.models(calledBy: sql, of: key)
                .filter { !named.contains($0.name) }
        }
        do { return try BroughtModels(models, for: sql) } catch let error as ModelError {
            throw Failure("model", "\(error)")
        }
    }

    /// What a statement about a model comes to.
    enum Outcome {
        /// It is done, and printed.
        case done
        /// The model's own question has to be asked, or explained.
        case ask(OwnedModel, isExplained: Bool)
    }

    /// Does what a text wants of a model; nil where it wants something else.
    static func answer(
        _ text: String, of key: SigningKey, at exchange: Exchange, asJSON: Bool
    ) async throws -> Outcome? {
        let request: ModelRequest?
        do throws(QueryError) { request = try ModelRequest(text) } catch {
            throw Failure("question", error.marked(in: text))
        }
        switch request {
        case nil: return nil
        case .retrain(let name), .explainRetrain(let name):
            let isExplained = request == .explainRetrain(name)
            return .ask(
                try await exchange.model(named: name, of: key), isExplained: isExplained)
        case .describe(let name):
            let owned = try await exchange.model(named: name, of: key)
            if asJSON { try Terminal.json(owned.json) } else { describe(owned) }
        case .drop(let name):
            let dropped = try await exchange.dropModel(named: name, by: key)
            if asJSON {
                try Terminal.json([
                    "dropped": .string(name), "models": .integer(Int64(dropped.models)),
                    "rentals": .integer(Int64(dropped.rentals)),
                ])
            } else {
                Terminal.line(
                    "\(name) is no model of yours any more"
                        + (dropped.models > 1
                            ? ": all \(dropped.models) of the name are dropped" : "")
                        + (dropped.rentals > 0
                            ? "; \(dropped.rentals) that you let \(dropped.rentals > 1 ? "are" : "is") let no more"
                            : "")
                        + ". What was bought stays in `dividend order list`.")
            }
        }
        return .done
    }

    private static func describe(_ owned: OwnedModel) {
        Print.model(owned.model)
        for member in ["pool", "cohort", "epsilon", "delta", "grants", "made"] {
            Terminal.line("\(member): \(owned.passport[member]?.string ?? "-")")
        }
        if let trainings = owned.passport["trainings"]?.integer {
            Terminal.line(
                "trainings: \(trainings), over \(owned.passport["people"]?.string ?? "-") people, each of them read in one"
            )
        }
        Terminal.line("question: \(owned.sql)")
        Terminal.line("order: \(owned.order.id.hex)")
        Terminal.line(
            owned.isStale
                ? "stale: \(owned.withdrawn) of its \(owned.people) people have withdrawn since; "
                    + (owned.goesOn
                        ? "CREATE MODEL makes one without them; RETRAIN goes on, and what they gave stays in it"
                        : "RETRAIN MODEL \(owned.model.name) asks anew")
                : "nobody of its people has withdrawn since")
    }
}
