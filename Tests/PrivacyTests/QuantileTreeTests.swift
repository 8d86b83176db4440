// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Privacy

@Suite struct QuantileTreeTests {
    private static let levels = (0...100).compactMap { QuantileLevel($0, over: 100) }

    private static func anyBounds(_ seeds: inout Seeded) -> ClosedRange<Int64> {
        let ends = [Int64(bitPattern: seeds.anySize()), Int64(bitPattern: seeds.anySize())].sorted()
        return ends[0]...ends[1]
    }

    @Test func `a path is one node a level, each within the one above, for any Int64 bounds`()
        throws
    {
        var seeds = Seeded(61)
        for round in 0..<400 {
            let bounds = round == 0 ? Int64.min...Int64.max : Self.anyBounds(&seeds)
            let (branching, height) = [(16, 4), (2, 10), (256, 3), (7, 3), (3, 1)][round % 5]
            let tree = try QuantileTree(bounds: bounds, branching: branching, height: height)
            for _ in 0..<20 {
                let value = Int64(bitPattern: seeds.anySize())
                let path = tree.path(of: value)
                #expect(path.count == height)
                var (start, parts, above) = (0, 1, 0)
                for (level, node) in path.enumerated() {
                    parts *= branching
                    let part = node - start
                    #expect((0..<parts).contains(part))
                    #expect(part / branching == above)
                    let clamped = min(max(value, bounds.lowerBound), bounds.upperBound)
                    #expect(tree.values(level: level + 1, part: part).contains(clamped))
                    (start, above) = (start + parts, part)
                }
                #expect(start == tree.nodes)
                #expect(above == tree.leaf(of: value))
            }
            #expect(tree.leaf(of: .min) == 0)
            let last = tree.leaf(of: .max)
            #expect(last < tree.leaves)
            #expect(tree.values(level: height, part: last).upperBound == bounds.upperBound)
        }
    }

    @Test func `leaves are monotone in the value and even over the range`() throws {
        let tree = try QuantileTree(bounds: -1000...998, branching: 16, height: 2)
        var counts = [Int](repeating: 0, count: 256)
        var last = 0
        for value: Int64 in -1000...998 {
            let leaf = tree.leaf(of: value)
            #expect(leaf >= last)
            last = leaf
            counts[leaf] += 1
        }
        #expect(counts.allSatisfy { $0 == 7 || $0 == 8 })
        #expect(counts.reduce(0, +) == 1999)
    }

    @Test func `one contributor moves the counters by no more than the stated bounds`() throws {
        var seeds = Seeded(62)
        let tree = try QuantileTree(bounds: 0...9999)
        for rows: UInt32 in [1, 2, 5, 30] {
            for isSame in [true, false] {
                var counters = [Int64](repeating: 0, count: tree.nodes)
                for _ in 0..<rows {
                    tree.count(
                        isSame ? 5 : Int64.random(in: 0...9999, using: &seeds), in: &counters)
                }
                let l1 = counters.reduce(0) { $0 + $1.magnitude }
                let l2 = try #require(IndividualFilter.squaredNorm(of: counters))
                #expect(l1 == tree.l1(rows: rows))
                #expect(
                    isSame ? l2 == tree.l2Squared(rows: rows) : l2 <= tree.l2Squared(rows: rows))
            }
        }
    }

    private static func counted(_ values: [Int64], _ tree: QuantileTree) -> [Int64] {
        var counters = [Int64](repeating: 0, count: tree.nodes)
        for value in values { tree.count(value, in: &counters) }
        return counters
    }

    @Test func `without noise a quantile is that of the values, within a leaf`() throws {
        var seeds = Seeded(63)
        let tree = try QuantileTree(bounds: 0...65_535)
        let values = (0..<1001).map { _ in Int64.random(in: 10_000...50_000, using: &seeds) }
            .sorted()
        let counters = Self.counted(values, tree)
        for percent in stride(from: 10, through: 90, by: 10) {
            let level = try #require(QuantileLevel(UInt32(percent), over: 100))
            let found = tree.quantile(level, of: counters)
            // Children below half a percent of their parent are skipped: a rank or two is lost.
            let rank = values.count { $0 <= found }
            #expect(abs(rank - percent * 10) <= 6)
        }
    }

    @Test func `quantiles are monotone in the level, under any noise`() throws {
        var seeds = Seeded(64)
        for round in 0..<60 {
            let tree = try QuantileTree(bounds: Self.anyBounds(&seeds), branching: 4, height: 3)
            let counters = (0..<tree.nodes).map { _ in
                round % 3 == 0
                    ? Int64(bitPattern: seeds.next()) : Int64.random(in: -50...100, using: &seeds)
            }
            let found = Self.levels.map { tree.quantile($0, of: counters) }
            #expect(found == found.sorted())
            #expect(found.allSatisfy(tree.bounds.contains))
        }
    }

    @Test func `empty counters answer evenly, and a wrong number of them the lower bound`() throws {
        let tree = try QuantileTree(bounds: 0...100)
        let empty = [Int64](repeating: -3, count: tree.nodes)
        #expect(tree.quantile(.median, of: empty) == 50)
        #expect(tree.quantileInterval(.median, of: empty, sigma: 1) == 0...100)
        #expect(tree.quantile(.median, of: []) == 0)
    }

    @Test func `the interval covers the exact quantile 95 times in 100, DIVIDEND_SLOW for more`()
        throws
    {
        var seeds = Seeded(65)
        var source = ByteSource(seededBy: &seeds)
        let tree = try QuantileTree(bounds: 0...65_535, branching: 16, height: 2)
        let values = (0..<4000).map { _ in
            (0..<4).reduce(Int64(0)) { sum, _ in sum + Int64.random(in: 0...16_000, using: &seeds) }
        }.sorted()
        let counters = Self.counted(values, tree)
        let noise = try DiscreteGaussian(sigma: 20)
        let runs = Slow.count(400, 20_000)
        let level = try #require(QuantileLevel(3, over: 4))
        let exact = tree.quantile(level, of: counters)
        let covered = (0..<runs).count { _ in
            let noisy = counters.map { $0 + noise.draw(from: &source) }
            return tree.quantileInterval(level, of: noisy, sigma: 20).contains(exact)
        }
        #expect(Double(covered) >= 0.92 * Double(runs))
    }

    @Test func `a shape that cannot be laid out is refused`() {
        for (branching, height) in [(1, 4), (257, 1), (16, 0), (16, 7), (2, 25)] {
            #expect(throws: QuantileTreeError.self) {
                try QuantileTree(bounds: 0...1, branching: branching, height: height)
            }
        }
        #expect(QuantileLevel(2, over: 1) == nil)
        #expect(QuantileLevel(0, over: 0) == nil)
        #expect(QuantileLevel(5, over: 10) == .median)
        #expect(ExactDecimal("0.95").flatMap { QuantileLevel($0) } == QuantileLevel(19, over: 20))
    }
}
