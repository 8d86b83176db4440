// SPDX-License-Identifier: Apache-2.0
import Testing
import Trees

/// How well incomes of the census are told; a person is a row.
@Suite(.enabled(if: Adult.path != nil, "shared/data does not lie beside the repository"))
struct AdultTests {
    @Test func `boosted trees tell incomes of the census`() throws {
        let (sample, bins) = try Adult.read()
        var (train, test) = sample.parted(seed: 1)
        train = train.first(8_000)
        var settings = GradientBoosting(.logLoss)
        settings.trees = 20
        let numbers = try BinnedColumns(quantilesOf: Array(train.columns[..<5])).features
        let columns = try BinnedColumns(train.columns, bins: numbers + bins[5...])
        let model = try settings.fit(columns, labels: train.labels, schedule: .init(threads: 2))
        let outputs = try model.raw(of: test.columns)
        let area = areaUnderCurve(outputs, test.labels)
        #expect(area > 0.91 && area < 0.94, "\(area)")
        #expect(accuracy(outputs, test.labels) > 0.84)
    }

    @Test(arguments: [(0.1422, 0.897, 0.84), (0.5016, 0.906, 0.845)])
    func `the additive form tells them with noise nearly as well`(
        mu: Double, area: Double, right: Double
    ) throws {
        let (sample, bins) = try Adult.read()
        let (train, test) = sample.parted(seed: 1)
        let plan = AdditiveTrees.Plan(
            .logLoss, bins: bins, people: train.labels.count, mu: mu)
        let cohort = Cohort(
            columns: try BinnedColumns(train.columns, bins: bins), labels: train.labels)
        let outputs = try cohort.learn(plan, mu: mu, seed: 1).raw(of: test.columns)
        #expect(areaUnderCurve(outputs, test.labels) > area)
        #expect(accuracy(outputs, test.labels) > right)
    }
}
