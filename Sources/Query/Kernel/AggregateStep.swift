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
        /// The place among the columns read.
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
            "schema": .string(Digest(of: (try? table.schema.json.canonical()) ?? []).hex),
            "columns": .array(table.columns.map { .integer(Int64($0)) }),
            "filter": filter.map { .string($0.canonical) } ?? .null,
            "groups": .array(dimensions.map { .string("c\($0.column):\($0.codes)") }),
            "statistics": .array(statistics.map { .string($0.canonical) }),
            "lattice": .string(String(lattice)),
        ]
    }

    /// Raw sums of one contributor, before they are brought to lattice units.
    package struct Scratch {
        var raw: [Int64]
    }

    package func makeScratch() -> Scratch {
        Scratch(raw: [Int64](repeating: 0, count: width))
    }

    package func contribute(
        _ tables: [Rows], to vector: inout [Int64], using scratch: inout Scratch
    ) {
        let rows = tables[0]
        guard rows.count > 0 else { return }
        let columns = table.columns.map { rows.columns[$0] }
        let kept = filter?.evaluate(columns, count: rows.count)
        let group = groupOfRows(columns, count: rows.count)
        for index in scratch.raw.indices { scratch.raw[index] = 0 }
        for (place, statistic) in statistics.enumerated() {
            add(statistic, at: place, columns, kept, group, rows.count, into: &scratch.raw)
        }
        for index in vector.indices where scratch.raw[index] != 0 {
            vector[index] = scaled(scratch.raw[index], statistics[index % statistics.count])
        }
    }

    private func groupOfRows(_ columns: [Rows.Column], count: Int) -> [Int] {
        var group = [Int](repeating: 0, count: count)
        for dimension in dimensions {
            let values = columns[dimension.column].values
            let last = dimension.codes - 1
            for row in 0..<count {
                let value = values[row]
                let code = value >= 0 && value < Int64(last) ? Int(value) : last
                group[row] = group[row] * dimension.codes + code
            }
        }
        return group
    }

    private func add(
        _ statistic: Statistic, at place: Int, _ columns: [Rows.Column], _ kept: [Int64]?,
        _ group: [Int], _ count: Int, into raw: inout [Int64]
    ) {
        func each(_ body: (_ row: Int, _ slot: Int) -> Void) {
            for row in 0..<count where kept == nil || kept![row] == 1 {
                body(row, group[row] * statistics.count + place)
            }
        }
        switch statistic {
        case .rows(let having):
            let values = having?.evaluate(columns, count: count)
            each { row, slot in
                if values == nil || values![row] != Schema.null { raw[slot] &+= 1 }
            }
        case .people:
            each { _, slot in raw[slot] = 1 }
        case .centredSum(let x, let bounds):
            let values = x.evaluate(columns, count: count)
            let (low, high) = (bounds.lowerBound, bounds.upperBound)
            each { row, slot in
                guard values[row] != Schema.null else { return }
                let value = min(max(values[row], low), high)
                raw[slot] = saturatingAdd(raw[slot], (value - low) - (high - value))
            }
        case .sum(let x, let bounds):
            let values = x.evaluate(columns, count: count)
            each { row, slot in
                guard values[row] != Schema.null else { return }
                let value = min(max(values[row], bounds.lowerBound), bounds.upperBound)
                raw[slot] = saturatingAdd(raw[slot], value)
            }
        }
    }

    private func scaled(_ raw: Int64, _ statistic: Statistic) -> Int64 {
        let units = Int128(raw) * Int128(lattice) / Int128(statistic.unit)
        return Int64(clamping: units)
    }
}

private func saturatingAdd(_ left: Int64, _ right: Int64) -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? (right < 0 ? -Int64.max : .max) : sum
}
