// SPDX-License-Identifier: Apache-2.0
internal import Privacy
package import Study

extension CompiledModel {
    /// Does all rounds over a cohort; the noise of each is drawn before its rows are read.
    ///
    /// Away from whatever the caller runs on: between rounds there is work on matrices.
    ///
    /// - Parameters:
    ///   - generator: what seeds the noise of each round; it has to be secret and unpredictable.
    ///   - progress: is told how many contributors of all rounds are done, and how many there are.
    /// - Throws: what reading the cohort throws; then nothing was let out.
    @concurrent package func train(
        over cohort: some CohortReader, threads: Int = 2,
        drawing generator: some RandomNumberGenerator & Sendable,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) async throws -> Model {
        var generator = generator
        var training = Training(self)
        let (rounds, people) = (training.rounds, cohort.count)
        while let plan = try training.plan {
            var source = ByteSource(seededBy: &generator)
            let noise = plan.noise(from: &source)
            let done = training.done * people
            let partial = try await plan.run(overParts: cohort, threads: threads) {
                progress?(done + $0, rounds * people)
            }
            training.take(try plan.release(partial, adding: noise))
        }
        guard let model = training.model else {
            preconditionFailure("a training without a next plan has a model")
        }
        return model
    }
}
