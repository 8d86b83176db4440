// SPDX-License-Identifier: Apache-2.0
import Privacy
import Testing
import Vault

@testable import Learn

/// How values become the codes that trees are grown on.
@Suite struct ColumnBinsTests {
    private static func number(_ bounds: ClosedRange<Int64>) -> ColumnBins.Column {
        ColumnBins.Column(
            name: "n",
            kind: .number(
                scale: 0, low: bounds.lowerBound, high: bounds.upperBound,
                edges: ColumnBins.edges(bounds)))
    }

    /// How many numbers the first round of trees on a column has: a count for each code, and the sum of labels.
    private static func counts(of column: ColumnBins.Column) throws -> Int? {
        let bins = ColumnBins([column])
        let schedule = try Schedule(
            .either(["no", "yes"]), bins, rows: 1, people: 100, spending: Rho(units: 1 << 36),
            measured: false)
        guard case .trees(let first) = schedule.descent,
            case .trees(let sums) = Boosting(bins, first, unit: schedule.unit).sums
        else { return nil }
        return sums.width
    }

    @Test func `a few values have a bin each`() {
        #expect(ColumnBins.edges(3...6) == [3, 4, 5])
        let column = Self.number(3...6)
        #expect(column.codes == 5)
        #expect([3, 4, 5, 6].map { column.code(of: $0) } == [1, 2, 3, 4])
        #expect(ColumnBins.edges(-32...31).count == 63)
    }

    @Test func `many values have bins of one width, and narrow ones near nothing`() {
        let edges = ColumnBins.edges(0...100_000)
        #expect((1..<32).allSatisfy { edges.contains(Int64(100_000 * $0 / 32)) })
        #expect([0, 1, 3, 6, 12, 24, 48, 97].allSatisfy { edges.contains($0) })
        let around = ColumnBins.edges(-1000...1000)
        #expect(around.contains(-1) && around.contains(0) && around.contains(31))
        #expect(around.contains(-32), "below 0 as above it")
        #expect(ColumnBins.edges(-900 ... -100).contains(-102), "near the bound next to 0")
    }

    @Test(
        arguments: [
            0...1, 0...63, 0...64, -5...1_000_000, .min ... .max, 0 ... .max, .min ... -1,
            .max - 70 ... .max, .min ... .min + 1000,
        ] as [ClosedRange<Int64>])
    func `whatever the bounds, edges ascend within them, and codes keep the order of values`(
        bounds: ClosedRange<Int64>
    ) throws {
        let edges = ColumnBins.edges(bounds)
        #expect(edges.count <= 66)
        #expect(zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 })
        #expect(edges.allSatisfy { bounds.lowerBound <= $0 && $0 < bounds.upperBound })
        let column = Self.number(bounds)
        #expect(try Self.counts(of: column) == column.codes + 1)
        for (place, edge) in edges.enumerated() where edge != Schema.null {
            #expect(column.code(of: edge) == place + 1)
            #expect(column.code(of: edge + 1) == place + 2)
        }
    }

    @Test func `what is missing is nothing, and what lies beyond is the last`() {
        let number = Self.number(0...9)
        #expect(number.code(of: Schema.null) == 0)
        #expect(number.code(of: -7) == 1)
        #expect(number.code(of: .max) == 10)
        let choice = ColumnBins.Column(name: "c", kind: .choice(["a", "b"]))
        #expect([0, 1].map { choice.code(of: $0) } == [1, 2])
        #expect([Schema.null, -1, 2, .max].allSatisfy { choice.code(of: $0) == 0 })
    }
}
