// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Query

extension CompiledModel {
    /// Reads the options of a recommender, and plans its rounds.
    static func recommender(
        _ question: ModelQuestion, _ goal: Goal
    ) throws(QueryError) -> (Method, Schedule) {
        guard goal.isNumber else {
            throw question.targetError(
                "a recommender foretells a number with public bounds",
                remedy: "predict the rating itself, or write model => \(goal.regression)")
        }
        guard let column = question.features.first, case .category(let items) = column.kind,
            (2...FactorPlan.mostItems).contains(items.count)
        else {
            throw question.targetError(
                "a recommender takes 2 to \(FactorPlan.mostItems) items: every round gives a number for each item "
                    + "and factor, and noise to each of them",
                remedy: "name a column of fewer categories: items => column")
        }
        var (measured, factors) = (true, FactorPlan.usualFactors)
        for option in question.options where option.name != "model" {
            switch option.name {
            case "quality":
                guard ["on", "off"].contains(option.value) else {
                    throw option.valueError(
                        "quality is on or off", remedy: "write quality => off to leave it out")
                }
                measured = option.value == "on"
            case "factors":
                guard let number = Int(option.value),
                    (1...ItemFactors.mostFactors).contains(number)
                else {
                    throw option.valueError(
                        "an item has 1 to \(ItemFactors.mostFactors) factors",
                        remedy: "write factors => \(FactorPlan.usualFactors), or leave it out")
                }
                factors = number
            default:
                throw option.error(
                    "a recommender has no option '\(option.name)'",
                    remedy: "use model, items, factors or quality")
            }
        }
        let schedule = Schedule(
            goal, items: items.count, factors: factors, rows: question.rowsPerPerson,
            people: question.people, spending: question.spending, measured: measured)
        guard case .factors(let plan) = schedule.descent, let predicted = question.predicted else {
            preconditionFailure("a recommender predicts, and its schedule goes down by factors")
        }
        return (
            .recommender(
                Factoring(
                    plan, column: column.name, rating: predicted.name, items: items)
            ),
            schedule
        )
    }
}
