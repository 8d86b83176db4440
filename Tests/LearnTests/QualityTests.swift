// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Learn

/// What is told of how good a model is, whatever the sums are that it is told from.
@Suite struct QualityTests {
    private static let goals = [Goal.either(["no", "yes"]), .number(scale: 0, bounds: 0...10)]

    @Test func `counts that are told apart without a miss have an area of one`() throws {
        // 0.1 and the like do not add up exactly: the area comes out at 1 and a little.
        let counts: [Double] = [0.1, 1.0 / 3, 7.7, 1e9 / 3]
        for count in counts {
            var values = [Double](repeating: 0, count: Quality.width(Self.goals[0]))
            for bin in 0..<3 { values[bin] = count * Double(bin + 1) }
            for bin in 0..<3 { values[values.count - 1 - bin] = count / Double(bin + 1) }
            let measures = Quality(values, sigma: 0, goal: Self.goals[0]).measures
            #expect(measures.first { $0.name == "auc" }?.value == 10_000)
        }
    }

    @Test func `measures are right on average, also where noise is wide`() throws {
        // Nine of ten are right, at the ends of the scale: fourteen bins of sixteen hold nobody.
        let goal = Self.goals[0]
        var exact = [Double](repeating: 0, count: Quality.width(goal))
        exact[0] = 90
        exact[Quality.bins - 1] = 10
        exact[Quality.bins] = 10
        exact[2 * Quality.bins - 1] = 90
        var dice = TwinDice(4)
        let trials = 600
        var (sums, inside) = (["accuracy": 0.0, "auc": 0.0], 0)
        for _ in 0..<trials {
            let noised = exact.map { $0 + 4 * dice.bell() }
            for measure in Quality(noised, sigma: 4, goal: goal).measures {
                sums[measure.name, default: 0] += Double(measure.value) / 10_000
                inside += abs(measure.value - 9_000) <= measure.margin ? 1 : 0
            }
        }
        for (name, sum) in sums { #expect(abs(sum / Double(trials) - 0.9) < 0.02, "\(name)") }
        #expect(inside > trials * 2 * 93 / 100, "and within their intervals")
    }

    @Test(arguments: goals)
    func `no sums trap, however they were made`(goal: Goal) {
        let extremes: [Double] = [0, 1, -1, 0x1p63, -0x1p63, 1e308, -1e308, 1e-308]
        let width = Quality.width(goal)
        for one in extremes {
            for other in extremes {
                for place in 0..<min(width, 4) {
                    var values = [Double](repeating: one, count: width)
                    values[place] = other
                    values[width - 1 - place] = other
                    for measure in Quality(values, sigma: 1, goal: goal).measures {
                        #expect(abs(measure.value) <= 20_000 && measure.margin <= 20_000)
                    }
                    _ = Average(values, sigma: 1, goal: goal)
                }
            }
        }
    }

    @Test func `a weight beyond every whole number is told as far as one goes`() {
        #expect(Model.tenThousandths(1.5) == 15_000)
        #expect(Model.tenThousandths(.nan) == 0)
        for wide in [1e300, Double.infinity] {
            #expect(Model.tenThousandths(wide) == 1_000_000_000_000_000_000)
            #expect(Model.tenThousandths(-wide) == -1_000_000_000_000_000_000)
        }
    }
}
