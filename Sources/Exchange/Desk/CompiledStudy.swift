// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Learn
internal import Privacy
package import Query
internal import Study
internal import Vault

/// What a buyer's text asks for, planned: an answer, or a model.
package enum CompiledStudy: Sendable {
    /// A table of numbers.
    case query(CompiledQuery)
    /// A model, made in rounds.
    case model(CompiledModel)

    /// Reads a text and plans it, from the text and the published schema alone.
    ///
    /// - Parameter start: the model that is gone on from.
    /// - Throws: ``QueryError`` with the place and what to write instead.
    package init(
        _ text: String, pool: QueryPool, from start: StreamStart? = nil
    ) throws(QueryError) {
        self =
            ModelQuestion.isModel(text)
            ? .model(try CompiledModel(text, pool: pool, from: start))
            : .query(try CompiledQuery(text, pool: pool))
    }

    /// The pool that a text asks.
    ///
    /// - Throws: ``QueryError`` when the text asks nothing.
    package static func pool(of text: String) throws(QueryError) -> String {
        try ModelQuestion.isModel(text)
            ? ModelQuestion.pool(of: text) : CompiledQuery.pool(of: text)
    }

    /// Whether a text asks for an explanation only.
    package static func isExplain(_ text: String) -> Bool {
        ModelQuestion.isExplained(text) || (try? CompiledQuery.isExplain(text)) ?? false
    }

    /// The same for so many people; nil when that has to be planned anew.
    func expecting(_ people: Int) -> CompiledStudy? {
        switch self {
        case .query(let query): query.expecting(people).map { .query($0) }
        case .model(let model): (try? model.expecting(people)).map { .model($0) }
        }
    }

    /// What it costs everybody who is read.
    var cost: Rho {
        switch self {
        case .query(let query): query.plan.cost
        case .model(let model): model.cost
        }
    }

    /// The tables that it reads.
    var tables: [Schema] {
        switch self {
        case .query(let query): query.plan.step.reads.map(\.schema)
        case .model(let model): model.question.rows.reads.map(\.schema)
        }
    }

    /// The privacy that was asked for.
    var target: PrivacyTarget {
        switch self {
        case .query(let query): query.target
        case .model(let model): model.question.target
        }
    }

    /// What identifies it: two texts that ask the same have the same digest.
    var digest: Digest {
        get throws(CanonicalError) {
            switch self {
            case .query(let query): try query.digest
            case .model(let model): try model.digest
            }
        }
    }

    /// What is to be proven of its answer.
    var proven: ProvenQuestion? { if case .query(let query) = self { query.proven } else { nil } }

    /// What kinds of numbers it works out, by the names of ``AnswerKind``.
    var kinds: Set<String> {
        switch self {
        case .query(let query): query.kinds
        case .model: ["model"]
        }
    }

    /// For each number of the answer half of its expected interval.
    var expectedMargins: [(name: String, margin: String)] {
        switch self {
        case .query(let query): query.expectedMargins
        case .model: []
        }
    }

    /// How good a model is to be expected, reckoned on people who do not exist; nil for other questions, and where that
    /// cannot be tried, or would take too long.
    func expectation() async throws -> Expectation? {
        switch self {
        case .query: return nil
        case .model(let model):
            do { return try await model.expectation() } catch is CancellationError {
                throw CancellationError()
            } catch {
                // What cannot be tried on made-up people can be asked all the same.
                return nil
            }
        }
    }

    /// What a buyer should know before she pays.
    var notes: [String] {
        switch self {
        case .query(let query): query.notes
        case .model(let model): model.notes
        }
    }

    /// What it would do and why.
    var explanation: Explanation {
        switch self {
        case .query(let query): query.explanation
        case .model(let model): model.explanation
        }
    }
}
