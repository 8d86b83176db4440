// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Consent
import Exchange
import Identity
import Learn
import Market
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

    /// What is to be asked, for what, and what it predicts with.
    struct Asked {
        var sql: String
        var purpose: String
        let brought: BroughtModels
    }

    /// What a text wants of a model that somebody has; nil where it wants something else.
    static func request(in text: String) throws -> ModelRequest? {
        do throws(QueryError) { return try ModelRequest(text) } catch {
            throw Failure("question", error.marked(in: text))
        }
    }

    /// Nobody was named whose model it is.
    static func needsOwner(_ verb: String) -> ValidationError {
        ValidationError("whose model? \(verb) is about one that somebody has: give --party NAME")
    }

    /// What a buyer's text asks: of RETRAIN the model's own question. nil where it was about a model of hers, and is done.
    static func asked(
        _ text: String, for purpose: String, files: [String], by key: SigningKey?,
        at exchange: Exchange,
        asJSON: Bool
    ) async throws -> Asked? {
        guard let key, let request = try request(in: text) else {
            return Asked(
                sql: text, purpose: purpose,
                brought: try await brought(by: text, files: files, of: key, at: exchange))
        }
        switch request {
        case .retrain(let name):
            return asked(anew: try await exchange.model(named: name, of: key))
        case .explainRetrain(let name):
            var asked = asked(anew: try await exchange.model(named: name, of: key))
            asked.sql = "EXPLAIN " + asked.sql
            return asked
        case .describe(let name):
            let owned = try await exchange.model(named: name, of: key)
            if asJSON { try Terminal.json(owned.json) } else { describe(owned) }
        case .drop(let name):
            try tell(dropped: try await exchange.dropModel(named: name, by: key), name, asJSON)
        }
        return nil
    }

    private static func asked(anew owned: OwnedModel) -> Asked {
        Asked(
            sql: owned.sql, purpose: owned.order.order.quote.quote.purpose.id,
            brought: owned.retraining)
    }

    private static func tell(
        dropped: (models: Int, rentals: Int), _ name: String, _ asJSON: Bool
    ) throws {
        if asJSON {
            return try Terminal.json([
                "dropped": .string(name), "models": .integer(Int64(dropped.models)),
                "rentals": .integer(Int64(dropped.rentals)),
            ])
        }
        let all = dropped.models > 1 ? ": all \(dropped.models) of the name are dropped" : ""
        let ended =
            switch dropped.rentals {
            case 0: ""
            case 1: "; one that you let is let no more"
            default: "; \(dropped.rentals) that you let are let no more"
            }
        Terminal.line(
            "\(name) is no model of yours any more\(all)\(ended). What was bought stays in `dividend order list`."
        )
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
