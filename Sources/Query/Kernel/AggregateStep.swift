// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Study
package import Vault

/// The local step of a SELECT: one contributor's rows, filtered, grouped and added up.
///
/// The vector has `statistics.count` numbers for every group, group by group. One row moves a
/// number by at most `lattice` units.
package struct AggregateStep: LocalStep {
    /// A public way to tell rows apart: a category or boolean column, with NULL as its last code.
    struct Dimension: Hashable, Sendable {
        /// The place of the column in the schema.
        let column: Int
        /// How many codes there are, NULL included.
        let codes: Int
    }

    let table: TableColumns
    let filter: Scalar?
    let dimensions: [Dimension]
    let statistics: [Statistic]
    /// Lattice units in a count of 1.
    let lattice: Int64

    var groups: Int { dimensions.reduce(1) { $0 * $1.codes } }

    package var reads: [TableColumns] { [table] }
    package var width: Int { groups * statistics.count }

    package var canonical: JSON {
        [
            "schema": .string(table.schema.digest.hex),
            "columns": .array(table.columns.map { .integer(Int64($0)) }),
            "filter": filter.map { .string($0.canonical) } ?? .null,
            "groups": .array(dimensions.map { .string("c\($0.column):\($0.codes)") }),
            "statistics": .array(statistics.map { .string($0.canonical) }),
            "lattice": .string(String(lattice)),
        ]
    }

    /// The step made ready, with room to work in.
    package struct Scratch {
        var run: AggregateRun<PlainWord>
    }

    package func makeScratch() -> Scratch { Scratch(run: AggregateRun(self)) }

    package func contribute(
        _ tables: [Rows], to vector: inout [Int64], using scratch: inout Scratch
    ) {
        scratch.run.contribute(tables[0], to: &vector)
    }
}
