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
    var name = "echo"

    var canonical: JSON { ["echo": .string(name), "width": .integer(Int64(width))] }
    var reads: [TableColumns] { [TableColumns(schema: EchoStep.schema, columns: [0])] }

    func makeScratch() {}

    func contribute(_ tables: [Rows], to vector: inout [Int64], using scratch: inout Void) {
        for (row, value) in tables[0].columns[0].values.prefix(width).enumerated() {
            vector[row] = value
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

    func tables(of contributor: Int, reading wanted: [TableColumns]) throws -> [Rows] {
        if damaged.contains(contributor) { throw Damaged() }
        return people[contributor]
    }
}
