// SPDX-License-Identifier: Apache-2.0
internal import Identity
internal import Learn
internal import Market
internal import Query
internal import Study
internal import Vault

/// Models: trained round by round over the vault, each round let out by its own release.
extension Exchange {
    /// Trains a model over a cohort whose budgets are reserved for all rounds.
    func train(
        _ compiled: CompiledModel, over cohort: [PartyID],
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) async throws -> Model {
        let start = ContinuousClock.now
        let reader = try reader(
            of: cohort, tables: compiled.question.rows.reads.map(\.schema))
        await surroundings.beforeReading?()
        let made: Result<Model, any Error>
        do {
            made = .success(
                try await compiled.train(
                    over: reader, drawing: surroundings.generator, progress: progress))
        } catch {
            made = .failure(error)
        }
        // A failure waits like a model.
        try await Task.sleep(for: surroundings.pace.rest(after: ContinuousClock.now - start))
        return try made.get()
    }
}
