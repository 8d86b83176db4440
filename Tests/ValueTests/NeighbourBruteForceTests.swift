// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Value

/// Every closed form beside the sum over all coalitions, on small sets full of ties.
@Suite struct NeighbourBruteForceTests {
    /// Records on a line with few distances, and one test record.
    private struct Line {
        let game: NearestGame
        let training: LabelledRows
        let test: LabelledRows
        let classes: Int
        let k: Int

        init(_ random: inout Seeded, kernel: DistanceKernel? = nil) throws {
            let count = 1 + random.below(9)
            classes = 1 + random.below(3)
            k = 1 + random.below(count + 2)
            let places = (0..<count).map { _ in Double(random.below(4)) }
            let rows = try FeatureRows(places.map { [$0 / 2] })
            let labels = (0..<count).map { [classes] _ in random.below(classes) }
            let wanted = random.below(classes)
            training = try LabelledRows(rows, labels: labels, classes: classes)
            test = try LabelledRows(FeatureRows([[0]]), labels: [wanted], classes: classes)
            let distances = places.map { $0 * $0 / 4 }
            let worth = zip(labels, distances).map { label, distance in
                label == wanted ? kernel?.weight(distance) ?? 1 : 0
            }
            game = NearestGame(distances: distances, worth: worth, k: k)
        }

        func gap(_ utility: NeighbourUtility, _ known: (Coalition) -> Double) throws -> Double {
            let values = try NeighbourShapley(training).values(on: test, of: utility)
            let exact = try SmallGame(players: training.count, utility: known).shapley()
            return ValueTests.gap(values.points.means, exact)
        }
    }

    private static let rounds = Slow.count(60, 3000)

    @Test func `check 2: the plain variant equals brute force`() throws {
        var random = Seeded(20)
        for _ in 0..<Self.rounds {
            let line = try Line(&random)
            #expect(try line.gap(.nearestByPlace(k: line.k), line.game.byPlace) < 1e-12)
        }
    }

    @Test func `check 2: averaged ties equal brute force over random ties`() throws {
        var random = Seeded(21)
        for _ in 0..<Self.rounds {
            let line = try Line(&random)
            #expect(try line.gap(.nearest(k: line.k), line.game.additive) < 1e-12)
        }
    }

    @Test(arguments: [
        DistanceKernel.inverse(scaleSquared: 0.3), .parabola(radiusSquared: 1.5),
    ])
    func `check 2: additive weights equal brute force`(kernel: DistanceKernel) throws {
        var random = Seeded(22)
        for _ in 0..<Self.rounds {
            let line = try Line(&random, kernel: kernel)
            #expect(try line.gap(.weighted(k: line.k, kernel), line.game.additive) < 1e-12)
        }
    }

    @Test func `check 2: soft labels equal brute force`() throws {
        var random = Seeded(23)
        for _ in 0..<Self.rounds {
            let line = try Line(&random)
            let gap = try line.gap(.softLabel(k: line.k)) {
                line.game.soft($0, classes: line.classes)
            }
            #expect(gap < 1e-12)
        }
    }

    @Test(arguments: [0, 0.25, 0.5, 1, 9])
    func `check 2: the threshold equals brute force`(radius: Double) throws {
        var random = Seeded(24)
        for _ in 0..<Self.rounds / 4 {
            let line = try Line(&random)
            let gap = try line.gap(.threshold(radiusSquared: radius)) {
                line.game.threshold($0, radiusSquared: radius, classes: line.classes)
            }
            #expect(gap < 1e-12)
        }
    }

    @Test func `check 2: regression equals brute force`() throws {
        var random = Seeded(25)
        for _ in 0..<Self.rounds {
            let count = 1 + random.below(9)
            let k = 1 + random.below(count + 2)
            let places = (0..<count).map { _ in Double(random.below(4)) }
            let targets = (0..<count).map { _ in random.unit() * 3 }
            let training = try TargetRows(FeatureRows(places.map { [$0] }), targets: targets)
            let test = try TargetRows(FeatureRows([[0]]), targets: [1])
            let values = try RegressionShapley(training).values(on: test, k: k, scale: 1.25)
            let game = NearestGame(
                distances: places.map { $0 * $0 },
                worth: targets.map { max(0, 1 - abs($0 - 1) / 1.25) }, k: k)
            let exact = try SmallGame(players: count, utility: game.additive).shapley()
            #expect(gap(values.points.means, exact) < 1e-12)
        }
    }

    @Test func `the mean over test records is that of each, with its standard error`() throws {
        var random = Seeded(26)
        let training = try LabelledRows(
            FeatureRows((0..<30).map { _ in [random.normal(), random.normal()] }),
            labels: (0..<30).map { $0 % 3 }, classes: 3)
        let test = try LabelledRows(
            FeatureRows((0..<41).map { _ in [random.normal(), random.normal()] }),
            labels: (0..<41).map { $0 % 3 }, classes: 3)
        let groups = try Groups((0..<30).map { $0 / 10 }, count: 4)
        let shapley = try NeighbourShapley(training)
        let utilities: [NeighbourUtility] = [.softLabel(k: 4), .threshold(radiusSquared: 0.5)]
        for utility in utilities {
            let all = try shapley.values(on: test, of: utility, groups: groups)
            let each = try (0..<41).map {
                try shapley.values(on: test.picked([$0]), of: utility, groups: groups)
            }
            for row in 0..<30 {
                let seen = each.map { $0.points.means[row] }
                Self.expect(all.points, row, seen)
            }
            let sums = try #require(all.groups)
            for group in 0..<4 {
                let seen = try each.map { try #require($0.groups).means[group] }
                Self.expect(sums, group, seen)
                let points = all.points.means[10 * group..<min(30, 10 * group + 10)]
                #expect(abs(points.reduce(0, +) - sums.means[group]) < 1e-14)
            }
            #expect(sums.means[3] == 0 && sums.standardErrors[3] == 0)
            #expect(each[0].points.standardErrors[0] == .infinity)
        }
    }

    private static func expect(_ estimates: Estimates, _ place: Int, _ seen: [Double]) {
        let count = Double(seen.count)
        let mean = seen.reduce(0, +) / count
        let variance = seen.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        #expect(abs(estimates.means[place] - mean) < 1e-14)
        #expect(abs(estimates.standardErrors[place] - (variance / count).squareRoot()) < 1e-9)
    }
}
