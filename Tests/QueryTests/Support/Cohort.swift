// SPDX-License-Identifier: Apache-2.0
import Privacy
import Vault

@testable import Query
@testable import Study

/// A cohort in memory: for each contributor, her tables.
struct MemoryCohort: CohortReader {
    let people: [[Rows]]

    init(people: [Rows]) { self.people = people.map { [$0] } }
    init(people: [[Rows]]) { self.people = people }

    var count: Int { people.count }

    func makeRoom(for wanted: [TableColumns]) {}

    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Void
    ) -> [Rows] {
        people[contributor]
    }
}

extension StudyPlan {
    /// No contributors yet.
    var nobody: Partial { Partial(groups: step.groups, blocks: step.blocks) }

    /// One contributor's numbers before they are clipped, block by block.
    func raw(of tables: [Rows]) -> [[Int64]] {
        var contribution = Contribution(groups: step.groups, blocks: step.blocks)
        var scratch = step.makeScratch()
        step.contribute(tables, to: &contribution, using: &scratch)
        return contribution.blocks
    }

    /// The partial of some contributors, one after another.
    func partial(ofAll people: [[Rows]]) -> Partial {
        var worker = Worker(plan: self)
        for person in people { worker.add(person, of: 0) }
        return worker.partial
    }

    /// How far one contributor may move the first block at most.
    var radius: UInt64 { step.blocks[0].bound.largest }

    /// The noise of the first block, of its highest rung.
    var mechanism: GaussianMechanism { noises[0].rungs[noises[0].rungs.count - 1] }
}

extension Partial {
    /// The sums of all blocks, as the highest radius leaves them.
    var sums: [Int64] { blocks.flatMap(\.highest) }
}

extension BlockSum {
    /// The sums as the highest radius leaves them.
    var highest: [Int64] { sums(at: whole.count - 1) }
}

extension NoisedAnswer {
    /// The numbers of all blocks.
    var values: [Int64] { blocks.flatMap(\.values) }

    /// Listed groups with the same numbers in one block, or in several.
    static func of(_ blocks: [Int64]..., sigma: Int = 1) -> NoisedAnswer {
        NoisedAnswer(keys: nil, blocks: blocks.map { NoisedBlock(values: $0, sigma: sigma) })
    }
}

extension ColumnBinder {
    /// Binds expressions about one table.
    init(schema: Schema) throws {
        var builder = ScopeBuilder(
            pool: QueryPool(name: "demo", tables: [schema], rowsPerPerson: 10))
        let place = Position(line: 1, column: 1)
        let scope = try builder.scope(
            of: .table(.init(pool: "demo", table: nil, alias: nil, position: place)))
        self.init(scope: scope, reads: builder.reads)
    }
}
