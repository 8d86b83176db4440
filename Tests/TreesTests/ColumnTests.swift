// SPDX-License-Identifier: Apache-2.0
import Testing
import Trees

/// How values become codes.
@Suite struct ColumnTests {
    @Test func `few different values have a bin each, with edges in the middle`() throws {
        let bins = try FeatureBins(quantilesOf: [3, 1, 1, 2, .nan, 3])
        #expect(bins.edges == [1.5, 2.5])
        #expect(bins.codes == 4)
        #expect([.nan, 1, 1.5, 1.6, 9].map(bins.code) == [0, 1, 1, 2, 3])
    }

    @Test func `many values share bins of nearly as many rows`() throws {
        var dice = Dice(1)
        let values = (0..<10_000).map { _ in dice.roughNormal() }
        let bins = try FeatureBins(quantilesOf: values, most: 50)
        #expect(bins.edges.count == 49)
        var rows = [Int](repeating: 0, count: bins.codes)
        for value in values { rows[Int(bins.code(of: value))] += 1 }
        #expect(rows[0] == 0)
        #expect(rows[1...].allSatisfy { (150...250).contains($0) }, "\(rows)")
    }

    @Test func `a value of many rows has a bin alone`() throws {
        let values = (0..<1_000).map { $0 < 700 ? 0.0 : Double($0) }
        let bins = try FeatureBins(quantilesOf: values, most: 10)
        #expect(bins.edges.count <= 9 && bins.edges.count >= 7)
        #expect(bins.code(of: 0) != bins.code(of: 700))
        #expect(bins.edges[0] == 350)
    }

    @Test func `edges part neighbours that have no middle`() throws {
        let bins = try FeatureBins(quantilesOf: [1, 1.0.nextUp])
        #expect(bins.edges == [1])
        #expect([1, 1.0.nextUp].map(bins.code) == [1, 2])
    }

    @Test func `public bounds are cut into one width, and values beyond count outside`() throws {
        let bins = try FeatureBins(bounds: 0...10, bins: 5)
        #expect(bins.edges == [2, 4, 6, 8])
        #expect([-.infinity, -3, 2, 2.1, 10, 99, .nan].map(bins.code) == [1, 1, 1, 2, 5, 5, 0])
    }

    @Test func `categories have the code after theirs, and all else is missing`() throws {
        let bins = try FeatureBins(categories: 3)
        #expect([0, 1, 2, 3, -1, 0.5, .nan, .infinity].map(bins.code) == [1, 2, 3, 0, 0, 0, 0, 0])
        #expect(try FeatureBins(categories: 1).codes == 2)
        #expect(try FeatureBins(categories: 255).code(of: 254) == 255)
    }

    @Test(arguments: [1, 2, 254, 255])
    func `columns are coded as values are`(bins: Int) throws {
        let sample = Sample.made(rows: 800, features: 2, seed: 3, gap: 13)
        let codes = sample.columns[0].map { $0.isNaN ? -1 : ($0 * 40).rounded() }
        let cut = [
            try FeatureBins(quantilesOf: sample.columns[0], most: bins),
            try FeatureBins(categories: bins),
        ]
        let binned = try BinnedColumns([sample.columns[0], codes], bins: cut)
        for row in codes.indices {
            #expect(binned.code(row: row, feature: 0) == cut[0].code(of: sample.columns[0][row]))
            #expect(binned.code(row: row, feature: 1) == cut[1].code(of: codes[row]))
        }
    }
}
