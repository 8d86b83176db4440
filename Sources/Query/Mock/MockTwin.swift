// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Study
package import Vault

/// People who do not exist, with rows made up from a published schema alone: a question can be tried
/// on them for nothing, and learns nothing of anybody.
///
/// The same schema gives the same people. Values are spread evenly over their public bounds or
/// categories; where nothing is published they are small numbers, a few texts, and days of 2024.
package struct MockTwin: CohortReader {
    /// How many people there are.
    package let count: Int
    private let rows: Int

    /// Makes people up.
    ///
    /// - Parameters:
    ///   - people: how many.
    ///   - rows: how many rows each has in every table.
    package init(people: Int, rows: Int) {
        count = people
        self.rows = rows
    }

    package func makeRoom(for wanted: [TableColumns]) {}

    /// Each has her own, spread as those of people are.
    package func mark(of contributor: Int) -> UInt64 {
        var draw = Draw(state: UInt64(contributor))
        return UInt64(bitPattern: draw.next(in: 0...Int64.max - 1))
    }

    package func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Void
    ) throws -> [Rows] {
        wanted.map { table in
            let seed = table.schema.digest.bytes.prefix(8).reduce(UInt64(contributor)) {
                $0 &* 0x1_0000_0001_b3 ^ UInt64($1)
            }
            var draw = Draw(state: seed)
            let columns = table.schema.columns.map { column(of: $0, &draw) }
            return Rows(schema: table.schema, columns: columns, count: rows)
        }
    }

    private func column(of column: Schema.Column, _ draw: inout Draw) -> Rows.Column {
        let values = (0..<rows).map { _ in draw.next(in: MockTwin.range(of: column)) }
        let texts = column.kind == .text ? MockTwin.texts : []
        return Rows.Column(values: values, dictionary: texts)
    }

    private static let texts = ["alpha", "beta", "gamma", "delta", "epsilon"]

    private static func range(of column: Schema.Column) -> ClosedRange<Int64> {
        // 2024-01-01 and the days of that year.
        let days: ClosedRange<Int64> = 19_723...20_088
        switch column.kind {
        case .category: return 0...Int64(column.categories.count - 1)
        case .boolean: return 0...1
        case .text: return 0...Int64(texts.count - 1)
        case .date: return column.bounds ?? days
        case .timestamp:
            return column.bounds
                ?? days.lowerBound * 86_400_000_000...days.upperBound * 86_400_000_000
        case .integer, .decimal: return column.bounds ?? 0...100
        }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): made-up rows need no secrets.
    private struct Draw {
        var state: UInt64

        mutating func next(in range: ClosedRange<Int64>) -> Int64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
            word ^= word >> 31
            let width = UInt64(bitPattern: range.upperBound &- range.lowerBound)
            guard width < .max else { return Int64(bitPattern: word) }
            let place = word.multipliedFullWidth(by: width + 1).high
            return range.lowerBound &+ Int64(bitPattern: place)
        }
    }
}

extension CompiledQuery {
    /// How many rows somebody made up has, for this question.
    package var mockRows: Int {
        min(plan.step.source.isPlain ? bound.most : pool.rowsPerPerson, 10)
    }
}
