// SPDX-License-Identifier: Apache-2.0
package import Query
internal import Study
package import Vault

/// A model in the making of rows that are its maker's own: each round's sums are taken as they are, without noise.
///
/// ```
/// while let step = training.step { training.take(what the step adds up over all rows) }
/// ```
///
/// It gives steps and no plan of a study, so no cohort of a pool can be run through it, and only the target `OwnRows`
/// uses it, which reads files and imports nothing that holds a pool's rows (`HouseTests`).
package struct OwnTraining: Sendable {
    private var training: Training
    /// Whether rows are looked at each by itself, so that it does not matter which are whose.
    package let isOfRows: Bool

    /// Begins.
    ///
    /// - Parameters:
    ///   - text: `CREATE MODEL name FROM own …`.
    ///   - table: what the rows look like.
    ///   - people: whose rows they are, in number.
    ///   - cuts: where the bins of a number end that trees are grown on, ascending, from its lower bound on and below its
    ///     upper one, at most 254; by its column.
    /// - Throws: ``Query/QueryError`` with the place and what to write instead.
    package init(
        _ text: String, table: Schema, people: Int, cuts: [String: [Int64]] = [:]
    ) throws(QueryError) {
        let compiled = try CompiledModel(
            try ModelQuestion(ofOwn: text, table: table, people: people), cutting: cuts)
        training = Training(compiled)
        isOfRows =
            switch compiled.method {
            case .regression, .trees, .network, .stream, .clusters: true
            case .recommender, .forecast: false
            }
    }

    /// The local step of the next round; nil when all are done.
    package var step: TrainingStep? { training.step }

    /// Takes what the step adds up.
    ///
    /// - Requires: the numbers of ``step``, over all rows.
    package mutating func take(_ sums: [Int64]) {
        training.take(.expected([.expected(sums, sigma: 0)]))
    }

    /// The model, when all rounds are done.
    package var model: Model? { training.model }
}
