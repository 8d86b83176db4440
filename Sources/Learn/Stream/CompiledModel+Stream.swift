// SPDX-License-Identifier: Apache-2.0
internal import Privacy
package import Query

extension CompiledModel {
    /// Reads a statement and plans its rounds, where a stream goes on from what it was.
    ///
    /// - Throws: ``QueryError`` with the place and what to write instead; also where the model is none that this goes on from.
    package init(
        _ text: String, pool: QueryPool, from start: StreamStart?
    ) throws(QueryError) {
        try self.init(try ModelQuestion(text, pool: pool), from: start)
    }

    /// Whether it is a stream, which can go on from what it was.
    package var isStream: Bool { schedule.stream != nil }

    /// What it goes on from; nil of a first training, and of all that are no streams.
    package var goesOn: Bool { schedule.stream?.start != nil }

    /// Plans a stream.
    static func stream(
        _ question: ModelQuestion, _ goal: Goal, measured: Bool, from start: StreamStart?
    ) throws(QueryError) -> (Method, Schedule) {
        guard !question.isOwn else {
            throw question.targetError(
                "a stream is for people who come over time, and a file's rows are all there at once",
                remedy: "write model => logistic")
        }
        let coding = try features(of: question)
        var from: (form: WeightedSum, people: Int)?
        if let start {
            guard case .weights(let form) = start.model.form, form.coding == coding,
                start.model.goal == goal, !form.standard.isPlain
            else {
                throw question.targetError(
                    "the model learned from other columns or categories than the pool has now",
                    remedy: "make it anew: ask for CREATE MODEL again")
            }
            from = (form, start.people)
        }
        let schedule = Schedule(
            goal, coding, from: from, rows: question.rowsPerPerson, people: question.people,
            spending: question.spending, measured: measured)
        guard let plan = schedule.stream else {
            preconditionFailure("a schedule of a stream has its plan")
        }
        return (.stream(coding, plan), schedule)
    }

    /// What a buyer should know of a stream before she pays.
    static func streamNotes(_ coding: FeatureCoding, _ plan: StreamPlan) -> [String] {
        var notes = [
            "people fall into \(plan.tree.parts) parts by their keys and the first round's noise; nobody is in more than \(plan.tree.mostReleases) of the "
                + "\(plan.tree.parts) sums"
        ]
        if plan.start == nil {
            notes.append(
                "RETRAIN MODEL goes on from it: it then reads, charges and pays only people who are new"
            )
        } else {
            notes.append(
                "it goes on from the model that it was: nobody is read, charged or paid who was before; what those who "
                    + "withdrew gave stays in it, and CREATE MODEL makes one without them")
        }
        if plan.start != nil, plan.isThin || plan.isHeld {
            notes.append(
                "few people are new for a stream of \(coding.width) features: what they add may be less than the noise, and the model "
                    + "may get worse; wait until more are new. The one that it goes on from stays yours"
            )
        } else if plan.isThin {
            notes.append(
                "people are few for a stream of \(coding.width) features; where they do not come over time, model => logistic is "
                    + "better")
        }
        return notes
    }
}
