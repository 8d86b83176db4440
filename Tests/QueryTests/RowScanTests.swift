// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault

@testable import Query

/// The rows that a model learns from.
@Suite struct RowScanTests {
    private static let schema = Schema(
        table: "days",
        columns: [
            Schema.Column("day", .integer), Schema.Column("steps", .integer),
            Schema.Column("sleep", .integer),
        ])

    @Test(arguments: [0, 1, 3, 700])
    func `columns as they are stored are what a program makes of them`(rows: Int) {
        let table = Rows(
            schema: Self.schema,
            columns: [5, 7, 11].map { step in
                .init(
                    values: (0..<Int64(rows)).map { $0 % 13 == 4 ? Schema.null : $0 * step })
            }, count: rows)
        let columns: [Scalar] = [.column(2), .clip(.column(0), 5...1000), .column(0)]
        let stored = values(RowScan(.table(0), nil, columns), table, most: 650)
        #expect(stored == values(RowScan(.table(0), .constant(1), columns), table, most: 650))
        #expect(stored.count == min(rows, 650))
        if rows == 3 { #expect(stored == [[0, 5, 0], [11, 5, 5], [22, 10, 10]]) }
    }

    private func values(_ scan: RowScan, _ table: Rows, most: Int) -> [[Int64]] {
        var found: [[Int64]] = []
        scan.forEachRow(of: [table], most: most) { found.append(Array($0)) }
        return found
    }
}
