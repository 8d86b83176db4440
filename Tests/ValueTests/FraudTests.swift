// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Value

/// Ninety honest contributors and ten who cheat, in one way each.
@Suite struct FraudTests {
    private static let random = 0..<3
    private static let flipped = 3..<6
    private static let constant = 6..<8
    private static let copiers = 8..<10

    /// The fixture, with cheats at 0 to 9.
    private static func contributors(_ seed: UInt64) throws -> Contributors {
        var all = try Contributors()
        var random = Seeded(800 + seed)
        for cheat in 0..<10 {
            for (place, record) in all.records(of: cheat).enumerated() {
                if Self.random.contains(cheat) {
                    all.rows[record] = (0..<64).map { _ in random.unit() * 16 }
                    all.labels[record] = random.below(10)
                } else if flipped.contains(cheat) {
                    all.labels[record] = (all.labels[record] + 1 + random.below(9)) % 10
                } else if constant.contains(cheat) {
                    all.rows[record] = [Double](repeating: 8, count: 64)
                    all.labels[record] = random.below(10)
                } else {
                    let source = all.records(of: 50 + cheat)[place]
                    all.rows[record] = all.rows[source].map { $0 + random.normal() / 2 }
                    all.labels[record] = all.labels[source]
                    all.times[record] = 1000
                }
            }
        }
        return all
    }

    @Test(arguments: [0, 1, 2] as [UInt64])
    func `check 8: fraud earns exactly nothing and no honest contributor goes without`(seed: UInt64)
        throws
    {
        let all = try Self.contributors(seed)
        let radius = try ThresholdRadius.squared(
            training: FeatureRows(all.rows), test: all.test.features)
        let clusters = try all.clusters(near: 100)
        let values = try #require(try all.values(clusters, radiusSquared: radius))
        for z in [0, 1.645] {
            let division = try all.division(values, z: z)
            let paid = division.lines.map(\.amount)
            for cheat in 0..<10 { #expect(paid[cheat] == 0, "\(cheat) at z = \(z)") }
            let honest = paid[10...]
            print(
                "check 8: z \(z): honest \(honest.min() ?? 0) to \(honest.max() ?? 0), together \(honest.reduce(0, +)), cheats \(paid[..<10])"
            )
            #expect(honest.reduce(0, +) >= 999_000)
            if z == 0 { #expect(honest.allSatisfy { $0 > 0 }) }
        }
    }

    @Test
    func `without a baseline junk would be paid a tenth, and without clusters copies in full`()
        throws
    {
        let all = try Self.contributors(0)
        let training = try LabelledRows(FeatureRows(all.rows), labels: all.labels, classes: 10)
        let owners = try Groups(all.owner, count: 100)
        func shares(_ utility: NeighbourUtility) throws -> [Double] {
            let values = try #require(
                try NeighbourShapley(training).values(on: all.test, of: utility, groups: owners)
                    .groups)
            let paid = try all.division(values).lines.map { Double($0.amount) }
            let honest = paid[10...].reduce(0, +) / 90
            return [Self.random, Self.flipped, Self.constant, Self.copiers].map {
                paid[$0].reduce(0, +) / Double($0.count) / honest
            }
        }
        let radius = try ThresholdRadius.squared(
            training: training.features, test: all.test.features)
        let classic = try shares(.nearest(k: 5))
        let soft = try shares(.softLabel(k: 5))
        let threshold = try shares(.threshold(radiusSquared: radius))
        print("check 8: classic \(classic), soft labels \(soft), threshold \(threshold)")
        #expect(classic[0] > 0.05 && classic[1] == 0 && classic[2] > 0.05 && classic[3] > 0.9)
        #expect(soft[0] < 0.03 && soft[1] == 0 && soft[2] < 0.06)
        #expect(threshold[0] == 0 && threshold[1] == 0 && threshold[2] == 0)
        #expect(threshold[3] > 0.7)
    }
}
