// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Privacy

/// Sums of parts as they come.
@Suite struct TreeAggregationTests {
    @Test func `the sums of a few parts are those of a binary tree`() {
        let tree = TreeAggregation(parts: 8)
        #expect(
            (1...8).map(tree.node(at:)) == [1...1, 1...2, 3...3, 1...4, 5...5, 5...6, 7...7, 1...8])
        #expect(tree.nodes(upTo: 7) == [7, 6, 4])
        #expect(tree.nodes(upTo: 8) == [8])
        #expect(tree.nodes(upTo: 0).isEmpty)
        #expect((1...8).map(tree.releases(of:)) == [4, 3, 3, 2, 3, 2, 2, 1])
        #expect(tree.mostReleases == 4)
    }

    @Test func `up to any step each part is in exactly one of the sums that are added`() {
        let tree = TreeAggregation(parts: 300)
        for step in 1...300 {
            let parts = tree.nodes(upTo: step).flatMap { Array(tree.node(at: $0)) }
            #expect(parts.sorted() == Array(1...step))
            #expect(tree.nodes(upTo: step).count == step.nonzeroBitCount)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 100, 1000])
    func `a part is in as many sums as are said, and pays for all of them`(parts: Int) throws {
        let tree = TreeAggregation(parts: parts)
        let counts = (1...parts).map { part in
            (1...parts).count { tree.node(at: $0).contains(part) }
        }
        #expect(counts == (1...parts).map(tree.releases(of:)))
        #expect(counts.max() == tree.mostReleases)
        #expect(counts[0] == tree.mostReleases)
        var power = 0
        while 1 << power < parts + 1 { power += 1 }
        #expect(tree.mostReleases == power)
        let charge = try tree.charge(of: Rho(units: 1000))
        #expect(counts.allSatisfy { charge.units >= 1000 * UInt64($0) })
        #expect(charge.units == 1000 * UInt64(counts[0]))
        #expect(throws: RhoError.self) { try tree.charge(of: Rho(units: .max)).times(2) }
    }

    @Test func `noise of a step is drawn once, and adds up by the number of sums`() throws {
        let tree = TreeAggregation(parts: 63)
        let mechanism = try GaussianMechanism(
            sensitivity: 1 << 10, spending: Rho(units: 1 << 38))
        let sigma = Double(mechanism.noise.sigma)
        func released(_ seed: UInt64) -> [Int64] {
            var random = Seeded(seed)
            var source = ByteSource(seededBy: &random)
            return (1...63).map { step in
                tree.node(at: step).reduce(0) { $0 + Int64($1) }
                    + mechanism.noise.draw(from: &source)
            }
        }
        #expect(released(1) == released(1))
        var squares = [Double](repeating: 0, count: 64)
        let runs = 400
        for seed in 0..<UInt64(runs) {
            let sums = released(seed)
            for step in 1...63 {
                let noised = tree.nodes(upTo: step).reduce(0) { $0 + sums[$1 - 1] }
                let miss = Double(noised - Int64(step * (step + 1) / 2))
                squares[step] += miss * miss / Double(runs)
            }
        }
        for step in [1, 3, 32, 48, 63] {
            let wanted = sigma * sigma * Double(step.nonzeroBitCount)
            #expect(abs(squares[step] / wanted - 1) < 0.3, "\(step)")
        }
    }
}
