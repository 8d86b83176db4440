// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Query
internal import Study

/// A training over people who do not exist, beside one without noise.
struct Trial {
    /// The ε that are tried where what was asked for is too little.
    static let ladder = ["1.0", "4.0", "16.0"]
    /// How many rows are made up for one training, about.
    private static let mostRows = 4_000
    /// How many rows a model is measured on, of which one in ten is held out.
    private static let testedRows = 10_000
    /// How many multiplications a training may take, about.
    private static let mostWork = 60_000_000
    /// Fewer people than so many tell nothing of a training, unless the pool has no more.
    private static let fewestMade = 60
    /// How often few people are made up anew, so that one throw of the dice does not decide.
    private static let mostTimes = 3
    /// How many rows somebody made up has, at most.
    static let rowsEach = 31

    private let model: CompiledModel
    private let twin: CompiledModel
    private let rows: Int
    /// How many are made up for each training.
    private let made: Int
    private let times: Int
    /// How many multiplications all of it takes, about.
    let work: Int
    /// The most that it takes.
    static let mostOfAll = 4 * (11 * mostWork)

    /// Nil where a training over so few people as tell something would take too long.
    init?(_ model: CompiledModel, epsilon: String? = nil) throws(QueryError) {
        self.model = model
        twin = try model.twin(epsilon: epsilon)
        rows = max(1, min(model.question.rowsPerPerson, twin.rowsEach))
        let (each, once) = twin.work
        guard once <= 10 * Trial.mostWork else { return nil }
        let most = max(
            min(max(Trial.mostRows, Trial.fewestMade * rows), Trial.mostWork / each) / rows, 1)
        made = min(model.question.people, most)
        guard made >= min(Trial.fewestMade, model.question.people) else { return nil }
        times = max(1, min(Trial.mostTimes, most / made))
        work = (times + 1) * (each * made * rows + once)
    }

    func expectation() async throws -> Expectation {
        let seed = 7 as UInt64
        var (noised, exact) = ([Double](), [Double]())
        for time in 0..<UInt64(times) {
            let learned = try await train(seed: seed + 2 * time) { $0.times(made, of: people) }
            noised.add(try await measured(learned, seed: seed + 2 * time + 1))
            guard time == 0 else { continue }
            exact = try await measured(
                try await train(seed: seed) { _ in .maximum }, seed: seed + 1)
        }
        noised = noised.map { $0 / Double(times) }
        let sigma = try twin.measuringSigma
        // What the model reaches is one thing, how well that will be known another.
        let told = quality(noised, sigma)
        let limits = quality(exact, 0)
        let guesses = guesses(of: noised, limits)
        let measures = quality(noised, 0).compactMap { measure -> Expectation.Measure? in
            guard let limit = limits.first(where: { $0.name == measure.name }),
                let guess = guesses[measure.name]
            else { return nil }
            return Expectation.Measure(
                name: measure.name, value: measure.value,
                margin: told.first { $0.name == measure.name }?.margin ?? Expectation.unknown,
                limit: limit.value, guess: guess)
        }
        return Expectation(
            measures, people: people, rows: rows, most: model.question.rowsPerPerson,
            isMeasured: model.isMeasured)
    }

    private var people: Int { model.question.people }

    private func peopleMadeUp(_ count: Int, seed: UInt64) -> TwinPeople {
        TwinPeople(count: count, rows: rows, seed: seed, shape: twin.shape)
    }

    /// What all rounds but the last make of some people.
    private func train(
        seed: UInt64, spending: (Rho) -> Rho
    ) async throws -> Model.Form {
        let asked = twin.spending(spending)
        var training = Training(asked)
        var dice = TwinDice(seed, 8)
        let people = peopleMadeUp(made, seed: seed)
        while training.done < training.rounds - 1, let plan = try training.plan {
            training.take(try await answer(to: plan, of: people, &dice))
        }
        return training.learned
    }

    /// What a measuring round gives for as many people as there will be.
    private func measured(_ form: Model.Form, seed: UInt64) async throws -> [Double] {
        let round = twin.schedule.rounds[twin.schedule.rounds.count - 1]
        var dice = TwinDice(seed, 9)
        let tested = max(Trial.testedRows / rows, Trial.fewestMade)
        let plan = try StudyPlan(
            step: twin.step(.quality(form), radius: round.radius), spending: .maximum)
        let answer = try await answer(
            to: plan, of: peopleMadeUp(tested, seed: seed), &dice)
        let scale = Double(people) / Double(tested) / twin.schedule.unit
        return answer.blocks[0].values.map { Double($0) * scale }
    }

    private func answer(
        to plan: StudyPlan<TrainingStep>, of people: TwinPeople, _ dice: inout TwinDice
    ) async throws -> NoisedAnswer {
        var source = ByteSource(seededBy: &dice)
        let noise = plan.noise(from: &source)
        return try plan.release(try await plan.run(overParts: people, threads: 1), adding: noise)
    }

    private func quality(_ values: [Double], _ sigma: Double) -> [Quality.Measure] {
        if case .forecast = twin.method { return Quality(forecast: values, sigma: sigma).measures }
        return Quality(values, sigma: sigma, goal: twin.goal).measures
    }

    /// What guessing reaches of each measure.
    private func guesses(of values: [Double], _ limits: [Quality.Measure]) -> [String: Int64] {
        if let naive = limits.first(where: { $0.name == "naive mase" }) {
            return ["mase": naive.value]
        }
        guard case .either = twin.goal else { return ["r2": 0, "explained": 0] }
        let positive = values[Quality.bins...].reduce(0, +)
        let share = positive / max(values.reduce(0, +), 1e-9)
        return ["accuracy": Int64((max(share, 1 - share) * 10_000).rounded()), "auc": 5_000]
    }
}

extension Rho {
    /// What makes noise narrower by as much as some are fewer than all.
    fileprivate func times(_ some: Int, of all: Int) -> Rho {
        let ratio = Double(all) / Double(max(some, 1))
        let units = Double(units) * ratio * ratio
        return units < 0x1p63 ? Rho(units: max(UInt64(units), self.units)) : .maximum
    }
}

extension [Double] {
    fileprivate mutating func add(_ other: [Double]) {
        self = isEmpty ? other : zip(self, other).map { $0 + $1 }
    }
}
