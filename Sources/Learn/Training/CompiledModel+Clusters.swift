// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Query

extension CompiledModel {
    /// Plans a model of clusters.
    static func clusters(
        _ question: ModelQuestion, measured: Bool
    ) throws(QueryError) -> (Method, Schedule) {
        let remedy = "name fewer columns: USING (model => clusters, features => (column, …))"
        let space = ClusterSpace(coding: FeatureCoding(question.features))
        guard space.width < CompiledModel.mostFeatures else {
            throw question.targetError(
                "there would be \(space.width) directions, with one for each category",
                remedy: remedy)
        }
        guard let bins = ColumnBins(question.features) else {
            throw question.targetError(
                "a column has more than \(ColumnBins.most) categories, too many for clusters",
                remedy: remedy)
        }
        for number in space.coding.numbers where Double(number.low) == Double(number.high) {
            throw question.targetError(
                "the bounds of \(number.name) are too near to each other for their size",
                remedy: "name other columns: USING (model => clusters, features => (column, …))")
        }
        let schedule = Schedule(
            try count(question), space, bins, rows: question.rowsPerPerson,
            people: question.people, spending: question.spending, measured: measured)
        guard case .clusters(let plan) = schedule.descent else {
            preconditionFailure("a schedule of clusters has their plan")
        }
        return (.clusters(plan), schedule)
    }

    private static func count(_ question: ModelQuestion) throws(QueryError) -> Int {
        let possible = ClusterPlan.possible
        let remedy =
            "write USING (model => clusters, clusters => 8): "
            + "\(possible.lowerBound) to \(possible.upperBound)"
        guard let option = question.options.first(where: { $0.name == "clusters" }) else {
            throw question.targetError(
                "it is not said how many clusters there are to be", remedy: remedy)
        }
        guard let count = Int(option.value), possible.contains(count) else {
            throw option.valueError("clusters => \(option.value) is out of range", remedy: remedy)
        }
        return count
    }
}
