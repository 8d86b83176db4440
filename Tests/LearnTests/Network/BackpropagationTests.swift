// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Learn

/// The slope of a network, and where a training begins.
@Suite struct BackpropagationTests {
    private static func coding(_ name: String = "age") -> FeatureCoding {
        FeatureCoding(
            numbers: [.init(column: 0, name: name, scale: 0, low: 0, high: 100)],
            choices: [(column: 1, name: "region", categories: ["north", "east"])])
    }
    private static let coding = coding()

    /// A network of three units whose weights are drawn.
    private static func network(_ weights: [Double]) -> NetworkSum {
        let width = coding.width * 3
        return NetworkSum(
            coding: coding, standard: Standard(numbers: 1), hidden: Array(weights[..<width]),
            outputs: Array(weights[width..<width + 3]), constant: weights[width + 3])
    }

    /// Half of the square of a miss in deviations, or the logistic loss.
    private static func loss(
        _ network: NetworkSum, _ row: [Int64], _ wanted: Double, _ spread: Double, _ goal: Goal
    ) -> Double {
        let score = row.withUnsafeBufferPointer { network.score($0) }
        guard !goal.isNumber else {
            let miss = (score - wanted) / spread
            return miss * miss / 2
        }
        // −log of the chance of what is so, its logarithm by a series of the exponent's.
        let chance = Sigmoid.value(wanted > 0.5 ? score : -score)
        return -logarithm(chance)
    }

    private static func logarithm(_ x: Double) -> Double {
        // 2 artanh((x − 1)/(x + 1)), of numbers from 1/8 to 1.
        let s = (x - 1) / (x + 1)
        return stride(from: 199.0, through: 1, by: -2).reduce(0) { $0 * s * s + 1 / $1 } * 2 * s
    }

    @Test(arguments: [(false, 1.0), (true, 0.4)])
    func `the slope is that of the loss, by small steps along each weight`(
        isNumber: Bool, spread: Double
    ) throws {
        let goal: Goal =
            isNumber ? .number(scale: 0, bounds: 0...10) : .either(["no", "yes"])
        var dice = Seeded(4)
        var weights = (0..<Self.coding.width * 3 + 4).map { _ in
            Double.random(in: -0.8...0.8, using: &dice)
        }
        let scale = 0.7
        for (row, wanted) in [([20, 0], 0.0), ([90, 1], 1), ([55, 7], 1)] as [([Int64], Double)] {
            let slope = NetworkSlope(
                network: Self.network(weights), spread: spread, scale: scale)
            var features = FeatureRow(Self.coding)
            row.withUnsafeBufferPointer {
                features.read($0, Self.coding, slope.network.standard)
            }
            var (units, totals) = (
                [Double](repeating: 0, count: 3), [Double](repeating: 0, count: slope.width)
            )
            slope.add(features, wanted, goal, &units, to: &totals)
            let first = Self.coding.width * 3
            for place in weights.indices {
                // A unit's own weight counts spread · scale in the score, the constant spread.
                let unit = place < first ? 1 : place < first + 3 ? spread * scale : spread
                let (kept, step) = (weights[place], 1e-5)
                func loss(_ value: Double) -> Double {
                    weights[place] = value
                    return Self.loss(Self.network(weights), row, wanted, spread, goal)
                }
                let along = (loss(kept + step) - loss(kept - step)) / (2 * step)
                weights[place] = kept
                #expect(abs(totals[place] - along * unit) < 1e-7, "\(place) \(totals[place])")
            }
        }
    }

    @Test func `a unit bends its sum between −1 and 1, and knows how steeply`() {
        for (x, value) in [
            (0.0, 0.0), (1, 0.5.squareRoot()), (-0.75, -0.6), (1e200, 1), (-1e200, -1),
        ] {
            let bent = AlgebraicSigmoid.at(x)
            #expect(abs(bent.value - value) < 1e-15)
            #expect(bent.slope >= 0 && bent.slope <= 1)
        }
        #expect(AlgebraicSigmoid.at(.nan).value == 0)
        #expect(AlgebraicSigmoid.at(.infinity).value == 1)
        let (step, x) = (1e-6, 0.3)
        let along =
            (AlgebraicSigmoid.at(x + step).value - AlgebraicSigmoid.at(x - step).value) / (2 * step)
        #expect(abs(AlgebraicSigmoid.at(x).slope - along) < 1e-9)
    }

    @Test func `every training of the same features begins at the same weights`() {
        let weights = Backpropagation.start(Self.coding, units: 4)
        #expect(weights == Backpropagation.start(Self.coding, units: 4))
        #expect(weights.count == Self.coding.width * 4 + 5)
        // No two units are alike, or they would stay so.
        let units = (0..<4).map { unit in
            (0..<Self.coding.width).map { weights[$0 * 4 + unit] }
        }
        #expect(Set(units).count == 4)
        #expect(weights.suffix(5) == [1, -1, 1, -1, 0])
        let hidden = weights.dropLast(5)
        #expect(hidden.allSatisfy { abs($0) <= 3.0.squareRoot() })
        let other = Self.coding("height")
        #expect(Backpropagation.start(other, units: 4) != weights)
        // The deviation is 1.
        let many = Backpropagation.start(Self.coding, units: 64).dropLast(65)
        let square = many.reduce(0) { $0 + $1 * $1 } / Double(many.count)
        #expect(abs(square - 1) < 0.15, "\(square)")
    }

    @Test func `few people, or little privacy, take fewer and shorter steps`() {
        func plan(_ people: Int, mu: Double = 0.27, isNumber: Bool = false) -> NetworkPlan {
            NetworkPlan(
                units: 16, features: 20, people: people, steady: 1, mu: mu, isNumber: isNumber)
        }
        #expect(plan(500).isThin && plan(500).steps == 20 && plan(500).clip == 0.25)
        #expect(!plan(3000).isThin && plan(3000).steps == 40)
        #expect(plan(3000, mu: 2).steps == 80)
        #expect(plan(100_000, isNumber: true).rate == plan(100_000).rate / 8)
        #expect(plan(100_000).scale == 0.5)
    }
}
