// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TestSupport

@testable import Privacy

@Suite struct TruncatedGeometricTests {
    private static func plan(
        _ epsilon: String, _ delta: String, groups: Int = 1, fewest: Int = 1
    ) throws -> TruncatedGeometricSelection {
        try TruncatedGeometricSelection(
            epsilon: #require(ExactDecimal(epsilon)), delta: #require(ExactDecimal(delta)),
            mostGroups: groups, fewestContributors: fewest)
    }

    @Test(arguments: [
        ("1", "1e-7", 1), ("1", "1e-7", 5), ("0.1", "1e-3", 1), ("64", "1e-30", 1),
        ("50", "1e-12", 1), ("2", "9.9e-3", 10), ("0.01", "1e-5", 1), ("40", "1e-30", 3),
    ])
    func `neighbouring counts keep the promise between the integers themselves`(
        epsilon: String, delta: String, groups: Int
    ) throws {
        let plan = try Self.plan(epsilon, delta, groups: groups)
        // e^ε from both sides, in steps of 2^−60 of itself, is beyond doubles: compare logarithms
        // of exact differences with a margin smaller than the plan's own.
        let each = try #require(Double(epsilon)) / Double(groups)
        let share = UInt128(
            SelectionTerms.share(of: try #require(Double(delta)), groups: groups) * 0x1p120)
        let one: UInt128 = 1 << 120
        var last: UInt128 = 0
        for n in 1...plan.certain {
            let now = plan.count(n)
            #expect(now > last)
            // π(n) ≤ e^ε π(n−1) + δ
            let grown = now > share ? now - share : 0
            #expect(Double(grown) <= exp(each) * Double(last) * (1 + 0x1p-52 * 4))
            // 1 − π(n−1) ≤ e^ε (1 − π(n)) + δ
            let shrunk = one - last > share ? one - last - share : 0
            #expect(Double(shrunk) <= exp(each) * Double(one - now) * (1 + 0x1p-52 * 4))
            last = now
        }
        #expect(last == one)
        #expect(plan.count(1) <= share)
        #expect(plan.count(0) == 0)
        #expect(plan.count(-1) == 0)
        #expect(plan.count(.max) == one)
    }

    /// Check 12: each of forty points at a false alarm of one in a million.
    private static func fits(
        _ plan: TruncatedGeometricSelection, as claimed: TruncatedGeometricSelection, draws: Int
    ) -> Bool {
        var seeds = Seeded(31)
        var source = ByteSource(seededBy: &seeds)
        return (1...40).allSatisfy { n in
            let kept = (0..<draws).count { _ in plan.keeps(contributors: n, from: &source) }
            return Wilson.fits(
                claimed.keepProbability(contributors: n).value, successes: kept, of: draws)
        }
    }

    @Test func `the curve is drawn as planned for 1 to 40 contributors, DIVIDEND_SLOW for more`()
        throws
    {
        let draws = Slow.count(10_000, 1_000_000)
        for (epsilon, delta) in [("1", "1e-7"), ("0.3", "1e-3")] {
            let plan = try Self.plan(epsilon, delta)
            #expect(Self.fits(plan, as: plan, draws: draws))
        }
    }

    @Test func `a curve of more privacy spent, or off by one, is seen`() throws {
        let plan = try Self.plan("1", "1e-7")
        #expect(!Self.fits(try Self.plan("1.175", "1e-7"), as: plan, draws: 10_000))
        #expect(!Self.fits(try Self.plan("1", "1e-6"), as: plan, draws: 10_000))
        #expect(!Self.fits(try Self.plan("1", "1e-7", fewest: 2), as: plan, draws: 10_000))
    }

    @Test func `a group of one leaks no more than delta, end to end`() throws {
        let plan = try Self.plan("1", "1e-3", groups: 4)
        var seeds = Seeded(32)
        var source = ByteSource(seededBy: &seeds)
        let draws = Slow.count(50_000, 1_000_000)
        let seen = (0..<draws).count { _ in
            // Not short-circuited: four groups of the same contributor.
            (0..<4).map { _ in plan.keeps(contributors: 1, from: &source) }.contains(true)
        }
        #expect(Wilson.fits(1e-3, successes: seen, of: draws))
    }

    @Test func `fewer than the fewest are never shown`() throws {
        let (plan, plain) = (try Self.plan("1", "1e-7", fewest: 10), try Self.plan("1", "1e-7"))
        for n in 0..<10 { #expect(plan.count(n) == 0) }
        for n in 1...40 { #expect(plan.count(n + 9) == plain.count(n)) }
        #expect(plan.certain == plain.certain + 9)
        #expect(plan.evens == 25)
    }

    @Test func `what cannot be planned is refused`() throws {
        #expect(throws: SelectionError.self) { try Self.plan("65", "1e-7") }
        #expect(throws: SelectionError.self) { try Self.plan("1", "1e-31") }
        #expect(throws: SelectionError.self) { try Self.plan("1", "0.01") }
        #expect(throws: SelectionError.mostGroups(0)) { try Self.plan("1", "1e-7", groups: 0) }
        #expect(throws: SelectionError.self) { try Self.plan("1", "1e-7", fewest: 0) }
        // Certainty would take a few million contributors.
        #expect(throws: SelectionError.self) { try Self.plan("0.00001", "1e-20") }
    }

    @Test func `the charge is L0 times the square of a part, halved`() throws {
        #expect(try Self.plan("1", "1e-7").charge.units == 1 << 39)
        #expect(try Self.plan("1", "1e-7", groups: 5).charge.units == (1 << 39) / 5 + 1)
    }
}
