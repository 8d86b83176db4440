// SPDX-License-Identifier: Apache-2.0
import Testing
import Trees

/// Boosted trees without noise: what grows, and that nothing but the rows decides it.
@Suite struct GradientBoostingTests {
    private static func settings(
        _ objective: Objective = .logLoss, trees: Int = 20, leaves: Int = 8, leastRows: Int = 5
    ) -> GradientBoosting {
        var settings = GradientBoosting(objective)
        (settings.trees, settings.leaves, settings.leastRows) = (trees, leaves, leastRows)
        return settings
    }

    @Test(arguments: [Objective.logLoss, .squaredError])
    func `the model is the same bits for any threads and any chunks of rows`(
        objective: Objective
    ) throws {
        var sample = Sample.made(rows: 600, features: 7, seed: 1, gap: 11)
        if objective == .squaredError {
            var dice = Dice(2)
            sample.labels = sample.labels.map { $0 * 1000 + dice.roughNormal() }
        }
        let binned = try BinnedColumns(quantilesOf: sample.columns, most: 24)
        let settings = Self.settings(objective, trees: 5, leaves: 16)
        let model = try settings.fit(binned, labels: sample.labels)
        #expect(model.trees.count == 5)
        for (threads, chunk) in [(1, 100), (2, .max), (2, 3), (3, 97), (8, 64), (.max, 599)] {
            let other = try settings.fit(
                binned, labels: sample.labels,
                schedule: .init(threads: threads, rowsPerChunk: chunk, leastRowsToShare: 0))
            #expect(other == model, "\(threads) threads, chunks of \(chunk)")
        }
    }

    @Test func `the model of a fixed sample is these bits, on every machine`() throws {
        let sample = Sample.made(rows: 500, features: 3, seed: 11, gap: 10)
        let model = try Self.settings(trees: 10).fit(
            BinnedColumns(quantilesOf: sample.columns), labels: sample.labels)
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        for tree in model.trees {
            for number in tree.values + tree.thresholds {
                digest = (digest ^ number.bitPattern) &* 0x100_0000_01b3
            }
        }
        #expect(digest == 10_113_278_734_855_542_882)
    }

    @Test func `equal gradients are not split by what rounding gains`() throws {
        // After the one split that helps, all gradients of a side are the same.
        let rising = (0..<300).map(Double.init)
        var settings = Self.settings(.squaredError, trees: 50, leaves: 31, leastRows: 1)
        settings.learningRate = 0.3
        let labels = rising.map { $0 < 150 ? 0.1 : 0.7 }
        let model = try settings.fit(BinnedColumns(quantilesOf: [rising]), labels: labels)
        #expect(model.trees.allSatisfy { $0.features.count == 1 && $0.thresholds == [149.5] })
    }

    @Test func `sums do not depend on the order of the rows, so trees do not either`() throws {
        let sample = Sample.made(rows: 1_000, features: 4, seed: 3, gap: 9)
        var dice = Dice(4)
        let order = Array(sample.labels.indices).shuffled(using: &dice)
        let model = try Self.settings().fit(
            BinnedColumns(quantilesOf: sample.columns), labels: sample.labels)
        let other = try Self.settings().fit(
            BinnedColumns(quantilesOf: sample.columns.map { column in order.map { column[$0] } }),
            labels: order.map { sample.labels[$0] })
        #expect(other == model)
    }

    @Test(arguments: [(nil, Objective.logLoss), (6, .logLoss), (6, .squaredError)])
    func `trees are those of the definition, worked out slowly`(
        gap: Int?, objective: Objective
    ) throws {
        let sample = Sample.made(rows: 160, features: 3, seed: 5, gap: gap)
        var settings = Self.settings(objective, trees: 6, leaves: 5)
        settings.penalty = 0.5
        let binned = try BinnedColumns(quantilesOf: sample.columns, most: 20)
        let model = try settings.fit(binned, labels: sample.labels)
        let slow = SlowTrees(
            settings: settings, bins: binned.features, columns: sample.columns,
            labels: sample.labels)
        for (fast, slow) in zip(try model.raw(of: sample.columns), slow.outputs()) {
            #expect(abs(fast - slow) < 1e-7)
        }
    }

    @Test func `a split of what is missing from what is there is found`() throws {
        let values = (0..<100).map { $0 % 4 == 0 ? Double.nan : Double($0) }
        let labels = values.map { $0.isNaN ? 1.0 : 0.0 }
        let model = try Self.settings(trees: 1, leaves: 2).fit(
            BinnedColumns(quantilesOf: [values]), labels: labels)
        let tree = try #require(model.trees.first)
        #expect(tree.thresholds == [.infinity] && tree.missingLefts == [false])
        #expect(try model.raw([.nan]) > model.raw([50]))
        #expect(try model.raw([.infinity]) == model.raw([50]))
    }

    @Test func `what is missing goes where it loses least; unseen, with the more rows`() throws {
        // Missing values have the label of large ones.
        let values = (0..<90).map { $0 % 3 == 0 ? Double.nan : Double($0 % 3) }
        let labels = values.map { $0 == 1 ? 0.0 : 1.0 }
        let model = try Self.settings(trees: 1, leaves: 2).fit(
            BinnedColumns(quantilesOf: [values]), labels: labels)
        #expect(model.trees[0].missingLefts == [false])
        #expect(try model.raw([.nan]) == model.raw([2]))
        // Where none was missing.
        let whole = (0..<90).map { $0 < 60 ? 1.0 : 2 }
        let other = try Self.settings(trees: 1, leaves: 2).fit(
            BinnedColumns(quantilesOf: [whole]), labels: whole.map { $0 - 1 })
        #expect(try other.raw([.nan]) == other.raw([1]))
    }

    @Test func `constant features, equal labels and single rows grow no tree`() throws {
        let flat = [Double](repeating: 7, count: 100)
        let labels = (0..<100).map { Double($0 % 2) }
        let constant = try Self.settings().fit(BinnedColumns(quantilesOf: [flat]), labels: labels)
        #expect(constant.trees.isEmpty && constant.start == 0)
        let rising = (0..<100).map(Double.init)
        let equal = try Self.settings(.squaredError).fit(
            BinnedColumns(quantilesOf: [rising]), labels: flat)
        #expect(equal.trees.isEmpty && equal.start == 7)
        let sure = try Self.settings().fit(
            BinnedColumns(quantilesOf: [rising]), labels: flat.map { _ in 1 })
        #expect(try sure.prediction([3]) > 0.999)
        let single = try Self.settings(leastRows: 1).fit(
            BinnedColumns(quantilesOf: [[5]]), labels: [1])
        #expect(single.trees.isEmpty)
        #expect(try single.raw([5]).isFinite)
        let missing = try Self.settings().fit(
            BinnedColumns(quantilesOf: [flat.map { _ in .nan }]), labels: labels)
        #expect(missing.trees.isEmpty)
    }

    @Test func `no leaf has fewer rows or less curvature than is asked, nor a tree more leaves`()
        throws
    {
        let sample = Sample.made(rows: 600, features: 4, seed: 6)
        var settings = Self.settings(trees: 5, leaves: 12, leastRows: 37)
        settings.leastCurvature = 4
        let model = try settings.fit(
            BinnedColumns(quantilesOf: sample.columns), labels: sample.labels)
        for tree in model.trees {
            #expect(tree.values.count <= 12)
            var rows = [Int](repeating: 0, count: tree.values.count)
            for row in sample.labels.indices {
                rows[Self.leaf(of: tree, sample.columns.map { $0[row] })] += 1
            }
            #expect(rows.min()! >= 37)
        }
    }

    /// Walks the arrays of a tree as a reader of an exported one would.
    private static func leaf(of tree: DecisionTree, _ row: [Double]) -> Int {
        var node = 0
        while node >= 0 {
            let value = row[Int(tree.features[node])]
            let isLeft = value.isNaN ? tree.missingLefts[node] : value <= tree.thresholds[node]
            node = Int(isLeft ? tree.lefts[node] : tree.rights[node])
        }
        return ~node
    }

    @Test func `the arrays of the trees say what the model says`() throws {
        let sample = Sample.made(rows: 500, features: 3, seed: 7, gap: 8)
        let model = try Self.settings().fit(
            BinnedColumns(quantilesOf: sample.columns), labels: sample.labels)
        let outputs = try model.raw(of: sample.columns, threads: 3)
        for row in sample.labels.indices {
            let values = sample.columns.map { $0[row] }
            let walked = model.trees.reduce(model.start) {
                $0 + $1.values[Self.leaf(of: $1, values)]
            }
            #expect(try model.raw(values) == walked && outputs[row] == walked)
        }
        #expect(model.gains[0] > model.gains[2], "the first feature decides, the third does not")
    }

    @Test func `a category that does not exist counts as missing, in training and after`() throws {
        let codes = (0..<200).map { Double($0 % 4) }
        let labels = codes.map { $0 >= 2 ? 1.0 : 0 }
        let bins = [try FeatureBins(categories: 4)]
        let model = try Self.settings(trees: 3).fit(
            BinnedColumns([codes], bins: bins), labels: labels)
        #expect(model.categories == [4])
        #expect(try model.prediction([3]) > 0.5 && model.prediction([1]) < 0.5)
        for strange in [4.0, -1, 0.5, .infinity] {
            #expect(try model.raw([strange]) == model.raw([.nan]))
        }
    }

    @Test func `what was learnt holds for rows that were not seen`() throws {
        let train = Sample.made(rows: 1_500, features: 4, seed: 8)
        let test = Sample.made(rows: 1_000, features: 4, seed: 9)
        let model = try Self.settings(trees: 40).fit(
            BinnedColumns(quantilesOf: train.columns, most: 64), labels: train.labels)
        let area = areaUnderCurve(try model.raw(of: test.columns), test.labels)
        #expect(area > 0.92, "\(area)")
    }
}
