// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Learn
internal import Query

/// Models that a buyer brings to a question, for PREDICT: her own, or any other that she has the file of.
package struct BroughtModels: Sendable {
    /// The most that one question brings, and their most bytes together.
    package static let (most, mostBytes) = (8, 512 * 1024)

    /// None.
    package static let none = BroughtModels()

    /// The models, each of its own name.
    package let models: [Model]
    /// What a question can call.
    let functions: [RowFunction]

    private init() { (models, functions) = ([], []) }

    /// Looks models over. What the question does not predict with is known to it by name, for errors, and kept nowhere.
    ///
    /// - Parameter sql: the question.
    /// - Throws: ``ModelError``, or a refusal where there are too many, or two of one name.
    package init(_ models: [Model], for sql: String) throws {
        let all = try BroughtModels(models)
        let called = ModelRequest.names(in: sql)
        self.models = all.models.filter { called.contains($0.name) }
        functions = all.functions
    }

    private init(_ models: [Model]) throws {
        guard models.count <= BroughtModels.most else {
            throw ExchangeError.refused("a question brings at most \(BroughtModels.most) models")
        }
        let names = models.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ExchangeError.refused("two models are called \(twice); bring one of them")
        }
        let bytes: Int
        do { bytes = try models.reduce(0) { $0 + (try $1.json.signable().count) } } catch {
            throw ExchangeError.refused(
                "a model that came with the question makes no sense: \(error)")
        }
        guard bytes <= BroughtModels.mostBytes else {
            throw ExchangeError.refused(
                "models of \(bytes) bytes; a question brings at most \(BroughtModels.mostBytes)")
        }
        self.models = models
        functions = try models.map { try $0.function }
    }

    /// The member of a kept or sealed question that holds them; none where there are none.
    var member: [String: JSON] {
        models.isEmpty ? [:] : ["models": .array(models.map(\.json))]
    }

    /// Reads what ``member`` gives.
    init(of question: JSON) throws {
        guard let models = question["models"] else {
            self = .none
            return
        }
        guard let list = models.array else {
            throw ExchangeError.refused("the models of a kept question are damaged")
        }
        try self.init(list.map { try Model(json: $0) })
    }
}
