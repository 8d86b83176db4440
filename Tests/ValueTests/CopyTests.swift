// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Value

/// A hundred contributors with 14 digits each; some of them copy.
@Suite struct CopyTests {
    /// Squared; a copy with noise 0.5 on each of 64 pixels lies within 16 or so.
    private static let near = 36.0

    private struct Honest {
        let all: Contributors
        let radius: Double
        let values: [Double]
        var total: Double { values.reduce(0) { $0 + max(0, $1) } }

        init() throws {
            all = try Contributors()
            radius = try ThresholdRadius.squared(
                training: FeatureRows(all.rows), test: all.test.features)
            let clusters = try all.clusters(near: near)
            values = try #require(try all.values(clusters, radiusSquared: radius)).means
        }

        var best: Int { values.indices.max { values[$0] < values[$1] } ?? 0 }

        /// Shares of the pot by name.
        func shares(_ all: Contributors) throws -> [Double] {
            let clusters = try all.clusters(near: near)
            let values = try #require(try all.values(clusters, radiusSquared: radius)).means
            let paid = values.map { max(0, $0) }
            let sum = paid.reduce(0, +)
            return paid.map { $0 / sum }
        }
    }

    private static let honest = try? Honest()

    @Test(arguments: [(1, 0), (10, 0), (50, 0), (1, 0.5), (10, 0.5)] as [(Int, Double)])
    func `check 9: copies of one's own records never gain`(copies: Int, noise: Double) throws {
        let honest = try #require(Self.honest)
        var random = Seeded(900)
        for who in [7, honest.best] {
            var all = honest.all
            let mine = all.records(of: who)
            for _ in 0..<copies {
                all.give(
                    mine.map { place in all.rows[place].map { $0 + noise * random.normal() } },
                    mine.map { all.labels[$0] }, as: who)
            }
            let gain = try honest.shares(all)[who] / (honest.values[who] / honest.total)
            print("check 9: \(copies) copies with noise \(noise): gain \(gain)")
            #expect(gain <= 1.02)
        }
    }

    @Test(arguments: [1, 7, 50])
    func `check 9: split over names, with copies or without, nothing is gained`(names: Int) throws {
        let honest = try #require(Self.honest)
        let who = honest.best
        let before = honest.values[who] / honest.total
        var split = honest.all
        for (place, record) in split.records(of: who).enumerated() {
            split.owner[record] = place % names == 0 ? who : 99 + place % names
        }
        let shares = try honest.shares(split)
        let after = shares[who] + shares[100...].reduce(0, +)
        // A name whose sum is below zero is not charged for it.
        #expect(after / before <= 1.02)
        var copied = honest.all
        let mine = copied.records(of: who)
        for name in 0..<names {
            copied.give(
                mine.map { copied.rows[$0] }, mine.map { copied.labels[$0] }, as: 100 + name)
        }
        let withCopies = try honest.shares(copied)
        #expect(withCopies[100...].allSatisfy { $0 == 0 })
        #expect(abs(withCopies[who] / before - 1) < 0.001)
    }

    @Test(arguments: ["exact", "noisy", "permuted", "permuted and noisy"])
    func
        `check 9: a thief of the best contributor's records gets nothing, the victim loses nothing`(
            way: String
        ) throws
    {
        let honest = try #require(Self.honest)
        var (random, all) = (Seeded(901), honest.all)
        let loot = all.records(of: honest.best)
        let columns = way.hasPrefix("permuted") ? random.permutation(64) : Array(0..<64)
        let noise = way == "noisy" ? 0.5 : way.hasSuffix("noisy") ? 0.1 : 0
        all.give(
            loot.map { place in columns.map { all.rows[place][$0] + noise * random.normal() } },
            loot.map { all.labels[$0] }, as: 100)
        let clusters = try all.clusters(near: Self.near)
        let caught = (1400..<1414).count { clusters.isCopy($0) }
        print("check 9: \(way): \(caught) of 14 copies are found")
        #expect(caught == 14)
        let shares = try honest.shares(all)
        #expect(shares[100] == 0)
        let before = honest.values[honest.best] / honest.total
        #expect(shares[honest.best] >= 0.999 * before)
    }

    @Test func `check 9: honest near neighbours are hardly ever merged`() throws {
        let honest = try #require(Self.honest)
        let clusters = try honest.all.clusters(near: Self.near)
        let merged = (0..<1400).count { clusters.isCopy($0) }
        let proposed = try NearCopies.radiusSquared(from: honest.all.test.features)
        let permuted = try PermutedCopies(radiusSquared: 4).clusters(
            of: FeatureRows(honest.all.rows), owners: Groups(honest.all.owner, count: 100),
            order: honest.all.order)
        print("check 9: \(merged) of 1400 honest records merged; proposed radius² \(proposed)")
        #expect(Double(merged) / 1400 < 0.005)
        #expect(permuted == Clusters(count: 1400))
        let again = try NearCopies(radiusSquared: proposed).clusters(
            of: honest.all.test.features, order: CommitmentOrder(count: 397))
        #expect(Double(397 - again.places.count) / 397 <= 0.005)
    }
}
