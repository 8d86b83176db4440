// SPDX-License-Identifier: Apache-2.0
internal import Query
package import Study

/// A model in the making, round by round: each round is a study, planned from what earlier ones let out and from
/// nothing else.
///
/// ```
/// while let plan = try training.plan { training.take(answer of the plan) }
/// ```
package struct Training: Sendable {
    /// What is in the making.
    private enum Form: Sendable {
        case regression(Regression)
        case newton(NewtonRegression)
        case boosting(Boosting)
        case network(Backpropagation)
        case streaming(Streaming)
        case factoring(Factoring)
        case forecasting(Forecasting)
        case clustering(Clustering)
    }

    private let compiled: CompiledModel
    /// How many rounds are done.
    package private(set) var done = 0
    private var form: Form
    private var quality: Quality?
    private var average: Average?

    /// Begins.
    package init(_ model: CompiledModel) {
        compiled = model
        switch model.method {
        case .regression(let coding) where model.question.isOwn:
            form = .newton(NewtonRegression(coding, model.goal))
        case .regression(let coding):
            form = .regression(
                Regression(coding, model.goal, model.schedule, people: model.question.people))
        case .trees(let bins, let trees):
            form = .boosting(Boosting(bins, trees, unit: model.schedule.unit))
        case .network(let coding, let plan):
            form = .network(
                Backpropagation(coding, model.goal, plan, people: model.question.people))
        case .stream(let coding, let plan):
            form = .streaming(Streaming(coding, plan, people: model.question.people))
        case .recommender(let factoring): form = .factoring(factoring)
        case .forecast(let coding):
            form = .forecasting(Forecasting(model.question.rows.columns.map(\.name), coding))
        case .clusters(let plan): form = .clustering(Clustering(plan))
        }
    }

    private var schedule: Schedule { compiled.schedule }

    /// How many rounds there are.
    package var rounds: Int { schedule.rounds.count }

    /// The plan of the next round; nil when all are done.
    package var plan: StudyPlan<TrainingStep>? {
        get throws(StudyError) {
            guard let step else { return nil }
            return try StudyPlan(step: step, spending: schedule.rounds[done].spending)
        }
    }

    /// The local step of the next round; nil when all are done.
    var step: TrainingStep? {
        guard done < rounds else { return nil }
        let round = schedule.rounds[done]
        return compiled.step(sums(for: round.kind), radius: round.radius)
    }

    /// Leaves out the rounds that would change nothing: of own rows alone, which cost nothing.
    private mutating func leaveOut(_ kind: Schedule.Kind) {
        guard compiled.question.isOwn else { return }
        while done < rounds, schedule.rounds[done].kind == kind { done += 1 }
    }

    private func sums(for kind: Schedule.Kind) -> TrainingStep.Sums {
        if kind == .quality { return .quality(learned) }
        switch form {
        case .regression(let regression): return regression.sums(for: kind)
        case .newton(let newton): return newton.sums(for: kind)
        case .boosting(let boosting): return boosting.sums
        case .network(let network): return .network(network.sums(for: kind))
        case .streaming(let streaming): return streaming.sums(for: kind)
        case .factoring(let factoring): return factoring.sums(for: kind)
        case .forecasting(let forecasting): return forecasting.sums
        case .clustering(let clustering): return .clusters(clustering.sums(for: kind))
        }
    }

    /// Takes what a round let out.
    ///
    /// - Requires: the answer of ``plan``.
    package mutating func take(_ answer: NoisedAnswer) {
        let kind = schedule.rounds[done].kind
        let block = answer.blocks[0]
        let values = block.values.map { Double($0) / schedule.unit }
        let sigma = Double(block.sigma) / schedule.unit
        done += 1
        guard kind != .quality else {
            if case .forecasting = form {
                quality = Quality(forecast: values, sigma: sigma)
                return
            }
            quality = Quality(values, sigma: sigma, goal: compiled.goal)
            average =
                compiled.goal == .group ? nil : Average(values, sigma: sigma, goal: compiled.goal)
            return
        }
        switch form {
        case .regression(var regression):
            regression.take(values, sigma: sigma, of: kind)
            form = .regression(regression)
        case .newton(var newton):
            newton.take(values, of: kind)
            if newton.isSettled { leaveOut(kind) }
            form = .newton(newton)
        case .boosting(var boosting):
            boosting.take(block)
            form = .boosting(boosting)
        case .network(var network):
            network.take(values, sigma: sigma, of: kind)
            form = .network(network)
        case .streaming(var streaming):
            streaming.take(values, sigma: sigma, of: kind)
            form = .streaming(streaming)
        case .factoring(var factoring):
            factoring.take(values, sigma: sigma, of: kind)
            form = .factoring(factoring)
        case .forecasting(var forecasting):
            forecasting.take(values, sigma: sigma)
            form = .forecasting(forecasting)
        case .clustering(var clustering):
            clustering.take(values, sigma: sigma, of: kind)
            if clustering.isSettled { leaveOut(kind) }
            form = .clustering(clustering)
        }
    }

    /// What the rounds done so far give.
    var learned: Model.Form {
        switch form {
        case .regression(let regression): .weights(regression.form)
        case .newton(let newton): .weights(newton.form)
        case .boosting(let boosting): .curves(boosting.form)
        case .network(let network): .network(network.form)
        case .streaming(let streaming): .weights(streaming.form)
        case .factoring(let factoring): .factors(factoring.learned)
        case .forecasting(let forecasting): .series(forecasting.form)
        case .clustering(let clustering): .clusters(clustering.form)
        }
    }

    /// The model, when all rounds are done.
    package var model: Model? {
        guard done == rounds else { return nil }
        return Model(
            name: compiled.question.name, goal: compiled.goal, form: learned, quality: quality,
            average: average, predicted: compiled.question.predictedText)
    }
}
