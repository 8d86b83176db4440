// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Value

/// Values of real data beside pyDVL 0.10 and two further programs.
@Suite struct NeighbourKnownAnswerTests {
    /// Every pixel j multiplied by 1 + √(j + 1) / 10: no two distances are equal.
    private static func tieFree(_ row: [Double]) -> [Double] {
        row.enumerated().map { $1 * (1 + Double($0 + 1).squareRoot() / 10) }
    }

    @Test(arguments: [1, 5, 10])
    func `check 3: digits without ties are as pyDVL says`(k: Int) throws {
        let (training, test) = try Vectors.digits.split(Self.tieFree)
        let shapley = try NeighbourShapley(training)
        let plain = try shapley.values(on: test, of: .nearest(k: k)).points.means
        let known = try Vectors.digits.values(k, "pydvl_0_10", tieFree: true)
        #expect(gap(plain, known) < 1e-12)
        let soft = try shapley.values(on: test, of: .softLabel(k: k)).points.means
        let knownSoft = try Vectors.digits.values(
            k, "soft_label_U0_is_1_over_C", tieFree: true)
        #expect(gap(soft, knownSoft) < 1e-12)
    }

    @Test func `check 3: digits within a threshold are as another program says`() throws {
        let (training, test) = try Vectors.digits.split(Self.tieFree)
        let part = try #require(Vectors.digits.file["tie_free"] as? [String: Any])
        let known = try #require(part["threshold_knn"] as? [String: Any])
        let radius = try #require(known["tau_squared"] as? Double)
        let proposed = try ThresholdRadius.squared(
            training: training.features, test: test.features)
        #expect(abs(proposed - radius) < 1e-9)
        // The radius is the distance of one pair, whose last bit depends on the order of adding up.
        let values = try NeighbourShapley(training)
            .values(on: test, of: .threshold(radiusSquared: proposed)).points.means
        #expect(gap(values, try #require(known["values"] as? [Double])) < 1e-12)
    }

    @Test(arguments: [1, 5, 10])
    func `check 3: breast cancer is as pyDVL says, and adds up to the utility`(k: Int) throws {
        let (training, test) = try Vectors.breastCancer.split()
        let values = try NeighbourShapley(training).values(on: test, of: .nearest(k: k))
        #expect(
            gap(values.points.means, try Vectors.breastCancer.values(k, "pydvl_0_10")) < 1e-12)
        let sum = values.points.means.reduce(0, +)
        #expect(abs(sum - (try Vectors.breastCancer.utility(k))) < 1e-12)
    }

    @Test(arguments: [1, 5, 10])
    func `check 3: digits with their ties are the known values, to the bit in any order`(k: Int)
        throws
    {
        let (training, test) = try Vectors.digits.split()
        let shapley = try NeighbourShapley(training)
        let values = try shapley.values(on: test, of: .nearest(k: k))
        let known = try Vectors.digits.values(k, "tie_averaged")
        #expect(gap(values.points.means, known) < 1e-12)
        let byPlace = try shapley.values(on: test, of: .nearestByPlace(k: k)).points.means
        let stable = try Vectors.digits.values(k, "stable_tiebreak_by_index")
        #expect(gap(byPlace, stable) < 1e-12)
        #expect(abs(byPlace.reduce(0, +) - (try Vectors.digits.utility(k))) < 1e-12)

        var random = Seeded(UInt64(k))
        let order = random.permutation(training.count)
        let permuted = try NeighbourShapley(training.picked(order))
            .values(on: test, of: .nearest(k: k))
        #expect(permuted.points.means == order.map { values.points.means[$0] })
        #expect(permuted.points.standardErrors == order.map { values.points.standardErrors[$0] })
    }

    @Test func `every order-free utility has the same bits for each record and group in any order`()
        throws
    {
        var random = Seeded(31)
        let (all, test) = try Vectors.digits.split()
        let training = all.picked(Array(0..<Slow.count(300, 1400)))
        let owner = (0..<training.count).map { $0 % 7 }
        let order = random.permutation(training.count)
        let utilities: [NeighbourUtility] = [
            .softLabel(k: 5), .weighted(k: 5, .inverse(scaleSquared: 500)),
            .threshold(radiusSquared: 900),
        ]
        for utility in utilities {
            let values = try NeighbourShapley(training)
                .values(on: test, of: utility, groups: Groups(owner, count: 7))
            let permuted = try NeighbourShapley(training.picked(order))
                .values(on: test, of: utility, groups: Groups(order.map { owner[$0] }, count: 7))
            #expect(permuted.points.means == order.map { values.points.means[$0] })
            #expect(permuted.groups == values.groups)
        }
        let targets = (0..<training.count).map { _ in random.unit() * 9 }
        let wanted = try TargetRows(test.features, targets: test.labels.map { Double($0) })
        let values = try RegressionShapley(TargetRows(training.features, targets: targets))
            .values(on: wanted, k: 5, scale: 3).points.means
        let permuted = try RegressionShapley(
            TargetRows(training.features.picked(order), targets: order.map { targets[$0] })
        ).values(on: wanted, k: 5, scale: 3).points.means
        #expect(permuted == order.map { values[$0] })
    }
}
