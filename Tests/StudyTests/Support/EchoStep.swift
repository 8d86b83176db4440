// SPDX-License-Identifier: Apache-2.0
import Canon
import Vault

@testable import Study

/// A step that repeats a contributor's values: whatever a wrong or hostile step could give.
struct EchoStep: LocalStep {
    static let schema = Schema(
        table: "echo",
        columns: [.init("value", .integer), .init("unread", .integer)])

    let width: Int
    var bound = ContributionBound.fixed(100)
    var name = "echo"

    var canonical: JSON { ["echo": .string(name), "width": .integer(Int64(width))] }
    var groups: StudyGroups { .listed(1) }
    var blocks: [StudyBlock] { [StudyBlock(width: width, bound: bound)] }
    var reads: [TableColumns] { [TableColumns(schema: EchoStep.schema, columns: [0])] }

    func makeScratch() {}

    func contribute(
        _ tables: [Rows], to contribution: inout Contribution, using scratch: inout Void
    ) {
        for (row, value) in tables[0].columns[0].values.prefix(width).enumerated() {
            contribution.blocks[0][row] = value
        }
    }

    static func rows(_ values: [Int64]) -> Rows {
        Rows(
            schema: schema, columns: [.init(values: values), .init(values: [])],
            count: values.count)
    }
}

/// A cohort in memory; some of its contributors may be unreadable.
struct MemoryCohort: CohortReader {
    struct Damaged: Error {}

    var people: [[Rows]]
    var damaged: Set<Int> = []

    var count: Int { people.count }

    func makeRoom(for wanted: [TableColumns]) {}

    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Void
    ) throws -> [Rows] {
        if damaged.contains(contributor) { throw Damaged() }
        return people[contributor]
    }
}

extension StudyPlan {
    /// No contributors yet.
    var nobody: Partial { Partial(groups: step.groups, blocks: step.blocks) }
}

extension Partial {
    /// The sums of all blocks, as the lowest radius leaves them.
    var sums: [Int64] { blocks.flatMap { $0.sums(at: 0) } }
}

extension NoisedAnswer {
    /// The numbers of all blocks.
    var values: [Int64] { blocks.flatMap(\.values) }
}
