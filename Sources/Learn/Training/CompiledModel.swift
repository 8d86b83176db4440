// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Privacy
package import Query
internal import Study
internal import Trees

/// A model that can be ordered: what it is made of, in which rounds, and what of everybody's privacy that takes.
package struct CompiledModel: Sendable {
    /// What was asked for.
    package let question: ModelQuestion
    /// What all rounds cost every contributor of the cohort.
    package let cost: Rho
    let goal: Goal
    let method: Method
    let schedule: Schedule
    /// What it goes on from.
    private let start: StreamStart?

    /// How the model is made.
    enum Method: Hashable, Sendable {
        /// By logistic or linear regression on features.
        case regression(FeatureCoding)
        /// By additive trees on bins, from their first state on.
        case trees(ColumnBins, AdditiveTrees)
        /// By a network with one hidden layer.
        case network(FeatureCoding, NetworkPlan)
        /// By logistic regression in one pass over people who come part by part.
        case stream(FeatureCoding, StreamPlan)
        /// By factors of items and people.
        case recommender(Factoring)
        /// By regression of each step of a series on those before it.
        case forecast(SeriesCoding)
        /// By centres of clusters; the schedule has their plan.
        case clusters(ClusterPlan)
    }

    /// The most features that a model may have, the constant among them: products of any two of them are asked. Of
    /// trees the most columns.
    package static let mostFeatures = 400

    /// Reads a statement and plans its rounds, from the text and the published schema alone.
    ///
    /// - Throws: ``QueryError`` with the place and what to write instead.
    package init(_ text: String, pool: QueryPool) throws(QueryError) {
        try self.init(try ModelQuestion(text, pool: pool))
    }

    /// Whether it is measured on rows that were held out.
    package var isMeasured: Bool { schedule.isMeasured }
    /// Whether what rows are worth can be told by it: it is measured, and foretells something of each row by itself.
    package var tellsWorth: Bool {
        switch method {
        case .regression, .trees, .network, .stream: isMeasured
        case .recommender, .forecast, .clusters: false
        }
    }

    /// The same for another number of people.
    package func expecting(_ people: Int) throws(QueryError) -> CompiledModel {
        try CompiledModel(question.expecting(people), from: start)
    }

    /// - Parameters:
    ///   - cuts: of a model of own rows, where the bins of a number end that trees are grown on.
    ///   - start: what a stream goes on from.
    init(
        _ question: ModelQuestion, cutting cuts: [String: [Int64]] = [:],
        from start: StreamStart? = nil
    ) throws(QueryError) {
        let goal = try CompiledModel.goal(of: question)
        var (method, schedule) = try CompiledModel.planned(question, goal, from: start)
        if question.isOwn { (method, schedule) = CompiledModel.exact(method, schedule, cuts) }
        do throws(NoiseError) { cost = question.isOwn ? .zero : try schedule.cost } catch {
            throw question.targetError(
                "no noise fits this: \(error)", remedy: "give more epsilon, or count fewer rows")
        }
        (self.question, self.goal, self.method, self.schedule) = (question, goal, method, schedule)
        self.start = start
    }

    private init(_ other: CompiledModel, schedule: Schedule) {
        (question, goal, method) = (other.question, other.goal, other.method)
        (cost, self.schedule, start) = (other.cost, schedule, other.start)
    }

    /// The same with other noise in its rounds, for people who do not exist; ``cost`` is that of the question.
    func spending(_ amount: (Rho) -> Rho) -> CompiledModel {
        CompiledModel(self, schedule: schedule.spending(amount))
    }

    private static func goal(of question: ModelQuestion) throws(QueryError) -> Goal {
        guard let predicted = question.predicted else { return .group }
        guard let goal = Goal(predicted) else {
            throw question.targetError(
                "\(predicted.name) has more than two categories",
                remedy: "predict one of them: PREDICT \(predicted.name) = 'one of them'")
        }
        return goal
    }

    private static func planned(
        _ question: ModelQuestion, _ goal: Goal, from start: StreamStart?
    ) throws(QueryError) -> (Method, Schedule) {
        guard start == nil || question.isStream else {
            throw question.targetError(
                "only a stream goes on from what it was", remedy: "write model => stream")
        }
        if let horizon = question.horizon { return try forecast(question, goal, horizon: horizon) }
        if question.isRecommender { return try recommender(question, goal) }
        let made = try read(question.options, goal)
        if goal == .group { return try clusters(question, measured: made.measured) }
        switch made.model {
        case "trees": return try trees(question, goal, measured: made.measured)
        case "network": return try network(question, goal, measured: made.measured)
        case "stream":
            return try stream(question, goal, measured: made.measured, from: start)
        default: return try regression(question, goal, measured: made.measured)
        }
    }

    private static func regression(
        _ question: ModelQuestion, _ goal: Goal, measured: Bool
    ) throws(QueryError) -> (Method, Schedule) {
        let coding = try features(of: question)
        let schedule = Schedule(
            goal, coding, rows: question.rowsPerPerson, people: question.people,
            spending: question.spending, measured: measured)
        return (.regression(coding), schedule)
    }

    /// How rows become features, of which there are not too many.
    static func features(of question: ModelQuestion) throws(QueryError) -> FeatureCoding {
        let coding = FeatureCoding(question.features)
        guard coding.width <= CompiledModel.mostFeatures else {
            throw question.targetError(
                "there would be \(coding.width) features, with one for each category",
                remedy: "name fewer columns: USING (features => (column, …))")
        }
        return coding
    }

    private static func trees(
        _ question: ModelQuestion, _ goal: Goal, measured: Bool
    ) throws(QueryError) -> (Method, Schedule) {
        let remedy =
            "name other columns: USING (features => (column, …)), or write model => \(goal.regression)"
        guard question.features.count <= CompiledModel.mostFeatures else {
            throw question.targetError(
                "there would be \(question.features.count) columns, and trees take "
                    + "\(CompiledModel.mostFeatures)", remedy: remedy)
        }
        guard let bins = ColumnBins(question.features) else {
            throw question.targetError(
                "a column has more than \(ColumnBins.most) categories, too many for trees",
                remedy: remedy)
        }
        do throws(TreesError) {
            let schedule = try Schedule(
                goal, bins, rows: question.rowsPerPerson, people: question.people,
                spending: question.spending, measured: measured)
            guard case .trees(let first) = schedule.descent else {
                preconditionFailure("a schedule of trees goes down by trees")
            }
            return (.trees(bins, first), schedule)
        } catch {
            throw question.targetError("no trees grow on this: \(error)", remedy: remedy)
        }
    }

    /// Reads the options.
    ///
    /// - Returns: whether the model is to be measured, and what kind of model is named.
    private static func read(
        _ options: [ModelQuestion.Option], _ goal: Goal
    ) throws(QueryError) -> (measured: Bool, model: String?) {
        let model = options.first { $0.name == "model" }?.value
        var measured = true
        for option in options {
            if option.name == "quality" {
                measured = try option.isOn()
                continue
            }
            if goal == .group, ["model", "clusters"].contains(option.name) { continue }
            if model == "network", option.name == "hidden" { continue }
            guard option.name == "model" else {
                throw option.error(
                    "there is no option '\(option.name)' for \(model.map { "model => \($0)" } ?? "such a model")",
                    remedy: "use model, features or quality; of model => network also hidden")
            }
            guard ["linear", "logistic", "trees", "network", "stream"].contains(option.value)
            else {
                throw option.valueError(
                    "there is no model '\(option.value)'",
                    remedy:
                        "use logistic, linear, trees, network or stream; recommender with items => column; forecast "
                        + "with ORDER BY; clusters without PREDICT")
            }
            guard option.value != "stream" || !goal.isNumber else {
                throw option.valueError(
                    "a stream learns which of two it is, and this is a number",
                    remedy:
                        "predict a condition, such as PREDICT column > number, or write model => linear"
                )
            }
            guard ["trees", "network", "stream", goal.regression].contains(option.value) else {
                throw option.valueError(
                    "a \(option.value) model does not predict this",
                    remedy: "write model => \(goal.regression), model => trees or model => network")
            }
        }
        return (measured, model)
    }

    /// The step of a round.
    func step(_ sums: TrainingStep.Sums, radius: UInt64) -> TrainingStep {
        TrainingStep(
            rows: question.rows, goal: goal, sums: sums,
            holdsOut: schedule.isMeasured,
            mostRows: question.isOwn ? .max : question.rowsPerPerson,
            radius: radius, unit: schedule.unit)
    }

    /// What is wanted, and of clusters how many.
    private var wanted: String {
        if case .clusters(let plan) = method { return "\(goal.canonical) \(plan.clusters)" }
        return goal.canonical
    }

    /// What identifies the model that is asked for: two texts that ask the same have the same digest.
    package var digest: Digest {
        get throws(CanonicalError) {
            var members: [String: JSON] = [
                "kind": "model", "rows": question.rows.canonical, "goal": .string(wanted),
                "most": .integer(Int64(question.rowsPerPerson)),
                "rounds": .array(
                    schedule.rounds.map {
                        .string("\($0.kind) \($0.radius) \($0.spending.units)")
                    }),
            ]
            switch method {
            case .forecast(let coding): members["series"] = .string("newest \(coding.canonical)")
            case .network(_, let plan): members["hidden"] = .integer(Int64(plan.units))
            case .stream(_, let plan):
                members["stream"] = .string(
                    "\(plan.rate) \(plan.start.map(\.canonical) ?? "")")
            default: break
            }
            return Digest(of: try JSON.object(members).signable())
        }
    }
}
