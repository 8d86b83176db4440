// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Query

extension CompiledModel {
    /// Reckons how good the model will be, from the question alone: the same training, with the same noise for as many
    /// people, over ones that do not exist.
    ///
    /// Of many people only some are made up, and the noise is less by as much, so that it is as wide beside what they add up to. The
    /// same question has the same expectation. Cost: some trainings over some thousand rows, some tenths of a second at most,
    /// whatever the pool.
    ///
    /// - Returns: nil where even few made-up people would take too long.
    /// - Throws: ``QueryError`` where no noise fits; `CancellationError`.
    @concurrent package func expectation() async throws -> Expectation? {
        // What is new people's share of what a model knows already cannot be tried on people who do not exist.
        guard !goesOn, let trial = try Trial(self) else { return nil }
        let found = try await trial.expectation()
        guard found.isPoor else { return found }
        // Only where the answer matters, and only as far as it may.
        for epsilon in Trial.ladder
        where ExactDecimal(epsilon).map({ $0 > question.target.epsilon }) ?? false {
            guard let better = try? Trial(self, epsilon: epsilon) else { continue }
            try Task.checkCancellation()
            if try await !better.expectation().isPoor { return found.with(enough: epsilon) }
        }
        return found
    }
}

extension CompiledModel {
    /// What made-up people are like.
    var shape: TwinPeople.Shape {
        switch method {
        case .regression, .trees, .network, .stream: .rows(goal)
        case .recommender: .ratings
        case .forecast(let coding): .series(coding)
        case .clusters(let plan): .clusters(plan.clusters)
        }
    }

    /// How many rows somebody made up has, at most: of a series as many as it takes to learn a season, and to measure.
    var rowsEach: Int {
        guard case .forecast(let coding) = method else { return Trial.rowsEach }
        return max(Trial.rowsEach, 2 * coding.season + coding.horizon + coding.lags)
    }

    /// How many multiplications a training takes for each row of all its rounds, and how many between rounds, about.
    var work: (each: Int, once: Int) {
        let rounds = schedule.rounds.count
        switch method {
        case .regression(let coding): return (coding.width * (coding.width / 2 + rounds), 0)
        case .trees(let bins, _): return (8 * bins.columns.count * rounds, 0)
        case .network(let coding, let plan): return (3 * coding.width * plan.units * rounds, 0)
        case .stream(let coding, let plan):
            return (coding.width * (2 + plan.tree.mostReleases), 0)
        case .recommender: return (400 * rounds, 0)
        case .forecast(let coding): return (coding.width * (coding.width + coding.horizon), 0)
        case .clusters(let plan):
            let width = plan.bins.columns.count
            return (
                plan.clusters * width * rounds,
                WeightedPoints.mostWork(plan.mostCells, plan.clusters, width)
            )
        }
    }

    /// The deviation of the noise of the round that measures.
    var measuringSigma: Double {
        get throws {
            let round = schedule.rounds[schedule.rounds.count - 1]
            let mechanism = try GaussianMechanism(
                sensitivity: round.radius, spending: round.spending)
            return Double(mechanism.noise.sigma) / schedule.unit
        }
    }
}
