// SPDX-License-Identifier: Apache-2.0
package import Learn
package import Query
package import SecureSum
package import Study

/// A study in the making at the node: sums come in, an answer comes out.
///
/// The only thing that it takes is a ``NoisedSum``, which only a finished session with enough noise can make.
package struct SummedStudy: Sendable {
    /// What came of it.
    package enum Answer: Sendable {
        /// The noised numbers of a question.
        case numbers(NoisedAnswer)
        /// A model.
        case model(Model)
    }

    private var rounds: StudyRounds
    private var sums: [NoisedSum] = []
    /// What came of it; nil before the last sum.
    package private(set) var answer: Answer?

    /// Takes a question.
    ///
    /// - Throws: ``QueryError`` with what to ask instead when it is no row of sums.
    package init(_ query: CompiledQuery) throws { rounds = try StudyRounds(query) }

    /// Takes a model; every one is a row of sums.
    package init(_ model: CompiledModel) throws { rounds = try StudyRounds(model) }

    /// How many sums there are.
    package var count: Int { rounds.count }

    /// Whether those who take part are told each sum.
    var isTold: Bool { rounds.isTold }

    /// How many are done.
    package var done: Int { rounds.done }

    /// The next sum; nil when all are done.
    package var next: SummedRound? { get throws { try rounds.next } }

    /// Takes the sum of ``next``.
    ///
    /// - Throws: ``StudyError/summed(block:)`` for one of another length, or with less noise than it needs.
    package mutating func take(_ sum: NoisedSum) throws {
        switch rounds.form {
        case .query(let query):
            sums.append(sum)
            // Nothing of it is let out before all of it is there.
            rounds.take(.expected([]))
            guard rounds.done == rounds.count else { return }
            answer = .numbers(try query.plan.release(sums))
        case .model(let training):
            guard let plan = try training.plan else { throw StudyError.summed(block: done) }
            rounds.take(try plan.release([sum]))
            guard case .model(let training) = rounds.form, let model = training.model else {
                return
            }
            answer = .model(model)
        }
    }
}
