// SPDX-License-Identifier: Apache-2.0
import Testing
import Trees

/// The next release as whoever adds up rows one by one has it.
@Suite struct RoundTests {
    @Test(arguments: [Objective.logLoss, .squaredError], [1, 2, 9])
    func `row by row a person gives what her rows give together`(
        objective: Objective, batch: Int
    ) throws {
        let sample = Sample.made(rows: 40, features: 3, seed: 1, gap: 7)
        let bins = try (0..<3).map { _ in try FeatureBins(bounds: -3...3, bins: 12) }
        var plan = AdditiveTrees.Plan(objective, bins: bins)
        (plan.epochs, plan.featuresPerStep) = (3, batch)
        let columns = try BinnedColumns(sample.columns, bins: bins)
        var model = try AdditiveTrees(plan)
        var texts: Set<String> = []
        while !model.isFinished {
            let round = model.round
            #expect(round.length == model.releaseLength)
            var sums = [Int64](repeating: 0, count: round.length)
            for row in 0..<40 {
                let codes = (0..<3).map { columns.code(row: row, feature: $0) }
                round.add(codes: codes, label: sample.labels[row], to: &sums)
            }
            #expect(try sums == model.contribution(of: columns, labels: sample.labels))
            #expect(texts.insert(round.canonical).inserted, "each round is another")
            model = try model.updated(with: sums, noise: 0)
        }
        var nothing: [Int64] = []
        model.round.add(codes: [1, 1, 1], label: 1, to: &nothing)
        #expect(nothing.isEmpty)
    }

    @Test func `codes of another number than features are a mistake of the caller`() async {
        await #expect(processExitsWith: .failure) {
            let bins = [try FeatureBins(categories: 2)]
            let round = try AdditiveTrees(AdditiveTrees.Plan(.logLoss, bins: bins)).round
            var sums = [Int64](repeating: 0, count: round.length)
            round.add(codes: [], label: 1, to: &sums)
        }
    }
}
