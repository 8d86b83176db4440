// SPDX-License-Identifier: Apache-2.0
import Foundation
import Privacy
import Testing
import Vault
import TestSupport

@testable import Study

/// Radii that are chosen: the sums at every rung against a plain clip, and the choice.
@Suite struct ClipLadderTests {
    private static let ladder = ClipLadder(lowest: 1000, rungs: 6)

    private static func plan(width: Int = 3) throws -> StudyPlan<EchoStep> {
        try StudyPlan(
            step: EchoStep(width: width, bound: .ladder(ladder)), spending: Rho(units: 1 << 38))
    }

    /// A vector brought within a radius, in the plainest way.
    private static func clipped(_ values: [Int64], _ radius: Double) -> [Double] {
        let norm = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return values.map { Double($0) * min(1, radius / max(norm, 1)) }
    }

    private static func people(_ count: Int, seed: UInt64) -> [[Int64]] {
        var random = Seeded(seed)
        return (0..<count).map { _ in
            let size = Int64(1) << Int64.random(in: 0...18, using: &random)
            return (0..<3).map { _ in Int64.random(in: -size...size, using: &random) }
        }
    }

    @Test func `one pass gives the clipped sums at every rung`() throws {
        let plan = try Self.plan()
        let people = Self.people(400, seed: 1)
        var partial = plan.nobody
        for person in people { partial.merge(plan.partial(of: [EchoStep.rows(person)])) }
        for rung in 0..<Self.ladder.rungs {
            let radius = Double(Self.ladder.radius(of: rung))
            let sums = partial.blocks[0].sums(at: rung)
            for number in 0..<3 {
                let exact = people.reduce(0.0) { $0 + Self.clipped($1, radius)[number] }
                // Scaling rounds toward zero, by one unit of the lowest radius for each contributor.
                #expect(abs(Double(sums[number]) - exact) <= 400 * Double(1 << rung))
            }
        }
        #expect(partial.blocks[0].counts.allSatisfy { $0 > 0 }, "people on every rung and above")
    }

    @Test func `whoever is within a radius is not touched by it`() throws {
        let plan = try Self.plan()
        for person in Self.people(300, seed: 2) {
            let norm = person.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            let block = plan.partial(of: [EchoStep.rows(person)]).blocks[0]
            for rung in 0..<Self.ladder.rungs
            where norm <= Double(Self.ladder.radius(of: rung)) {
                #expect(block.sums(at: rung) == person)
            }
        }
    }

    @Test func `a norm counts once, in its range, as the part of the radius that it is`() throws {
        let plan = try Self.plan(width: 1)
        for (value, rung, sixteenths) in [
            (0, 0, 0), (1, 0, 1), (1000, 0, 16), (1001, 1, 9), (2000, 1, 16), (31_999, 5, 16),
            (32_000, 5, 16), (32_001, 6, 16), (.max, 6, 16), (.min, 6, 16),
        ] as [(Int64, Int, Int64)] {
            let block = plan.partial(of: [EchoStep.rows([value])]).blocks[0]
            var expected = [Int64](repeating: 0, count: 7)
            expected[rung] = sixteenths * (ClipEstimate.unit / 16)
            #expect(block.parts == expected, "\(value)")
            // Who gives nothing is not counted among those whose norms are looked at.
            expected[rung] = value == 0 ? 0 : ClipEstimate.unit
            #expect(block.counts == expected, "\(value)")
        }
    }

    // MARK: The choice

    /// The choice among radii when so many people are in each range, whose norms are on the average
    /// such a part of its radius.
    private static func choice(
        _ counts: [Int64], part: Double = 1, noise: Double = 5, groups: Int = 1
    ) -> ClipEstimate {
        let unit = ClipEstimate.unit
        return ClipEstimate(
            ClipEstimate.Histogram(
                counts: counts.map { $0 * unit },
                parts: counts.map { Int64(Double($0 * unit) * part) }, sigma: Int(unit)),
            noise: noise, groups: groups, width: 1)
    }

    @Test func `where all give alike, their radius is chosen, and nothing is made up for`() {
        for rung in 0..<6 {
            var norms = [Int64](repeating: 0, count: 7)
            norms[rung] = 100_000
            let choice = Self.choice(norms, groups: 100)
            #expect(choice.rung == rung)
            #expect(choice.makeUp == 1)
            #expect(choice.unseen < 0.01)
        }
    }

    @Test func `where hardly anybody is seen the highest radius cuts off nothing`() {
        for norms in [[0, 0, 0, 0], [2, 3, -5, 1], [-9, -9, -9, -9]] as [[Int64]] {
            let choice = Self.choice(norms)
            #expect(choice.rung == 2 && choice.makeUp == 1 && choice.unseen == 0)
        }
    }

    @Test func `heavy people who drown in noise are left room for, or not cut off`() {
        // 5,000 people at 2 radii; 60 at 300 radii would be hidden by a deviation of 33.
        let unit = ClipEstimate.unit
        var counts = [Int64](repeating: 0, count: 11)
        (counts[1], counts[9]) = (5000 * unit, 60 * unit)
        func choice(_ noise: Double) -> ClipEstimate {
            ClipEstimate(
                ClipEstimate.Histogram(counts: counts, parts: counts, sigma: Int(33 * unit)),
                noise: noise, groups: 1, width: 2)
        }
        // Little noise: the radius that cuts off nothing is the better one.
        #expect(choice(0.1).rung == 9 && choice(0.1).unseen == 0)
        // So much noise that a low radius is better: what the hidden 60 have is within the margin.
        for noise in [6.0, 60, 3000] {
            let low = choice(noise)
            #expect(low.rung < 9)
            let missed = 60 * 512 - 60 * Double(1 << low.rung)
            #expect(low.unseen * 10_000 > missed, "\(low)")
        }
    }

    @Test func `a few heavy contributors are cut off, more so the more noise there is`() {
        let norms: [Int64] = [40_000, 5000, 500, 50, 20, 10, 0]
        var last = 6
        for noise in [0.1, 1, 10, 100, 1000] {
            let choice = Self.choice(norms, noise: noise, groups: 50)
            #expect(choice.rung <= last)
            #expect(choice.makeUp >= 1 && choice.makeUp < 2)
            last = choice.rung
        }
        #expect(last < 4)
    }

    @Test func `what is made up for is what was cut off`() {
        // 1,000 people at 1 and 1,000 at 8 radii, or at three quarters of them. As much noise as this
        // chooses the lowest rung, where one radius of each is kept.
        for (part, given) in [(1.0, 9000.0), (0.75, 6750.0)] {
            let choice = Self.choice([1000, 0, 0, 1000, 0, 0, 0], part: part, noise: 1e6)
            #expect(choice.rung == 0)
            #expect(abs(choice.makeUp - given / (1000 * part + 1000)) < 0.01)
            #expect(choice.uncertainty > 0 && choice.uncertainty < 0.05)
        }
    }

    @Test func `a spike of noise in an empty range is not taken for people`() {
        // 1,000 people at one radius, and four deviations of noise at a radius 1,000 times as large.
        let quiet = Self.choice([1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0])
        #expect(quiet.rung < 10 && quiet.makeUp == 1, "nothing is made up for them")
        let people = Self.choice([1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0])
        #expect(people.makeUp > 1 || people.rung > 0, "eight deviations are somebody")
    }

    @Test func `noise beyond all numbers never traps`() {
        for values in [
            [Int64.max, .max, .max], [.min, .min, .min], [.max, .min, 0], [0, .max, .max],
        ] {
            for noise in [0, 1e-300, 1e300, .infinity] {
                let choice = ClipEstimate(
                    ClipEstimate.Histogram(counts: values, parts: values, sigma: 1),
                    noise: noise, groups: 1 << 20, width: 1)
                #expect((0..<2).contains(choice.rung))
                #expect(choice.makeUp >= 1 && choice.makeUp.isFinite)
            }
        }
    }

    @Test func `a released rung comes with its sums and its noise`() throws {
        let plan = try StudyPlan(
            step: EchoStep(width: 1, bound: .ladder(Self.ladder)), spending: Rho(units: 1 << 42))
        var partial = plan.nobody
        for _ in 0..<600 { partial.merge(plan.partial(of: [EchoStep.rows([3900])])) }
        var source = Seeded(3).bytes
        for _ in 0..<50 {
            let block = try plan.release(partial, adding: plan.noise(from: &source)).blocks[0]
            let rung = try #require(block.clip?.rung)
            // Whichever it is, it cuts nobody off.
            #expect(rung >= 2)
            let noise = plan.noises[0].rungs[rung].noise
            #expect(block.sigma == noise.sigma)
            #expect(abs(block.values[0] - 600 * 3900) < 6 * Int64(noise.sigma))
        }
    }
}
