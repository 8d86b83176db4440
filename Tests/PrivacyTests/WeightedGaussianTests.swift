// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TestSupport

@testable import Privacy

@Suite struct WeightedGaussianTests {
    private static func plan(
        rho: UInt64 = 1 << 35, delta: String = "9e-3", groups: Int = 5, unit: Int64 = 1 << 16,
        fewest: Int = 1
    ) throws -> WeightedGaussianSelection {
        try WeightedGaussianSelection(
            spending: Rho(units: rho), delta: #require(ExactDecimal(delta)), mostGroups: groups,
            unit: unit, fewestContributors: fewest)
    }

    @Test func `the votes of one contributor have norm one at most`() throws {
        for unit: Int64 in [1, 2, 1000, 1 << 16, Int64(Int32.max)] {
            let plan = try Self.plan(rho: 1 << 42, groups: 50, unit: unit)
            for k in 1...50 {
                let vote = plan.vote(groups: k)
                #expect(UInt128(k) * UInt128(vote * vote) <= UInt128(unit * unit))
                #expect(UInt128(k) * UInt128((vote + 1) * (vote + 1)) > UInt128(unit * unit))
            }
            #expect(plan.vote(groups: 0) == 0)
            #expect(plan.vote(groups: 51) == 0)
            #expect(plan.charge <= Rho(units: 1 << 42))
        }
    }

    @Test(arguments: [("1e-7", 5), ("9e-3", 3), ("1e-12", 50), ("1e-4", 1)])
    func `by the exact law a contributor alone is seen with at most delta, and hardly less`(
        delta: String, groups: Int
    ) throws {
        let plan = try Self.plan(delta: delta, groups: groups, unit: 100)
        let law = DiscreteGaussianLaw(sigma: Double(plan.noise.sigma))
        let promised = try #require(Double(delta))
        func seen(_ t: Int, below: Int64) -> Double {
            let from = plan.threshold - below - plan.vote(groups: t)
            let tail = (from...from + 40 * Int64(plan.noise.sigma)).reversed().reduce(0.0) {
                $0 + law.probability($1)
            }
            return -expm1(Double(t) * log1p(-tail))
        }
        for t in 1...groups { #expect(seen(t, below: 0) <= promised) }
        // Two units lower, one for each rounding, and the promise would be broken.
        let worst = (1...groups).map { seen($0, below: 3) }.max() ?? 0
        #expect(worst > promised)
    }

    @Test func `on a fine lattice the threshold is that of the real line`() throws {
        let plan = try Self.plan(delta: "1e-7", groups: 50, unit: 1 << 20)
        let unit = Double(plan.unit)
        let real = SelectionThreshold.weightedGaussian(
            sigma: Double(plan.noise.sigma) / unit, delta: 1e-7, mostGroups: 50
        ).value
        #expect(Double(plan.threshold) / unit >= real)
        #expect(Double(plan.threshold) / unit <= real * (1 + 1e-6))
    }

    /// What a planted fault does to the released groups.
    private enum Fault { case none, voteLow, sensitivity, sign }

    /// Runs the selection for groups of n contributors who are in two groups each.
    private static func shown(
        _ plan: WeightedGaussianSelection, contributors n: Int64, fault: Fault, draws: Int
    ) throws -> Int {
        var seeds = Seeded(41 + UInt64(n))
        var source = ByteSource(seededBy: &seeds)
        let sigma = plan.noise.sigma
        let noise =
            fault == .sensitivity ? try DiscreteGaussian(sigma: sigma * 1000 / 1175) : plan.noise
        return (0..<draws).count { _ in
            var drawn = noise.draw(from: &source)
            if fault == .sign { drawn = source.below(20) == 0 ? Int64(drawn.magnitude) : drawn }
            let votes = n * plan.vote(groups: 2) + (fault == .voteLow ? plan.unit : 0)
            return plan.keeps(votes: votes, noise: drawn)
        }
    }

    private static func fits(_ fault: Fault, draws: Int) throws -> Bool {
        let plan = try plan()
        return try stride(from: 0, through: 40, by: 4).allSatisfy { (n: Int64) in
            let claimed = plan.keepProbability(votes: n * plan.vote(groups: 2)).value
            let seen = try shown(plan, contributors: n, fault: fault, draws: draws)
            return Wilson.fits(claimed, successes: seen, of: draws)
        }
    }

    @Test func `the curve over 0 to 40 contributors is drawn as planned, DIVIDEND_SLOW for more`()
        throws
    {
        #expect(try Self.fits(.none, draws: Slow.count(6000, 400_000)))
    }

    @Test func `noise too narrow by 1.175, a threshold one vote low and a biased sign are seen`()
        throws
    {
        #expect(try !Self.fits(.sensitivity, draws: 6000))
        #expect(try !Self.fits(.voteLow, draws: 6000))
        #expect(try !Self.fits(.sign, draws: 12_000))
    }

    @Test func `fewest contributors raise the threshold by whole votes`() throws {
        let (one, ten) = (try Self.plan(), try Self.plan(fewest: 10))
        #expect(ten.threshold == one.threshold + 9 * one.unit)
        #expect(ten.charge == one.charge)
    }

    @Test func `a sum that leaves Int64 is decided by its sign`() throws {
        let plan = try Self.plan()
        #expect(plan.keeps(votes: .max, noise: 1))
        #expect(!plan.keeps(votes: .min, noise: -1))
        #expect(plan.keeps(votes: plan.threshold, noise: 0))
        #expect(plan.keeps(noisyVotes: plan.threshold))
        #expect(!plan.keeps(noisyVotes: plan.threshold - 1))
        #expect(!plan.keeps(votes: plan.threshold - 1, noise: 0))
        #expect(plan.sumsFit(contributors: 1 << 40))
        #expect(!plan.sumsFit(contributors: 1 << 50))
    }

    @Test func `what cannot be planned is refused`() {
        #expect(throws: SelectionError.unit(0)) { try Self.plan(unit: 0) }
        #expect(throws: SelectionError.noise(.nothingToSpend)) { try Self.plan(rho: 0) }
        #expect(throws: SelectionError.noise(.latticeTooFine)) { try Self.plan(rho: 1) }
        #expect(throws: SelectionError.mostGroups(0)) { try Self.plan(groups: 0) }
        #expect(throws: SelectionError.self) { try Self.plan(delta: "0.5") }
    }
}
