// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Learn
internal import Privacy
internal import Query
internal import SecureSum
internal import Study
internal import Vault

/// A question as a row of sums. Which are to come is fixed by the question; what the next one is made of follows from
/// what earlier ones let out.
///
/// A question in SQL has a sum for each block of its plan, a model one for each round of its training.
struct StudyRounds: Sendable {
    enum Form: Sendable {
        case query(CompiledQuery)
        case model(Training)
    }

    private(set) var form: Form
    /// How many sums are done.
    private(set) var done = 0
    /// How many there are.
    let count: Int
    /// What they cost everybody together, at most.
    let cost: Rho
    /// What identifies the question: two texts that ask the same have the same digest.
    let digest: Digest
    /// The tables that are read.
    let tables: [Schema]

    init(_ query: CompiledQuery) throws {
        if let error = query.summedError { throw error }
        form = .query(query)
        count = query.plan.step.blocks.count
        cost = query.plan.cost
        digest = try query.digest
        tables = query.plan.step.reads.map(\.schema)
    }

    init(_ model: CompiledModel) throws {
        let training = Training(model)
        form = .model(training)
        count = training.rounds
        cost = model.cost
        digest = try model.digest
        tables = model.question.rows.reads.map(\.schema)
    }

    init(_ text: String, pool: QueryPool) throws {
        if ModelQuestion.isModel(text) {
            try self.init(try CompiledModel(text, pool: pool))
        } else {
            try self.init(try CompiledQuery(text, pool: pool))
        }
    }

    /// The next sum; nil when all are done.
    ///
    /// - Throws: ``StudyError``.
    var next: SummedRound? {
        get throws {
            guard done < count else { return nil }
            let round: SummedRound?
            switch form {
            case .query(let query): round = SummedRound(done, block: done, of: query.plan)
            case .model(let training):
                guard let plan = try training.plan else { return nil }
                round = SummedRound(done, block: 0, of: plan)
            }
            guard let round else { throw StudyError.notSummed }
            return round
        }
    }

    /// Whether what is asked next follows from what sums let out, so that everybody who takes part is told them.
    var isTold: Bool { if case .model = form { true } else { false } }

    /// Goes on to the next sum.
    ///
    /// - Parameter answer: what the sum let out; for a question in SQL nothing hangs on it.
    mutating func take(_ answer: NoisedAnswer) {
        if case .model(var training) = form {
            training.take(answer)
            form = .model(training)
        }
        done += 1
    }
}
