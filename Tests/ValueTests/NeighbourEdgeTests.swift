// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Value

/// Where formulas divide by nothing: one record, one class, no neighbour, all as far.
@Suite struct NeighbourEdgeTests {
    private static func rows(
        _ places: [Double], _ labels: [Int], classes: Int = 2
    ) throws -> LabelledRows {
        try LabelledRows(
            FeatureRows(flat: places, columns: 1), labels: labels, classes: classes)
    }

    private static let utilities: [NeighbourUtility] = [
        .nearest(k: 5), .nearestByPlace(k: 5), .softLabel(k: 5),
        .weighted(k: 5, .inverse(scaleSquared: 1)), .threshold(radiusSquared: 1),
    ]

    @Test func `one record gets U(D) - U(∅)`() throws {
        let test = try Self.rows([0], [1])
        for (label, expected) in [(1, [0.2, 0.2, 0.5, 0.2, 0.5]), (0, [0, 0, -0.5, 0, -0.5])] {
            let shapley = try NeighbourShapley(Self.rows([0], [label]))
            for (utility, value) in zip(Self.utilities, expected) {
                let means = try shapley.values(on: test, of: utility).points.means
                #expect(gap(means, [value]) < 1e-15, "\(utility)")
            }
        }
    }

    @Test func `records all as far and alike get the same, whatever K`() throws {
        let test = try Self.rows([0], [1])
        for k in [1, 2, 7, 100] {
            let shapley = try NeighbourShapley(
                Self.rows([Double](repeating: 3, count: 7), [1, 1, 0, 1, 0, 0, 1]))
            for utility in [NeighbourUtility.nearest(k: k), .softLabel(k: k)] {
                let means = try shapley.values(on: test, of: utility).points.means
                #expect(Set([0, 1, 3, 6].map { means[$0] }).count == 1)
                #expect(Set([2, 4, 5].map { means[$0] }).count == 1)
                #expect(means[0] > means[2])
            }
        }
    }

    @Test func `with one class everything is as good as nothing`() throws {
        let training = try Self.rows([0, 1, 2], [0, 0, 0], classes: 1)
        let test = try Self.rows([0, 5], [0, 0], classes: 1)
        let shapley = try NeighbourShapley(training)
        for utility in [NeighbourUtility.softLabel(k: 2), .threshold(radiusSquared: 2)] {
            let means = try shapley.values(on: test, of: utility).points.means
            #expect(gap(means, [0, 0, 0]) < 1e-15)
        }
    }

    @Test func `outside of every ball a record gets exactly nothing`() throws {
        let shapley = try NeighbourShapley(Self.rows([0, 100], [1, 1]))
        let values = try shapley.values(
            on: Self.rows([0, 1, -1], [1, 0, 1]), of: .threshold(radiusSquared: 4))
        #expect(values.points.means[1] == 0 && values.points.standardErrors[1] == 0)
        #expect(values.points.lowerBounds(z: 0) == values.points.means)
        #expect(values.points.lowerBounds(z: 2)[0] < values.points.means[0])
    }

    @Test func `the largest features do not overflow`() throws {
        let end = FeatureRows.largest
        let shapley = try NeighbourShapley(Self.rows([end, -end, 0], [1, 0, 1]))
        for utility in Self.utilities {
            let means = try shapley.values(on: Self.rows([-end], [1]), of: utility).points.means
            #expect(means.allSatisfy { $0.isFinite })
        }
    }

    @Test func `features that are no numbers are refused`() {
        for bad in [Double.nan, .infinity, -.infinity, 1.1e100] {
            #expect(throws: ValueError.number("features", row: 1, column: 0)) {
                try FeatureRows([[0, 1], [bad, 1]])
            }
            #expect(throws: ValueError.number("targets", row: 0, column: 0)) {
                try TargetRows(FeatureRows([[0]]), targets: [bad])
            }
        }
        #expect(throws: ValueError.empty("rows")) { try FeatureRows([]) }
        #expect(throws: ValueError.shape("numbers in a row", expected: 1, got: 2)) {
            try FeatureRows([[1], [1, 2]])
        }
        #expect(throws: ValueError.shape("numbers in the last row", expected: 2, got: 1)) {
            try FeatureRows(flat: [1, 2, 3], columns: 2)
        }
        #expect(throws: ValueError.self) { try FeatureRows([[]]) }
    }

    @Test func `labels, groups and settings that make no sense are refused`() throws {
        #expect(throws: ValueError.label(2, row: 0, classes: 2)) { try Self.rows([0], [2]) }
        #expect(throws: ValueError.label(-1, row: 0, classes: 2)) { try Self.rows([0], [-1]) }
        #expect(throws: ValueError.shape("labels", expected: 1, got: 2)) {
            try Self.rows([0], [0, 1])
        }
        #expect(throws: ValueError.self) { try Self.rows([], [], classes: 0) }
        #expect(throws: ValueError.label(3, row: 1, classes: 3)) { try Groups([0, 3], count: 3) }
        #expect(throws: ValueError.self) { try Groups([], count: -1) }
        let empty = try Self.rows([], [])
        #expect(throws: ValueError.empty("training records")) { try NeighbourShapley(empty) }
        let shapley = try NeighbourShapley(Self.rows([0], [0]))
        let test = try Self.rows([0], [0])
        func refused(_ utility: NeighbourUtility) {
            #expect(throws: ValueError.self) { try shapley.values(on: test, of: utility) }
        }
        refused(.nearest(k: 0))
        refused(.softLabel(k: -1))
        refused(.threshold(radiusSquared: .nan))
        refused(.threshold(radiusSquared: -1))
        refused(.weighted(k: 1, .inverse(scaleSquared: 0)))
        refused(.weighted(k: 1, .parabola(radiusSquared: .infinity)))
        #expect(throws: ValueError.empty("test records")) {
            try shapley.values(on: empty, of: .nearest(k: 1))
        }
        #expect(throws: ValueError.shape("classes", expected: 2, got: 3)) {
            try shapley.values(on: Self.rows([0], [0], classes: 3), of: .nearest(k: 1))
        }
        let wide = try LabelledRows(FeatureRows([[0, 0]]), labels: [0], classes: 2)
        #expect(throws: ValueError.shape("columns of test records", expected: 1, got: 2)) {
            try shapley.values(on: wide, of: .nearest(k: 1))
        }
        #expect(throws: ValueError.shape("groups of records", expected: 1, got: 2)) {
            try shapley.values(on: test, of: .nearest(k: 1), groups: Groups([0, 0], count: 1))
        }
        let regression = try RegressionShapley(TargetRows(FeatureRows([[0]]), targets: [1]))
        let wanted = try TargetRows(FeatureRows([[0]]), targets: [1])
        #expect(throws: ValueError.self) { try regression.values(on: wanted, k: 0, scale: 1) }
        #expect(throws: ValueError.self) { try regression.values(on: wanted, k: 1, scale: 0) }
        #expect(try regression.values(on: wanted, k: 2, scale: 1).points.means == [0.5])
    }

    @Test func `a radius is proposed by the median, and refused without records`() throws {
        let training = try FeatureRows([[0], [1], [2], [3]])
        let test = try FeatureRows([[0], [10]])
        func squared(_ nearer: Int) throws -> Double {
            try ThresholdRadius.squared(training: training, test: test, nearer: nearer)
        }
        #expect(try squared(0) == (0 + 49) / 2)
        #expect(try squared(1) == (1 + 64) / 2)
        #expect(try squared(99) == (9 + 100) / 2)
        #expect(throws: ValueError.self) { try squared(-1) }
        #expect(throws: ValueError.self) {
            try ThresholdRadius.squared(training: training, test: FeatureRows([[0, 0]]))
        }
        #expect(throws: ValueError.self) {
            try ThresholdRadius.squared(training: training, test: FeatureRows(flat: [], columns: 1))
        }
    }

    @Test func `records are described and picked as they are`() throws {
        let table = try FeatureRows([[1, 2], [3, 4], [5, 6]])
        #expect(Array(table[1]) == [3, 4] && table.picked([2, 0]).values == [5, 6, 1, 2])
        #expect(table.squaredDistance(0, to: 2, in: table) == 32)
        #expect(ValueError.empty("rows").description == "there are no rows")
        #expect(DistanceKernel.inverse(scaleSquared: 2).weight(2) == 0.5)
        #expect(DistanceKernel.parabola(radiusSquared: 2).weight(3) == 0)
    }
}
