// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Study
package import Vault

/// Which rows of each contributor a model learns from, and what of them: the part of a question that
/// works on rows, for other steps than ``AggregateStep``.
package struct RowSelection: Hashable, Sendable {
    /// What the values of a column mean.
    package enum Kind: Hashable, Sendable {
        /// A number in units of 10^-scale within public bounds.
        case number(scale: Int, bounds: ClosedRange<Int64>)
        /// A place in a public list.
        case category([String])
        /// 0 or 1.
        case boolean
    }

    /// One column that is taken of each row.
    package struct Column: Hashable, Sendable {
        /// Its name, as people read it.
        package let name: String
        /// What its values mean.
        package let kind: Kind
        let scalar: Scalar
    }

    let source: RowPlan
    let filter: Scalar?
    /// The columns, in the order in which a row's values are given.
    package let columns: [Column]
    /// The tables that are read, and which of their columns.
    package let reads: [TableColumns]

    /// One spelling for one meaning.
    package var canonical: JSON {
        [
            "tables": .array(
                reads.map { table in
                    [
                        "schema": .string(table.schema.digest.hex),
                        "columns": .array(table.columns.map { .integer(Int64($0)) }),
                    ]
                }),
            "rows": .string(source.canonical),
            "filter": filter.map { .string($0.canonical) } ?? .null,
            "values": .array(columns.map { .string($0.scalar.canonical) }),
        ]
    }

    /// Makes room to read rows with.
    package func makeScan() -> RowScan { RowScan(source, filter, columns.map(\.scalar)) }
}

/// Reads the rows that a selection keeps, one contributor after another.
package final class RowScan {
    private let source: RowPlan
    private let run: ProgramRun<PlainWord>
    /// Where the run leaves the truths of the filter, and the values of each column.
    private let filter: Int?
    private let places: [Int]
    /// The columns, where every row is kept and no value is more than a stored one: no program is needed then.
    let stored: [StoredColumn]?
    /// The values of one row. One thread uses a scan, and nothing that it calls comes back to it.
    @exclusivity(unchecked) private var row: [Int64]
    private let keepsTexts: Bool
    /// The texts of each column of the rows that were read last, where they are kept.
    package private(set) var texts: [[String]] = []

    /// - Parameter scalars: what is worked out of each row.
    init(
        _ source: RowPlan, _ filter: Scalar?, _ scalars: [Scalar],
        keepingTexts keepsTexts: Bool = false
    ) {
        var program = Program()
        (self.source, self.keepsTexts) = (source, keepsTexts)
        let filter = filter.map { program.add($0) }
        let steps = scalars.map { program.add($0) }
        let run = ProgramRun<PlainWord>(program, keeping: steps + (filter.map { [$0] } ?? []))
        self.run = run
        self.filter = filter.map { run.place(of: $0) }
        places = steps.map { run.place(of: $0) }
        let stored = scalars.compactMap { StoredColumn($0) }
        self.stored = filter == nil && stored.count == scalars.count ? stored : nil
        row = [Int64](repeating: 0, count: steps.count)
    }

    /// Calls with the values of each row that is kept, ``Schema/null`` where there is none.
    ///
    /// - Parameter most: rows beyond so many are not looked at.
    /// - Requires: tables in the order of ``RowSelection/reads``.
    package func forEachRow(
        of tables: [Rows], most: Int, _ body: (_ values: UnsafeBufferPointer<Int64>) -> Void
    ) {
        let rows = source.rows(of: tables)
        if keepsTexts { texts = rows.columns.map(\.dictionary) }
        let count = min(rows.count, most)
        if let stored { return forEachRow(of: rows.columns, stored, count, body) }
        run.prepare(for: rows.columns)
        let block = ProgramRun<PlainWord>.block
        for start in stride(from: 0, to: count, by: block) {
            let part = start..<min(start + block, count)
            run.run(rows.columns, rows: part)
            run.withWords { words in
                row.withUnsafeMutableBufferPointer { row in
                    for place in 0..<part.count {
                        if let filter, words[filter + place].opened != 1 { continue }
                        for column in row.indices {
                            row[column] = words[places[column] + place].opened
                        }
                        body(UnsafeBufferPointer(row))
                    }
                }
            }
        }
    }

    private func forEachRow(
        of columns: [Rows.Column], _ stored: [StoredColumn], _ count: Int,
        _ body: (_ values: UnsafeBufferPointer<Int64>) -> Void
    ) {
        row.withUnsafeMutableBufferPointer { row in
            for place in 0..<count {
                for value in row.indices {
                    let column = stored[value]
                    row[value] = column.clipped(columns[column.place].values[place])
                }
                body(UnsafeBufferPointer(row))
            }
        }
    }
}

/// A column whose values count as they are stored, or the nearest within some bounds.
struct StoredColumn {
    let place: Int
    private let low: Int64
    private let high: Int64

    /// Nil for what has to be worked out.
    init?(_ scalar: Scalar) {
        let bounds: ClosedRange<Int64>
        switch scalar {
        case .column(let place): (self.place, bounds) = (place, .min ... .max)
        case .clip(.column(let place), let within): (self.place, bounds) = (place, within)
        default: return nil
        }
        (low, high) = (bounds.lowerBound, bounds.upperBound)
    }

    /// NULL stays NULL.
    @inline(__always) func clipped(_ value: Int64) -> Int64 {
        let clipped = min(max(value, low), high)
        return value == Schema.null ? value : clipped
    }
}
