// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity
internal import Learn
internal import Market
internal import Privacy
internal import Query
internal import Storage
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
        let reader = try VaultReader(
            cohort: cohort, owners: try store.owners(),
            tables: compiled.question.rows.reads.map(\.schema), store: store,
            packs: try vault.map(), keys: vaultKeys)
        await surroundings.beforeReading?()
        let made: Result<Model, any Error>
        do {
            made = .success(
                try await Exchange.rounds(
                    of: compiled, over: reader, drawing: surroundings.generator, progress: progress)
            )
        } catch {
            made = .failure(error)
        }
        // A failure waits like a model.
        try await Task.sleep(for: surroundings.pace.rest(after: ContinuousClock.now - start))
        return try made.get()
    }

    /// Does all rounds; the noise of each is drawn before its rows are read.
    @concurrent nonisolated static func rounds(
        of compiled: CompiledModel, over reader: some CohortReader,
        drawing generator: RandomBits,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) async throws -> Model {
        var generator = generator
        var training = Training(compiled)
        let (rounds, people) = (training.rounds, reader.count)
        while let plan = try training.plan {
            var source = ByteSource(seededBy: &generator)
            let noise = plan.noise(from: &source)
            let done = training.done * people
            let partial = try await plan.run(over: reader) { progress?(done + $0, rounds * people) }
            training.take(try plan.release(partial, adding: noise))
        }
        guard let model = training.model else {
            preconditionFailure("a training without a next plan has a model")
        }
        return model
    }
}
