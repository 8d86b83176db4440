// SPDX-License-Identifier: Apache-2.0
import Privacy

@testable import Query
@testable import Study

/// Many releases of a plan on nobody, which is its noise alone: what a release on any other cohort
/// has beside the cohort's own sums. So many pairs of neighbours can be looked at with noise that was
/// drawn once. For plans of stated radii and listed groups.
struct SharedNoise {
    /// Of the one neighbour and of the other: for each number of all blocks, by release, in standard
    /// deviations of the sound plan.
    private let drawn: [[[Double]]]
    private let releases: Int

    /// Releases twice as often as asked for: each neighbour has noise of its own.
    init(
        _ plan: StudyPlan<AggregateStep>, soundly sound: StudyPlan<AggregateStep>, releases: Int,
        seed: UInt64
    ) throws {
        self.releases = releases
        let sigmas = zip(sound.step.blocks, sound.noises).flatMap { block, noise in
            let numbers = block.width * sound.step.listedGroups
            return [Double](repeating: Double(noise.rungs[0].noise.sigma), count: numbers)
        }
        var source = ByteSource.seeded(seed)
        drawn = try (0..<2).map { _ in
            var columns = sigmas.map { _ in [Double](repeating: 0, count: releases) }
            for release in 0..<releases {
                let answer = try plan.release(plan.nobody, adding: plan.noise(from: &source))
                for (number, value) in answer.values.enumerated() {
                    columns[number][release] = Double(value) / sigmas[number]
                }
            }
            return columns
        }
    }

    /// By how many standard errors releases on a pair of neighbours break the claim.
    ///
    /// - Parameter moved: how far the pair's exact numbers are apart, in standard deviations.
    func excess(of moved: [Double], claim: Rho) -> Double {
        let tester = StochasticTester(claim, releases: releases)
        let square = tester.claimed * tester.claimed
        let distance = moved.reduce(0) { $0 + $1 * $1 } / square
        let places = moved.indices.filter { moved[$0] != 0 }
        let positions = [distance, 0].enumerated().map { neighbour, shift in
            var parts = [Double](repeating: shift, count: releases)
            for place in places {
                let weight = moved[place] / square
                drawn[neighbour][place].withUnsafeBufferPointer { column in
                    parts.withUnsafeMutableBufferPointer { parts in
                        var release = 0
                        while release < releases {
                            parts[release] += weight * column[release]
                            release += 1
                        }
                    }
                }
            }
            var counted = StochasticTester.Positions()
            for part in parts { counted.add(part) }
            return counted
        }
        return tester.excess(with: positions[0], without: positions[1])
    }
}

/// Two cohorts that differ in one contributor.
struct Pair {
    let with: Partial
    let without: Partial

    /// How far their exact numbers are apart, in standard deviations of the plan's noise.
    func moved(by plan: StudyPlan<AggregateStep>) -> [Double] {
        plan.noises.indices.flatMap { block in
            let sigma = Double(plan.noises[block].rungs[0].noise.sigma)
            let (here, there) = (without.blocks[block].sums(at: 0), with.blocks[block].sums(at: 0))
            return zip(here, there).map { Double($1 - $0) / sigma }
        }
    }
}
