// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Privacy
package import Query
internal import Study
internal import Trees
internal import Vault

extension Model {
    /// What its buyer gets: the table, and the model beside it.
    package var answer: [String: JSON] {
        guard case .object(var members) = table.json else { return [:] }
        members["model"] = json
        return members
    }

    /// The model as a table: how good it is, in rows that no feature is called like, and what each feature weighs, or of trees how much each column matters.
    package var table: ResultTable {
        var rows: [[ResultTable.Cell]] = []
        if let quality, quality.measures.isEmpty {
            rows.append([
                .init(text: "quality: not told", margin: nil),
                .init(text: "noise is too wide, or too few rows were held out", margin: nil),
            ])
        }
        for measure in quality?.measures ?? [] {
            rows.append([
                .init(text: "quality: \(measure.name)", margin: nil),
                .init(text: Model.shown(measure.value), margin: Model.shown(measure.margin)),
            ])
        }
        if case .clusters(let set) = form { return set.table(measures: rows) }
        for term in terms {
            rows.append([
                .init(text: term.feature, margin: nil),
                .init(text: Model.shown(Model.tenThousandths(term.weight)), margin: nil),
            ])
        }
        return ResultTable(columns: ["feature", form.termWord], rows: rows)
    }

    /// What it predicts and of which kind it is, in a line.
    package var words: String {
        let subject = predicted.map { " \($0)" } ?? ""
        return switch (form, goal) {
        case (.clusters(let set), _): "\(set.clusters.count) clusters of rows"
        case (.series(let model), _): "predicts\(subject), a number, by \(model.coding.method)"
        case (.factors(let form), _):
            "a recommender: predicts \(predicted ?? form.rating), a number, of each \(form.column)"
        case (_, .either(let names)):
            "predicts\(subject), \(names[0]) or \(names[1]): the chance of \(names[1]), by \(methodWord)"
        case (_, .number(let scale, let bounds)):
            "predicts\(subject), a number from \(Schema.Kind(scale: scale).writtenShort(bounds.lowerBound)) to "
                + "\(Schema.Kind(scale: scale).writtenShort(bounds.upperBound)), by \(methodWord)"
        case (_, .group): "clusters"
        }
    }

    private var methodWord: String {
        switch form {
        case .curves: "additive trees"
        case .network: "a network with a hidden layer"
        default: "\(goal.regression) regression"
        }
    }

    /// A number in ten-thousandths, as far as a whole number goes; of what is none, 0.
    static func tenThousandths(_ number: Double) -> Int64 {
        guard number == number else { return 0 }
        return Int64((min(max(number, -1e14), 1e14) * 10_000).rounded())
    }

    /// Ten-thousandths, as people read them.
    static func shown(_ value: Int64) -> String {
        let digits = String(value.magnitude % 10_000)
        let zeros = String(repeating: "0", count: 4 - digits.count)
        return (value < 0 ? "-" : "") + "\(value.magnitude / 10_000).\(zeros)\(digits)"
    }
}

extension CompiledModel {
    /// What a buyer should know before she pays.
    package var notes: [String] {
        var notes = [
            "the model is made in \(schedule.rounds.count) rounds, all within the quoted privacy",
            "of what each person allows it takes epsilon \(cost.epsilon(at: question.target.delta)) at delta "
                + "\(question.target.delta): the quote's is the exact one, limits are added up by a bound",
        ]
        if case .forecast(let coding) = method {
            notes += forecastNotes(coding)
        } else if schedule.isMeasured {
            notes.append(
                "one row in ten is held out, and a tenth of the privacy spent, to measure it; quality => off "
                    + "trains on all")
        }
        switch method {
        case .recommender:
            if case .factors(let plan) = schedule.descent, plan.factors == 0 {
                notes.append(
                    "people are few for \(plan.items) items: only biases are learned, and no factors; fewer items "
                        + "or more epsilon bring those")
            }
        case .regression(let coding) where schedule.plain != nil:
            notes.append(
                "people are few for \(coding.width) features; fewer features or more epsilon make it better"
            )
        case .network(let coding, let plan) where plan.isThin:
            notes.append(
                "people are few for a network of \(coding.width) features and \(plan.units) hidden units; fewer of either or "
                    + "more epsilon make it better")
        case .stream(let coding, let plan): notes += CompiledModel.streamNotes(coding, plan)
        case .trees(_, let trees) where trees.plan.epochs <= CompiledModel.fewSteps:
            notes.append(
                "people are few for trees; fewer columns or more epsilon make it better")
        case .clusters(let plan) where plan.isThin:
            notes.append(
                "people are few for \(plan.clusters) clusters; fewer clusters or columns, or more epsilon, make it better"
            )
        default: break
        }
        return notes
    }

    /// What it would do and why.
    package var explanation: Explanation {
        var lines: [Explanation.Line] = []
        func say(_ subject: String, _ text: String) {
            lines.append(.init(subject: subject, text: text))
        }
        for table in question.rows.reads {
            say(
                "reads",
                "\(table.schema.table): "
                    + table.columns.map { table.schema.columns[$0].name }.joined(separator: ", "))
        }
        say(
            "rows",
            "the \(question.horizon == nil ? "first" : "newest") \(question.rowsPerPerson) of each person"
                + (goal == .group ? "" : "; those without a value to predict are left out")
        )
        if let predicted = question.predicted {
            say("predicts", "\(predicted.name), \(goalInWords)")
        }
        if goal == .group { say("finds", "\(goalInWords)") }
        say("features", featuresInWords)
        for (place, round) in schedule.rounds.enumerated()
        where place == 0 || !schedule.rounds[place - 1].isLike(round) {
            let alike = schedule.rounds.filter { $0.isLike(round) }
            let (times, charged) = (alike.count, alike.count { schedule.isCharged($0) })
            say(
                "round",
                "\(round.kind.words)\(times > 1 ? ", \(times) times" : ""): rho \(round.spending)"
                    + "\(times > 1 ? " each" : "")\(charged < times ? ", nobody in more than \(charged)" : "")"
                    + ", one person moves the sums by \(round.radius) units at most"
            )
        }
        say(
            "cost",
            "rho \(cost), epsilon \(question.target.epsilon) at delta \(question.target.delta): all noise is Gaussian, and counted as one"
        )
        return Explanation(lines: lines)
    }

    private var goalInWords: String {
        switch goal {
        case .either(let names):
            "whether it is \(names[1]), by \(methodInWords)"
        case .number: "a number, by \(methodInWords)"
        case .group: methodInWords
        }
    }

    private var methodInWords: String {
        switch method {
        case .regression: "\(goal.regression) regression"
        case .forecast(let coding): coding.method
        case .trees(_, let trees):
            "additive trees: \(trees.plan.epochs) steps, in each a tree of \(trees.plan.leaves) leaves for "
                + "every column, split by public dice"
        case .network(_, let plan):
            "a network of one layer of \(plan.units) hidden units, in \(plan.steps) steps down its loss"
        case .stream(_, let plan):
            "logistic regression of a stream: \(plan.tree.parts) parts of people by their keys and the first round's noise, each asked once, after what "
                + "those before it said\(plan.start == nil ? "" : "; it goes on from the model that it was")"
        case .recommender: schedule.recommenderInWords
        case .clusters(let plan):
            "up to \(plan.clusters) clusters, by the centres that lie nearest: first over \(plan.mostCells) cells at most, "
                + "then moved to the middle of their rows"
        }
    }

    private var featuresInWords: String {
        switch method {
        case .forecast(let coding): coding.words
        case .regression(let coding), .network(let coding, _), .stream(let coding, _):
            "\(coding.width): numbers by their public bounds, a place for each category and for NULL, a constant"
        case .trees(let bins, _):
            "\(bins.columns.count) columns in \(bins.columns.reduce(0) { $0 + $1.codes }) bins: numbers cut by "
                + "their public bounds, one for each category, and one for NULL"
        case .recommender(let factoring):
            "\(factoring.learned.column): \(factoring.learned.items.count) items; a person's own taste is solved from "
                + "her rows in every round, and never let out"
        case .clusters(let plan):
            "\(plan.bins.columns.count) columns: numbers from -1 to 1 by their public bounds, a change of category "
                + "like half of a number's range"
        }
    }

    /// So few steps trees have where noise leaves no more.
    private static let fewSteps = 8
}

extension Schedule.Round {
    /// Whether another is for the same, by the same radius, for as much; of a stream whatever the parts.
    fileprivate func isLike(_ other: Schedule.Round) -> Bool {
        guard case .part = kind, case .part = other.kind else { return self == other }
        return (radius, spending) == (other.radius, other.spending)
    }
}

extension Schedule.Kind {
    fileprivate var words: String {
        switch self {
        case .moments: "the middle and spread of each number"
        case .products: "the products of any two features"
        case .slope: "the slope of the loss"
        case .curvature: "the loss, its slope and its curvature"
        case .counts: "the rows in each bin of every column"
        case .leaves: "the residuals in each leaf of every column's tree"
        case .middle: "how many people there are, and the middle of their ratings"
        case .biases: "of each item the ratings, and what they are above the middle"
        case .factors: "of each item the ratings times its people's factors"
        case .series: "what each step of a person's series has to do with those before it"
        case .cells: "the rows in each cell that columns are cut into"
        case .moves: "where the rows of each cluster lie from its centre"
        case .part: "the slope of the loss of some parts of the people"
        case .quality: "how good it is on rows that were held out"
        }
    }
}

extension Model.Form {
    /// What a term of the model is called.
    fileprivate var termWord: String {
        switch self {
        case .weights: "weight"
        case .curves, .network: "importance"
        case .factors: "bias"
        case .series: "weight"
        case .clusters: "share"
        }
    }
}
