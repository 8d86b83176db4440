// SPDX-License-Identifier: Apache-2.0
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Learn
internal import Market
internal import Query

/// A question, and what it is asked with: where a model is to be made anew, the question that it was made by.
struct AskedQuestion: Sendable {
    let sql: String
    /// What it is for; nil where nothing was said.
    let purpose: Purpose?
    let brought: BroughtModels

    /// The same for a purpose, where none was said.
    func defaulting(to usual: Purpose) -> AskedQuestion {
        AskedQuestion(sql: sql, purpose: purpose ?? usual, brought: brought)
    }
}

extension Node {
    /// What a text asks for.
    ///
    /// - Parameters:
    ///   - purpose: what it is for; a model is made anew for what it was made for.
    ///   - models: what comes with it to predict with.
    func question(
        _ sql: String, purpose: String?, bringing models: [Model] = [], _ context: NodeContext
    ) async throws -> AskedQuestion {
        guard let owned = try await retrained(by: sql, context) else {
            return AskedQuestion(
                sql: sql, purpose: try purpose.map(Node.purpose),
                brought: try await brought(models, by: sql, context))
        }
        let own = owned.order.order.quote.quote.purpose
        try Node.checkRetraining(for: purpose, bringing: models.count, of: own)
        return AskedQuestion(sql: owned.sql, purpose: own, brought: owned.retraining)
    }

    /// The model of the caller's that a text asks to be made anew, or to go on, or wants to know of what that takes; nil where
    /// it asks something else.
    private func retrained(by sql: String, _ context: NodeContext) async throws -> OwnedModel? {
        let request: ModelRequest?
        do throws(QueryError) { request = try ModelRequest(sql) } catch {
            throw Problem(error, in: sql)
        }
        let name: String
        switch request {
        case .retrain(let model), .explainRetrain(let model): name = model
        case .describe, .drop:
            throw Problem(
                .unprocessableContent, "question",
                "this costs nothing, and is asked at /api/v1/models/NAME, with GET or DELETE")
        case nil: return nil
        }
        let key = try await exchange.knownKey(of: try context.signedIn().party)
        return try await exchange.model(named: name, of: key)
    }

    /// Refuses what a model is not made anew with: another purpose than its own, or models, of which it has those that it was asked
    /// with.
    ///
    /// - Parameter purpose: what was asked for; nil where nothing was said.
    static func checkRetraining(
        for purpose: String?, bringing models: Int, of own: Purpose
    ) throws(Problem) {
        guard purpose.map({ Purpose($0) == own }) ?? true else {
            throw Problem(
                .unprocessableContent, "format",
                "the model was made for \(own.id) and is made anew for that; leave purpose out, or ask for CREATE MODEL"
            )
        }
        guard models == 0 else {
            throw Problem(
                .unprocessableContent, "format",
                "a model is made anew with the models that it was asked with; leave models out")
        }
    }

    /// What a question brings to predict with: the models that came with it, and those of whoever is signed in
    /// that it calls by name.
    func brought(
        _ models: [Model], by sql: String, _ context: NodeContext
    ) async throws -> BroughtModels {
        var models = models
        if let caller = context.caller, !ModelRequest.names(in: sql).isEmpty {
            let key = try await exchange.knownKey(of: caller.party)
            let given = Set(models.map(\.name))
            models += try await exchange.models(calledBy: sql, of: key)
                .filter { !given.contains($0.name) }
        }
        return try BroughtModels(models, for: sql)
    }
}
