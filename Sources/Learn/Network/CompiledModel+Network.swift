// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Query

extension CompiledModel {
    /// Plans a network.
    static func network(
        _ question: ModelQuestion, _ goal: Goal, measured: Bool
    ) throws(QueryError) -> (Method, Schedule) {
        let coding = try features(of: question)
        let schedule = Schedule(
            goal, coding, units: try hiddenUnits(question), rows: question.rowsPerPerson,
            people: question.people, spending: question.spending, measured: measured)
        guard case .network(let plan) = schedule.descent else {
            preconditionFailure("a schedule of a network has its plan")
        }
        return (.network(coding, plan), schedule)
    }

    private static func hiddenUnits(_ question: ModelQuestion) throws(QueryError) -> Int {
        guard let option = question.options.first(where: { $0.name == "hidden" }) else {
            return NetworkSum.usual
        }
        let possible = NetworkSum.possible
        guard let count = Int(option.value), possible.contains(count) else {
            throw option.valueError(
                "hidden => \(option.value) is out of range",
                remedy: "write how many hidden units there are: hidden => \(NetworkSum.usual), "
                    + "\(possible.lowerBound) to \(possible.upperBound)")
        }
        return count
    }
}
