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

    /// Rows are worked on in blocks, so that a contributor with millions of them takes no more
    /// room than one with a few.
    static let block = 1 << 14

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

    /// Raw sums of one contributor, before they are brought to lattice units: in 128 bits, where
    /// neither the most rows nor the widest bounds can overflow.
    package struct Scratch {
        var raw: [Int128]
    }

    package func makeScratch() -> Scratch {
        Scratch(raw: [Int128](repeating: 0, count: width))
    }

    package func contribute(
        _ tables: [Rows], to vector: inout [Int64], using scratch: inout Scratch
    ) {
        let count = tables[0].count
        guard count > 0 else { return }
        for index in scratch.raw.indices { scratch.raw[index] = 0 }
        for start in stride(from: 0, to: count, by: AggregateStep.block) {
            let rows = start..<min(start + AggregateStep.block, count)
            let work = Block(
                columns: tables[0].columns, rows: rows, groups: groups(of: tables[0], rows),
                kept: filter?.evaluate(tables[0].columns, rows: rows))
            for (place, statistic) in statistics.enumerated() {
                add(statistic, at: place, of: work, into: &scratch.raw)
            }
        }
        for index in vector.indices where scratch.raw[index] != 0 {
            vector[index] = scaled(scratch.raw[index], statistics[index % statistics.count])
        }
    }

    /// Some of the rows, the group of each, and which of them WHERE keeps.
    private struct Block {
        let columns: [Rows.Column]
        let rows: Range<Int>
        let groups: [Int]
        let kept: [Int64]?
    }

    private func groups(of table: Rows, _ rows: Range<Int>) -> [Int] {
        var groups = [Int](repeating: 0, count: rows.count)
        for dimension in dimensions {
            let values = table.columns[dimension.column].values
            let last = dimension.codes - 1
            for (place, row) in rows.enumerated() {
                let value = values[row]
                let code = value >= 0 && value < Int64(last) ? Int(value) : last
                groups[place] = groups[place] * dimension.codes + code
            }
        }
        return groups
    }

    private func add(
        _ statistic: Statistic, at place: Int, of block: Block, into raw: inout [Int128]
    ) {
        func each(_ body: (_ row: Int, _ slot: Int) -> Void) {
            for row in block.groups.indices where block.kept == nil || block.kept![row] == 1 {
                body(row, block.groups[row] * statistics.count + place)
            }
        }
        func values(_ x: Scalar) -> [Int64] { x.evaluate(block.columns, rows: block.rows) }
        switch statistic {
        case .rows(nil):
            each { _, slot in raw[slot] &+= 1 }
        case .rows(let having?):
            let values = values(having)
            each { row, slot in if values[row] != Schema.null { raw[slot] &+= 1 } }
        case .people:
            each { _, slot in raw[slot] = 1 }
        case .centredSum(let x, let bounds):
            let values = values(x)
            let (low, high) = (bounds.lowerBound, bounds.upperBound)
            each { row, slot in
                guard values[row] != Schema.null else { return }
                let value = min(max(values[row], low), high)
                raw[slot] &+= Int128((value &- low) &- (high &- value))
            }
        case .sum(let x, let bounds):
            let values = values(x)
            each { row, slot in
                guard values[row] != Schema.null else { return }
                raw[slot] &+= Int128(min(max(values[row], bounds.lowerBound), bounds.upperBound))
            }
        }
    }

    /// Brings a raw sum to lattice units, to the nearest: a sum over many people is not biased.
    ///
    /// |raw| is at most rows · unit, so the result is at most rows · lattice, as without rounding.
    private func scaled(_ raw: Int128, _ statistic: Statistic) -> Int64 {
        let unit = Int128(statistic.unit)
        let half = raw < 0 ? -(unit / 2) : unit / 2
        return Int64(clamping: (raw * Int128(lattice) + half) / unit)
    }
}
