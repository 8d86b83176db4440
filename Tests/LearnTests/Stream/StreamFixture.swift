// SPDX-License-Identifier: Apache-2.0
import Query
@testable import Study
import Synchronization
import TestSupport
import Vault

@testable import Learn

/// People who come over time, each with a mark of her own, and a note of whose rows were read.
final class Comers: CohortReader, Sendable {
    let people: [Rows]
    private let first: Int
    private let reads = Mutex<[Int: Int]>([:])

    /// - Parameter first: the mark of the first; those after it count up.
    init(_ people: [Rows], first: Int = 0) { (self.people, self.first) = (people, first) }

    var count: Int { people.count }
    func mark(of contributor: Int) -> UInt64 { UInt64(first + contributor) }
    func makeRoom(for wanted: [TableColumns]) {}

    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Void
    ) throws -> [Rows] {
        reads.withLock { $0[contributor, default: 0] += 1 }
        return [people[contributor]]
    }

    /// How often each person's rows were read.
    var readings: [Int: Int] { reads.withLock { $0 } }
}

/// Streams of the people of ``People``.
enum Streams {
    static let words =
        "PREDICT buys USING (model => stream, features => (age, income, region, member))"

    static func compiled(
        epsilon: String = "1.0", people: Int, rows: Int = 1, from start: StreamStart? = nil,
        _ text: String = words
    ) throws -> CompiledModel {
        try CompiledModel(
            "CREATE MODEL m FROM people \(text) WITH PRIVACY (epsilon => \(epsilon), delta => 1e-5)",
            pool: QueryPool(
                name: "people", tables: [People.schema], rowsPerPerson: rows, people: people),
            from: start)
    }

    /// Trains without noise, each in her part.
    static func exact(_ compiled: CompiledModel, on people: Comers) async throws -> Model? {
        var training = Training(compiled)
        while let plan = try training.plan {
            let partial = try await plan.run(overParts: people, threads: 1)
            training.take(
                .expected([.expected(partial.blocks[0].sums(at: 0), sigma: 0)]))
        }
        return training.model
    }

    /// What somebody of this mark gives to a round, before it is clipped.
    static func numbers(_ step: TrainingStep, _ rows: Rows, mark: UInt64) -> [Int64] {
        var scratch = step.makeScratch()
        var contribution = Contribution(to: step, of: mark)
        step.contribute([rows], to: &contribution, using: &scratch)
        return contribution.blocks[0]
    }
}

extension StreamParts {
    /// The least mark of whoever is in a part.
    func mark(in part: Int) -> UInt64 {
        (0..<1_000_000).first { self.part(of: $0) == part } ?? 0
    }
}
