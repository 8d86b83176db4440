// SPDX-License-Identifier: Apache-2.0
internal import Learn
package import Consent
internal import Ledger
internal import Market
internal import Privacy
package import Query
internal import Study

/// Trying and understanding questions, for nothing.
extension Exchange {
    /// What a question would do and why, and what it would cost.
    ///
    /// - Parameter purpose: what it is asked for; the pool's first one where nothing is said, or what the pool has not.
    package nonisolated func explain(
        _ sql: String, pool name: String, purpose: Purpose? = nil,
        bringing brought: BroughtModels = .none
    ) async throws -> Explanation {
        let (pool, offer) = try await queryPool(name, bringing: brought)
        let offered = purpose.flatMap {
            PurposeTree.covers(granted: Set(offer.purposes), asked: $0) ? $0 : nil
        }
        guard let purpose = offered ?? offer.purposes.first else {
            return try CompiledStudy(sql, pool: pool).explanation
        }
        let study = try await compiled(sql, pool: name, purpose: purpose, bringing: brought).query
        let price = offer.price(rho: study.cost.units).flatMap { price in
            price.base.adding(price.premium).map {
                "\($0), of which \(price.base) for the question and \(price.premium) for its privacy; nothing where "
                    + "you asked it before, of the same data"
            }
        }
        return study.explanation
            .adding("price", [price ?? "beyond every amount: lower epsilon"])
            .adding("expects", try await study.expectation()?.notes ?? [])
    }

    /// The answer to a question about people who do not exist, with the noise of the real one: nobody's
    /// rows are read, nothing is recorded or charged.
    ///
    /// Everything but a look at the pool is done where the caller is, not where the exchange works.
    package nonisolated func mock(
        _ sql: String, pool name: String, people: Int, bringing brought: BroughtModels = .none
    ) async throws -> ResultTable {
        let (pool, _) = try await queryPool(name, bringing: brought)
        let query: CompiledQuery
        switch try CompiledStudy(sql, pool: pool) {
        case .query(let asked): query = asked
        case .model(let model):
            let twin = MockTwin(people: people, rows: min(model.question.rowsPerPerson, 10))
            return try await model.expecting(people).train(
                over: twin, drawing: surroundings.generator
            ).table
        }
        var generator = surroundings.generator
        var source = ByteSource(seededBy: &generator)
        let noise = query.plan.noise(from: &source)
        let twin = MockTwin(people: people, rows: query.mockRows)
        let partial = try await query.plan.run(over: twin)
        return query.table(from: try query.plan.release(partial, adding: noise))
    }
}
