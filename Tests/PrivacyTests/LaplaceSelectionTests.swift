// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TestSupport

@testable import Privacy

@Suite struct LaplaceSelectionTests {
    @Test func `the Laplace threshold is the smallest that keeps delta`() throws {
        for (unit, groups): (Int64, Int) in [(1, 1), (1, 5), (7, 3), (1 << 20, 2)] {
            let plan = try LaplaceSelection(
                epsilon: #require(ExactDecimal("0.5")), delta: #require(ExactDecimal("1e-6")),
                mostGroups: groups, unit: unit)
            let t = Double(plan.noise.scale)
            func seen(_ threshold: Int64) -> Double {
                exp(-Double(threshold - unit) / t) / (1 + exp(-1 / t))
            }
            let share = -expm1(log1p(-1e-6) / Double(groups))
            #expect(seen(plan.threshold) <= share * (1 + 1e-12))
            #expect(seen(plan.threshold - 1) > share * (1 - 1e-9))
            #expect(plan.charge.units == 1 << 37)
            #expect(plan.keeps(count: plan.threshold, noise: 0))
            #expect(!plan.keeps(count: plan.threshold, noise: -1))
        }
    }

    /// Groups around the threshold, drawn with noise of this scale, against the law planned for.
    private static func fits(scale: (Int) -> Int, lower: Int64 = 0, draws: Int) throws -> Bool {
        let plan = try LaplaceSelection(
            epsilon: #require(ExactDecimal("1")), delta: #require(ExactDecimal("1e-3")),
            mostGroups: 3, unit: 100)
        let noise = try DiscreteLaplace(scale: scale(plan.noise.scale))
        let law = Law.laplace(Int64(plan.noise.scale))
        var seeds = Seeded(46)
        var source = ByteSource(seededBy: &seeds)
        return (1...20).allSatisfy { (n: Int64) in
            let distance = plan.threshold - n * 100
            let claimed = distance >= 1 ? law.upper(distance) : 1 - law.upper(1 - distance)
            let seen = (0..<draws).count { _ in
                plan.keeps(count: n * 100 + lower, noise: noise.draw(from: &source))
            }
            return Wilson.fits(claimed, successes: seen, of: draws)
        }
    }

    @Test func `groups are shown as planned, and faults are seen, DIVIDEND_SLOW for more draws`()
        throws
    {
        #expect(try Self.fits(scale: { $0 }, draws: Slow.count(5000, 400_000)))
        #expect(try !Self.fits(scale: { $0 * 1000 / 1175 }, draws: 15_000))
        #expect(try !Self.fits(scale: { $0 }, lower: 100, draws: 15_000))
    }

    @Test func `what cannot be planned is refused`() throws {
        let (one, delta) = (try #require(ExactDecimal("1")), try #require(ExactDecimal("1e-6")))
        let tiny = try #require(ExactDecimal("0.000001"))
        #expect(throws: SelectionError.mostGroups(0)) {
            try LaplaceSelection(epsilon: one, delta: delta, mostGroups: 0)
        }
        #expect(throws: SelectionError.unit(-1)) {
            try LaplaceSelection(epsilon: one, delta: delta, mostGroups: 1, unit: -1)
        }
        #expect(throws: SelectionError.noise(.latticeTooFine)) {
            try LaplaceSelection(epsilon: tiny, delta: delta, mostGroups: 1, unit: 1 << 20)
        }
    }
}
