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
            columns: ([5, 7, 11] as [Int64]).map { step in
                .init(
                    values: (0..<Int64(rows)).map { (row: Int64) -> Int64 in
                        switch row % 13 {
                        case 4: Schema.null
                        case 5: .max
                        case 6: -row * step
                        default: row * step
                        }
                    })
            }, count: rows)
        let columns: [Scalar] = [.column(2), .clip(.column(0), 5...1000), .column(0)]
        let (scan, program) = (
            RowScan(.table(0), nil, columns), RowScan(.table(0), .constant(1), columns)
        )
        #expect(scan.stored != nil && program.stored == nil)
        let stored = values(scan, table, most: 650)
        #expect(stored == values(program, table, most: 650))
        #expect(stored.count == min(rows, 650))
        if rows == 3 { #expect(stored == [[0, 5, 0], [11, 5, 5], [22, 10, 10]]) }
    }

    @Test func `what has to be worked out is, and so is what a WHERE drops`() {
        let table = Rows(
            schema: Self.schema, columns: (0..<3).map { _ in .init(values: [3, 4]) }, count: 2)
        let worked = RowScan(.table(0), nil, [.add(.column(0), .column(1))])
        #expect(worked.stored == nil && values(worked, table, most: 9) == [[6], [8]])
        let dropping = RowScan(.table(0), .isIn(.column(0), [4]), [.column(1)])
        #expect(dropping.stored == nil && values(dropping, table, most: 9) == [[4]])
    }

    private func values(_ scan: RowScan, _ table: Rows, most: Int) -> [[Int64]] {
        var found: [[Int64]] = []
        scan.forEachRow(of: [table], most: most) { found.append(Array($0)) }
        return found
    }
}
