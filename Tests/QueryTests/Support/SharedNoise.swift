// SPDX-License-Identifier: Apache-2.0
import Privacy

@testable import Query
@testable import Study

/// Many releases of a plan on nobody, which is its noise alone: what a release on any other cohort
/// has beside the cohort's own sums. So many pairs of neighbours can be looked at with noise that was
/// drawn once. For plans of stated radii and listed groups.
struct SharedNoise: ~Copyable {
    /// Of the one neighbour and of the other: for each number of all blocks, by release, in standard
    /// deviations of the sound plan.
    private var drawn: [[[Double]]]
    private let sigmas: [Double]
    private let plan: StudyPlan<AggregateStep>
    private var source: ByteSource

    /// How many releases are held at once.
    private static let batch = 10_000
    /// How many votes are taken.
    private static let count = 9

    private init(
        _ plan: StudyPlan<AggregateStep>, soundly sound: StudyPlan<AggregateStep>, seed: UInt64
    ) {
        self.plan = plan
        sigmas = zip(sound.step.blocks, sound.noises).flatMap { block, noise in
            let numbers = block.width * sound.step.listedGroups
            return [Double](repeating: Double(noise.rungs[0].noise.sigma), count: numbers)
        }
        drawn = [[], []]
        source = .seeded(seed)
    }

    /// What releases on pairs of neighbours have to say of a claim. Each neighbour has noise of its own.
    ///
    /// - Parameters:
    ///   - plan: what is released, which may be faulty.
    ///   - sound: the plan whose claim is tested.
    ///   - pairs: how far the exact numbers of each pair are apart, in standard deviations.
    static func votes(
        of plan: StudyPlan<AggregateStep>, soundly sound: StudyPlan<AggregateStep>,
        on pairs: [[Double]], releases: Int, seed: UInt64
    ) throws -> [Votes] {
        var noise = SharedNoise(plan, soundly: sound, seed: seed)
        let claimed = (2 * Double(sound.cost.units) / 0x1p40).squareRoot()
        var votes = pairs.map { _ in Votes(count: count) }
        for vote in 0..<count {
            var left = releases / count
            while left > 0 {
                let some = min(left, batch)
                try noise.draw(some)
                for (pair, moved) in pairs.enumerated() {
                    noise.count(moved, claimed, in: &votes[pair], of: vote)
                }
                left -= some
            }
        }
        return votes
    }

    private mutating func draw(_ releases: Int) throws {
        for neighbour in 0..<2 {
            var columns = sigmas.map { _ in [Double](repeating: 0, count: releases) }
            for release in 0..<releases {
                let answer = try plan.release(plan.nobody, adding: plan.noise(from: &source))
                for (number, value) in answer.values.enumerated() {
                    columns[number][release] = Double(value) / sigmas[number]
                }
            }
            drawn[neighbour] = columns
        }
    }

    /// Counts where the releases lie along the difference of a pair.
    private func count(
        _ moved: [Double], _ claimed: Double, in votes: inout Votes, of vote: Int
    ) {
        let square = claimed * claimed
        let distance = moved.reduce(0) { $0 + $1 * $1 } / square
        let places = moved.indices.filter { moved[$0] != 0 }
        for (neighbour, shift) in [distance, 0].enumerated() {
            var parts = [Double](repeating: shift, count: drawn[neighbour].first?.count ?? 0)
            for place in places {
                let weight = moved[place] / square
                drawn[neighbour][place].withUnsafeBufferPointer { column in
                    parts.withUnsafeMutableBufferPointer { parts in
                        var release = 0
                        while release < parts.count {
                            parts[release] += weight * column[release]
                            release += 1
                        }
                    }
                }
            }
            for part in parts { votes.add(part, neighbour, vote) }
        }
    }
}

/// Where the releases on a pair of neighbours lie, in so many votes.
struct Votes {
    private var with: [StochasticTester.Positions]
    private var without: [StochasticTester.Positions]

    init(count: Int) {
        with = .init(repeating: .init(), count: count)
        without = with
    }

    mutating func add(_ part: Double, _ neighbour: Int, _ vote: Int) {
        if neighbour == 0 { with[vote].add(part) } else { without[vote].add(part) }
    }

    /// By how many standard errors each vote breaks the claim.
    func each(claim: Rho) -> [Double] {
        zip(with, without).map { with, without in
            StochasticTester(claim, releases: with.count).excess(with: with, without: without)
        }
    }

    /// By how many standard errors all releases together break the claim.
    func excess(claim: Rho) -> Double {
        let (with, without) = (with.reduce(.init(), +), without.reduce(.init(), +))
        return StochasticTester(claim, releases: with.count).excess(with: with, without: without)
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
