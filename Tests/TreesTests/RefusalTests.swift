// SPDX-License-Identifier: Apache-2.0
import Testing
import Trees

/// What cannot be grown on is refused before work begins, with what is wrong.
@Suite struct RefusalTests {
    private static let rising = (0..<50).map(Double.init)
    private static let labels = (0..<50).map { Double($0 % 2) }

    @Test func `columns must be there, of one length, and as many as their bins`() throws {
        #expect(throws: TreesError.noFeatures) { try BinnedColumns(quantilesOf: []) }
        #expect(throws: TreesError.noRows) { try BinnedColumns(quantilesOf: [[]]) }
        #expect(throws: TreesError.rows(expected: 2, got: 1)) {
            try BinnedColumns(quantilesOf: [[1, 2], [1]])
        }
        let bins = try FeatureBins(categories: 2)
        #expect(throws: TreesError.features(expected: 2, got: 1)) {
            try BinnedColumns([[1]], bins: [bins, bins])
        }
    }

    @Test func `bins must be able to hold values`() {
        #expect(throws: TreesError.bins) { try FeatureBins(categories: 0) }
        #expect(throws: TreesError.bins) { try FeatureBins(categories: 256) }
        #expect(throws: TreesError.bins) { try FeatureBins(edges: [1, 1]) }
        #expect(throws: TreesError.bins) { try FeatureBins(edges: [.nan]) }
        #expect(throws: TreesError.bins) { try FeatureBins(edges: [1, .infinity]) }
        #expect(throws: TreesError.bins) { try FeatureBins(bounds: 1...1, bins: 8) }
        #expect(throws: TreesError.bins) { try FeatureBins(bounds: 0...1, bins: 256) }
        #expect(throws: TreesError.bins) {
            try FeatureBins(bounds: 0...Double.infinity, bins: 8)
        }
        #expect(throws: TreesError.bins) {
            try FeatureBins(bounds: 1...1.nextUp, bins: 8)
        }
        #expect(throws: TreesError.bins) {
            try FeatureBins(quantilesOf: [1, 2], most: 0)
        }
    }

    @Test(arguments: [-1, 2, 0.5, .nan, .infinity])
    func `labels of a probability are 0 and 1`(label: Double) throws {
        let binned = try BinnedColumns(quantilesOf: [Self.rising])
        var labels = Self.labels
        labels[17] = label
        #expect(throws: TreesError.label(row: 17)) {
            try GradientBoosting(.logLoss).fit(binned, labels: labels)
        }
    }

    @Test(arguments: [Double.nan, .infinity, 1e200])
    func `labels of a value are finite, with room to subtract`(label: Double) throws {
        let binned = try BinnedColumns(quantilesOf: [Self.rising])
        var labels = Self.labels
        labels[3] = label
        #expect(throws: TreesError.label(row: 3)) {
            try GradientBoosting(.squaredError).fit(binned, labels: labels)
        }
        #expect(throws: TreesError.rows(expected: 50, got: 1)) {
            try GradientBoosting(.squaredError).fit(binned, labels: [1])
        }
    }

    @Test func `settings out of range are named`() throws {
        let binned = try BinnedColumns(quantilesOf: [Self.rising])
        func refusal(_ change: (inout GradientBoosting) -> Void) -> TreesError? {
            var settings = GradientBoosting(.logLoss)
            change(&settings)
            do throws(TreesError) {
                _ = try settings.fit(binned, labels: Self.labels)
                return nil
            } catch { return error }
        }
        #expect(refusal { $0.trees = -1 } == .setting(.rounds))
        #expect(refusal { $0.leaves = 1 } == .setting(.leaves))
        #expect(refusal { $0.leaves = 65_537 } == .setting(.leaves))
        #expect(refusal { $0.learningRate = .nan } == .setting(.learningRate))
        #expect(refusal { $0.learningRate = 0 } == .setting(.learningRate))
        #expect(refusal { $0.leastRows = 0 } == .setting(.leastRows))
        #expect(refusal { $0.leastRows = .max } == nil)
        #expect(refusal { $0.penalty = -1 } == .setting(.penalty))
        #expect(refusal { $0.penalty = .leastNonzeroMagnitude } == .setting(.penalty))
        #expect(refusal { $0.leastCurvature = .infinity } == .setting(.penalty))
        #expect(refusal { $0.leastGain = .nan } == .setting(.penalty))
        #expect(refusal { $0.trees = 0 } == nil)
        #expect(throws: TreesError.setting(.schedule)) {
            try GradientBoosting(.logLoss).fit(
                binned, labels: Self.labels, schedule: .init(threads: 0))
        }
    }

    @Test func `a model is asked with as many features as it learnt from`() throws {
        let model = try GradientBoosting(.logLoss).fit(
            BinnedColumns(quantilesOf: [Self.rising, Self.rising]), labels: Self.labels)
        #expect(throws: TreesError.features(expected: 2, got: 1)) { try model.raw([1]) }
        #expect(throws: TreesError.features(expected: 2, got: 3)) {
            try model.raw(of: [[], [], []])
        }
        #expect(throws: TreesError.rows(expected: 1, got: 0)) { try model.raw(of: [[1], []]) }
        #expect(try model.raw(of: [[], []]) == [])
    }

    @Test func `hostile values are coded, not trapped on`() throws {
        let column: [Double] = [
            .nan, -.infinity, .infinity, 0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        ]
        let binned = try BinnedColumns(quantilesOf: [column])
        let codes = column.indices.map { binned.code(row: $0, feature: 0) }
        #expect(codes == [0, 1, 4, 2, 2, 3, 4])
        #expect(column.map(binned.features[0].code) == codes)
    }
}
