// SPDX-License-Identifier: Apache-2.0
import Foundation
import Privacy

@testable import Study

/// Tells from releases alone whether a study keeps what it claims, on a worst pair of neighbours.
///
/// The claim is ρ: for every ε, what is released on one neighbour is (ε, δ)-close to what is released
/// on the other, with the δ of a Gaussian of μ = √(2ρ) (Balle and Wang, arXiv:1805.06530, Theorem 8).
/// The tester releases many times on both, and asks for some ε whether P[A] − e^ε·P[A′] is at most δ,
/// for the events A in which the likelihood ratio of the claim passes e^ε, in both directions. A
/// release is looked at along the difference of the two exact answers, where Gaussians differ most.
///
/// **False alarms.** Each of the eight comparisons fails a true claim when it is five standard errors
/// off: 2.9 · 10⁻⁷ each, below 3 · 10⁻⁶ for a test. **Power** is not assumed: every use has the same
/// tester refuse the same study with noise for a sensitivity that is 1.175 times too small.
struct StochasticTester {
    /// √(2ρ) of the claim.
    let claimed: Double
    /// How many releases on each neighbour.
    let releases: Int

    init(_ claim: Rho, releases: Int) {
        claimed = (2 * Double(claim.units) / 0x1p40).squareRoot()
        self.releases = releases
    }

    /// How many positions lie in each of the ranges that the comparisons tell apart: quarters of the
    /// claimed difference, from half of it below the one answer to half of it beyond the other.
    struct Positions {
        private var ranges = [Int](repeating: 0, count: 10)
        private(set) var count = 0

        /// Takes a position as a part of the claimed difference.
        mutating func add(_ part: Double) {
            ranges[part > -0.5 ? part > 1.5 ? 9 : Int(part * 4 + 3) : 0] += 1
            count += 1
        }

        /// Both together.
        static func + (one: Positions, other: Positions) -> Positions {
            var sum = one
            for range in sum.ranges.indices { sum.ranges[range] += other.ranges[range] }
            sum.count += other.count
            return sum
        }

        /// What part lies above so many quarters of the difference.
        func part(above quarters: Int) -> Double {
            Double(ranges[(quarters + 3)...].reduce(0, +)) / Double(count)
        }
    }

    /// By how many standard errors the worst comparison breaks the claim; negative when none does.
    ///
    /// - Parameters:
    ///   - with: positions of releases along the difference, in units in which the exact answer of
    ///     the other neighbour is 0 and a standard deviation of the noise as claimed is 1.
    func excess(with: [Double], without: [Double]) -> Double {
        func positions(_ values: [Double]) -> Positions {
            values.reduce(into: Positions()) { $0.add($1 / claimed) }
        }
        return excess(with: positions(with), without: positions(without))
    }

    /// The same of positions that were counted.
    func excess(with: Positions, without: Positions) -> Double {
        var worst = -Double.infinity
        for quarters in [0, 1, 2, 4] {
            let epsilon = Double(quarters) / 4 * claimed * claimed
            let (high, low) = (2 + quarters, 2 - quarters)
            worst = max(
                worst, excess(epsilon, with.part(above: high), without.part(above: high)),
                excess(epsilon, 1 - without.part(above: low), 1 - with.part(above: low)))
        }
        return worst
    }

    private func excess(_ epsilon: Double, _ p: Double, _ q: Double) -> Double {
        let n = Double(releases)
        let factor = exp(epsilon)
        // With two pseudo-counts, so that nothing seen is not nothing.
        let spread = (max(p * (1 - p), 2 / n) + factor * factor * max(q * (1 - q), 2 / n)) / n
        return (p - factor * q - delta(epsilon)) / spread.squareRoot()
    }

    /// δ(ε) of a Gaussian of the claimed μ.
    private func delta(_ epsilon: Double) -> Double {
        func normal(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
        return normal(claimed / 2 - epsilon / claimed)
            - exp(epsilon) * normal(-claimed / 2 - epsilon / claimed)
    }

    /// A claim is broken when a comparison is so many standard errors beyond it.
    static let alarm = 5.0
}

/// Two cohorts that differ in one contributor, and the exact difference of what they give.
struct Neighbours<Step: LocalStep> {
    let plan: StudyPlan<Step>
    let with: Partial
    let without: Partial

    /// Releases on both by a plan, which may be a faulty one, and the excess over a claim.
    func excess(
        of faulty: StudyPlan<Step>? = nil, claim: Rho? = nil, releases: Int, seed: UInt64
    ) throws -> Double {
        let tester = StochasticTester(claim ?? plan.cost, releases: releases)
        let releasing = faulty ?? plan
        var source = ByteSource.seeded(seed)
        let positions = try [with, without].map { partial in
            try (0..<releases).map { _ in
                position(
                    try releasing.release(partial, adding: releasing.noise(from: &source)),
                    tester.claimed)
            }
        }
        return tester.excess(with: positions[0], without: positions[1])
    }

    /// Σ (x − q)·d/σ² over the claimed deviation: 0 on average without the contributor, and, when
    /// the difference is as large as claimed, μ with her. By the noise that the sound plan would have.
    private func position(_ answer: NoisedAnswer, _ claimed: Double) -> Double {
        var total = 0.0
        for (place, block) in answer.blocks.enumerated() {
            let rung = block.clip?.rung ?? 0
            let sigma = Double(plan.noises[place].rungs[rung].noise.sigma)
            let here = without.blocks[place].sums(at: rung)
            let there = with.blocks[place].sums(at: rung)
            for number in here.indices where here[number] != there[number] {
                let moved = Double(there[number] - here[number]) / sigma
                total += moved * Double(block.values[number] - here[number]) / sigma
            }
        }
        return total / claimed
    }
}
