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
    /// The model that is gone on from; nil for others.
    let start: Start?

    /// A model that a stream goes on from, and the order that it answered.
    struct Start: Sendable {
        let order: Digest
        let from: StreamStart
    }

    private init() { (models, functions, start) = ([], [], nil) }

    private init(_ other: BroughtModels, start: Start?) {
        (models, functions, self.start) = (other.models, other.functions, start)
    }

    /// The same, going on from the model that an order was answered with.
    func goingOn(from model: Model, of order: Digest, people: Int) -> BroughtModels {
        BroughtModels(self, start: Start(order: order, from: StreamStart(model, people: people)))
    }

    /// Looks models over. What the question does not predict with is known to it by name, for errors, and kept nowhere.
    ///
    /// - Parameter sql: the question.
    /// - Throws: ``ModelError``, or a refusal where there are too many, or two of one name.
    package init(_ models: [Model], for sql: String) throws {
        let all = try BroughtModels(models)
        let called = ModelRequest.names(in: sql)
        self.models = all.models.filter { called.contains($0.name) }
        functions = all.functions
        start = nil
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
        start = nil
    }

    /// The same, going on from nothing.
    var anew: BroughtModels { start == nil ? self : BroughtModels(self, start: nil) }

    /// The members of a kept or sealed question that hold them; none where there are none.
    var members: [String: JSON] {
        var members: [String: JSON] = [:]
        if !models.isEmpty { members["models"] = .array(models.map(\.json)) }
        if let start {
            members["continues"] = [
                "order": .string(start.order.hex), "model": start.from.model.json,
                "people": .integer(Int64(start.from.people)),
            ]
        }
        return members
    }

    /// Reads what ``members`` gives.
    init(of question: JSON) throws {
        var found = BroughtModels.none
        if let models = question["models"] {
            guard let list = models.array else {
                throw ExchangeError.refused("the models of a kept question are damaged")
            }
            found = try BroughtModels(list.map { try Model(json: $0) })
        }
        if let start = question["continues"] {
            guard let order = start["order"]?.string.flatMap(Digest.init(hex:)),
                let model = start["model"], let people = start["people"]?.integer
            else { throw ExchangeError.refused("what a kept question goes on from is damaged") }
            found = found.goingOn(from: try Model(json: model), of: order, people: Int(people))
        }
        self = found
    }
}
