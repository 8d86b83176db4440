// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Trees

/// The additive form: what a person gives, what becomes of the sums, and how good that is.
@Suite struct AdditiveTreesTests {
    private static func plan(
        _ objective: Objective = .logLoss, features: Int = 3,
        _ change: (inout AdditiveTrees.Plan) -> Void = { _ in }
    ) throws -> AdditiveTrees.Plan {
        let bins = try (0..<features).map { _ in try FeatureBins(bounds: -3...3, bins: 12) }
        var plan = AdditiveTrees.Plan(objective, bins: bins)
        change(&plan)
        return plan
    }

    private static func squares(_ vector: [Int64]) -> UInt128 {
        vector.reduce(0) { $0 + UInt128($1.magnitude) * UInt128($1.magnitude) }
    }

    @Test func `counts come first, then the leaf sums of every step, and no more`() throws {
        let sample = Sample.made(rows: 40, features: 3, seed: 1)
        let plan = try Self.plan { ($0.epochs, $0.featuresPerStep) = (3, 2) }
        let columns = try BinnedColumns(sample.columns, bins: plan.bins)
        var model = try AdditiveTrees(plan)
        #expect(model.releases == 1 + 3 * 2)
        var lengths: [Int] = []
        while !model.isFinished {
            lengths.append(model.releaseLength)
            let sums = try model.contribution(of: columns, labels: sample.labels)
            #expect(sums.count == model.releaseLength)
            model = try model.updated(with: sums, noise: 0)
        }
        #expect(lengths == [3 * 13 + 1, 8, 4, 8, 4, 8, 4])
        #expect(model.releaseLength == 0)
        #expect(throws: TreesError.finished) { try model.updated(with: [], noise: 0) }
        #expect(throws: TreesError.finished) {
            try model.contribution(of: columns, labels: sample.labels)
        }
    }

    @Test(arguments: [1, 2, 9], [Objective.logLoss, .squaredError])
    func `what one person gives is within the promised norm, however wild the state`(
        batch: Int, objective: Objective
    ) throws {
        let sample = Sample.made(rows: 60, features: 4, seed: 2, gap: 7)
        let plan = try Self.plan(objective, features: 4) {
            ($0.featuresPerStep, $0.clip, $0.epochs) = (batch, 0.35, 4)
        }
        let columns = try BinnedColumns(sample.columns, bins: plan.bins)
        var dice = Dice(3)
        var model = try AdditiveTrees(plan)
        while !model.isFinished {
            for rows in [0..<1, 7..<8, 20..<25, 0..<60] {
                let given = try model.contribution(of: columns, rows: rows, labels: sample.labels)
                let bound = model.largestNormSquared(release: model.released, rows: rows.count)
                #expect(Self.squares(given) <= bound)
            }
            // Anything may come back.
            let noised = (0..<model.releaseLength).map { _ in
                Int64(truncatingIfNeeded: dice.next()) >> Int64(dice.next() % 40)
            }
            model = try model.updated(with: noised, noise: 1e6)
            #expect(try model.raw(of: sample.columns).allSatisfy(\.isFinite))
        }
    }

    @Test func `a row counts in one bin and one leaf of each feature, and reaches the norm`() throws
    {
        let plan = try Self.plan { $0.clip = 0.25 }
        let columns = try BinnedColumns([[0.1], [.nan], [99]], bins: plan.bins)
        var model = try AdditiveTrees(plan)
        let counts = try model.contribution(of: columns, labels: [1])
        #expect(counts.filter { $0 != 0 } == [Int64](repeating: AdditiveTrees.unit, count: 4))
        #expect(Self.squares(counts) == model.largestNormSquared(release: 0))
        model = try model.updated(with: counts.map { _ in 0 }, noise: 0)
        let sums = try model.contribution(of: columns, labels: [1])
        // At a probability of 1/2 the residual is 1/2, clamped to a quarter.
        let quarter = AdditiveTrees.unit / 4
        #expect(sums.filter { $0 != 0 } == [quarter, quarter, quarter])
        #expect(Self.squares(sums) == model.largestNormSquared(release: 1))
    }

    @Test func `what two and three people give differs by what the one who left gave, exactly`()
        throws
    {
        let plan = try Self.plan()
        let three = Sample(columns: [[0, 1, 2], [0, 0, .nan], [-9, 0, 9]], labels: [1, 0, 1])
        let columns = try BinnedColumns(three.columns, bins: plan.bins)
        var model = try AdditiveTrees(plan)
        while !model.isFinished {
            let all = try model.contribution(of: columns, labels: three.labels)
            for left in 0..<3 {
                let others = try (0..<3).filter { $0 != left }.map {
                    try model.contribution(of: columns, rows: $0..<$0 + 1, labels: three.labels)
                }
                let hers = try model.contribution(
                    of: columns, rows: left..<left + 1, labels: three.labels)
                for place in all.indices {
                    #expect(all[place] == hers[place] + others[0][place] + others[1][place])
                }
                #expect(Self.squares(hers) <= model.largestNormSquared(release: model.released))
            }
            model = try model.updated(with: all, noise: 0)
        }
        // Nobody at all gives zeros.
        let empty = try AdditiveTrees(plan).contribution(
            of: columns, rows: 1..<1, labels: three.labels)
        #expect(empty.allSatisfy { $0 == 0 })
    }

    @Test func `the next state depends on the noised sums alone`() throws {
        let plan = try Self.plan { $0.epochs = 4 }
        let script = (0..<9).map { release in
            (0..<40).map { Int64($0 * 7919 + release) % 1_000 * AdditiveTrees.unit }
        }
        func run(_ seed: UInt64) throws -> AdditiveTrees {
            let sample = Sample.made(rows: 30, features: 3, seed: seed)
            let columns = try BinnedColumns(sample.columns, bins: plan.bins)
            var model = try AdditiveTrees(plan)
            for sums in script[..<model.releases] {
                _ = try model.contribution(of: columns, labels: sample.labels)
                model = try model.updated(with: Array(sums.prefix(model.releaseLength)), noise: 9)
            }
            return model
        }
        #expect(try run(1) == run(2), "other people, the same noised sums")
    }

    @Test func `no count that came out small or negative is divided by`() throws {
        let plan = try Self.plan { $0.epochs = 2 }
        for level in [Int64.min / 64, -1_000 * AdditiveTrees.unit, 0] {
            var model = try AdditiveTrees(plan)
            model = try model.updated(
                with: [Int64](repeating: level, count: model.releaseLength), noise: 0)
            #expect(model.people == 1)
            model = try model.updated(
                with: [Int64](repeating: 1 << 20, count: model.releaseLength), noise: 1)
            // A leaf has at least a fifth of an even share: here 1/20 of a row.
            let most = plan.learningRate * 4 / 3.0.squareRoot() * 20
            for curve in model.curves {
                #expect(curve.allSatisfy { $0 > 0 && $0 <= most * (1 + 1e-12) })
            }
        }
    }

    @Test func `splits are drawn from the seed and the public state, and differ by step`() throws {
        func trees(_ seed: UInt64) throws -> [[[UInt8]]] {
            let plan = try Self.plan { ($0.seed, $0.epochs) = (seed, 5) }
            var model = try AdditiveTrees(plan)
            var drawn: [[[UInt8]]] = []
            while !model.isFinished {
                let sums = [Int64](repeating: 50 << 20, count: model.releaseLength)
                model = try model.updated(with: sums, noise: 0)
                drawn.append(model.trees)
            }
            return drawn
        }
        #expect(try trees(1) == trees(1))
        #expect(try trees(1) != trees(2))
        #expect(try Set(trees(1).flatMap(\.self)).count > 8)
        for tree in try trees(1).flatMap(\.self) {
            #expect(tree.dropFirst().elementsEqual(tree.dropFirst().sorted()), "in order")
        }
    }

    @Test func `the model of fixed people is these bits, on every machine`() throws {
        let sample = Sample.made(rows: 200, features: 3, seed: 6, gap: 10)
        let plan = try Self.plan { $0.epochs = 12 }
        let cohort = Cohort(
            columns: try BinnedColumns(sample.columns, bins: plan.bins), labels: sample.labels)
        let model = try cohort.learn(plan, mu: .infinity, seed: 1)
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        for number in model.explanation.shapes.flatMap(\.values) {
            digest = (digest ^ number.bitPattern) &* 0x100_0000_01b3
        }
        #expect(digest == 11_093_671_612_356_298_446)
    }

    @Test func `more people and more budget buy more and finer steps, within limits`() {
        func plan(_ people: Int, _ mu: Double) -> AdditiveTrees.Plan {
            AdditiveTrees.Plan(.logLoss, bins: [], people: people, mu: mu)
        }
        #expect(plan(455, 0.1422).epochs == 8)
        #expect(plan(455, 1.666).epochs == 18)
        #expect(plan(26_000, 0.1422).epochs == 40)
        for (people, mu) in [(Int.max, 1e300), (0, 1), (-5, 1), (5, -.infinity), (5, .nan)] {
            let plan = plan(people, mu)
            #expect((8...50).contains(plan.epochs) && (4...10).contains(plan.leaves))
            #expect((0.25...1).contains(plan.learningRate) && (0.3...0.5).contains(plan.clip))
        }
    }

    @Test func `the base and the shapes of a row add up to its output`() throws {
        let sample = Sample.made(rows: 500, features: 3, seed: 4, gap: 9)
        let plan = try Self.plan { $0.epochs = 20 }
        let cohort = Cohort(
            columns: try BinnedColumns(sample.columns, bins: plan.bins), labels: sample.labels)
        let model = try cohort.learn(plan, mu: .infinity, seed: 1)
        let explanation = model.explanation
        let outputs = try model.raw(of: sample.columns)
        for row in sample.labels.indices {
            let sum = zip(explanation.shapes, sample.columns).reduce(explanation.base) {
                $0 + $1.0.value(of: $1.1[row])
            }
            #expect(abs(sum - outputs[row]) < 1e-12)
        }
        let importances = explanation.shapes.map(\.importance)
        #expect(importances[0] > 3 * importances[2], "the first decides, the third does not")
    }

    @Test func `one at a time or all at once, without noise both come near the truth`() throws {
        let train = Sample.made(rows: 3_000, features: 2, seed: 5)
        var labels: [Double] = []
        for row in 0..<3_000 { labels.append((train.columns[0][row] + 6) / 24 + 0.2) }
        for batch in [1, 2] {
            let plan = try Self.plan(.squaredError, features: 2) {
                ($0.epochs, $0.featuresPerStep, $0.clip) = (40, batch, 1)
            }
            let model = try Cohort(
                columns: BinnedColumns(train.columns, bins: plan.bins), labels: labels
            ).learn(plan, mu: .infinity, seed: 1)
            let outputs = try model.predictions(of: train.columns)
            let error = zip(outputs, labels).reduce(0) { $0 + abs($1.0 - $1.1) } / 3_000
            #expect(error < 0.01, "\(batch): \(error)")
        }
    }

    @Test func `strange plans, people and sums are refused`() throws {
        func refusal(_ change: (inout AdditiveTrees.Plan) -> Void) throws -> TreesError? {
            let plan = try Self.plan(.logLoss, features: 2, change)
            do throws(TreesError) {
                _ = try AdditiveTrees(plan)
                return nil
            } catch { return error }
        }
        #expect(try refusal { $0.epochs = 0 } == .setting(.rounds))
        #expect(try refusal { $0.leaves = 17 } == .setting(.leaves))
        #expect(try refusal { $0.clip = 0 } == .setting(.clip))
        #expect(try refusal { $0.clip = .nan } == .setting(.clip))
        #expect(try refusal { $0.momentum = 1 } == .setting(.momentum))
        #expect(try refusal { $0.learningRate = .infinity } == .setting(.learningRate))
        #expect(try refusal { $0.featuresPerStep = 0 } == .setting(.featuresPerStep))
        #expect(throws: TreesError.noFeatures) {
            try AdditiveTrees(AdditiveTrees.Plan(.logLoss, bins: []))
        }
        let plan = try Self.plan(features: 2)
        let model = try AdditiveTrees(plan)
        let columns = try BinnedColumns([[1], [2]], bins: plan.bins)
        for label in [Double.nan, 0.5, 2] {
            #expect(throws: TreesError.label(row: 0)) {
                try model.contribution(of: columns, labels: [label])
            }
        }
        #expect(throws: TreesError.rows(expected: 1, got: 2)) {
            try model.contribution(of: columns, labels: [1, 1])
        }
        #expect(throws: TreesError.rows(expected: 1, got: 5)) {
            try model.contribution(of: columns, rows: 0..<5, labels: [1])
        }
        let others = try BinnedColumns(quantilesOf: [[1], [2]])
        #expect(throws: TreesError.otherBins) { try model.contribution(of: others, labels: [1]) }
        #expect(throws: TreesError.release(expected: 27, got: 1)) {
            try model.updated(with: [1], noise: 1)
        }
        for noise in [Double.nan, -1, .infinity] {
            #expect(throws: TreesError.setting(.noise)) {
                try model.updated(with: [Int64](repeating: 0, count: 27), noise: noise)
            }
        }
    }
}
