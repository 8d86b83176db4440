// SPDX-License-Identifier: Apache-2.0
import Foundation
import Identity
import Ledger
import Market
import TestSupport
import Testing

@testable import Exchange

/// Check 19 of the reference: what the time of an answer tells. That kernels themselves do the same
/// whatever the rows hold is counted by BlindnessTests, and that noise is drawn before anything is read by
/// AttackTests; here is what is left.
@Suite struct PaceTests {
    private static func moment(_ pace: Pace, _ elapsed: Duration) -> Duration {
        elapsed + pace.rest(after: elapsed)
    }

    @Test func `check 19: all times between two moments end at the second`() {
        for power in 0..<14 {
            let (low, high) = (Duration.milliseconds(1 << power), Duration.milliseconds(2 << power))
            for part in [1, 2, 333, 999, 1000] {
                let elapsed = low + (high - low) * part / 1000
                #expect(PaceTests.moment(.powersOfTwo, elapsed) == high)
            }
            #expect(PaceTests.moment(.powersOfTwo, low) == low)
        }
        #expect(PaceTests.moment(.powersOfTwo, .zero) == .milliseconds(1))
        #expect(PaceTests.moment(.none, .milliseconds(3)) == .milliseconds(3))
    }

    /// The mutual information, in bits, of a fair choice between two lists and a value of the chosen.
    private static func information(_ one: [Duration], _ two: [Duration]) -> Double {
        func shares(_ values: [Duration]) -> [Duration: Double] {
            Dictionary(values.map { ($0, 1 / Double(values.count)) }, uniquingKeysWith: +)
        }
        let (p, q) = (shares(one), shares(two))
        return Set(p.keys).union(q.keys).reduce(0) { sum, value in
            let (a, b) = (p[value] ?? 0, q[value] ?? 0)
            let mean = (a + b) / 2
            let term = { (x: Double) in x > 0 ? x / 2 * log2(x / mean) : 0 }
            return sum + term(a) + term(b)
        }
    }

    @Test func `check 19: a contributor more changes the time of a study, but not of its answer`() {
        // 10,000 people at 2 µs each, and one more with 10,000 rows, who take 200 µs; the machine's own
        // noise is 2 ms. In steps of 100 µs, by a seed.
        var random = Seeded(19)
        func times(_ base: Int) -> [Duration] {
            (0..<100_000).map { _ in
                let noise = (0..<4).reduce(0) { sum, _ in
                    sum + Int.random(in: 0...10, using: &random)
                }
                return .microseconds(base + 100 * noise)
            }
        }
        let (without, with) = (times(20_000), times(20_200))
        let paced = { (times: [Duration]) in times.map { PaceTests.moment(.powersOfTwo, $0) } }
        #expect(PaceTests.information(paced(without), paced(with)) < 1e-3)
        #expect(PaceTests.information(without, with) > 1e-2, "without the wait it would show")
    }

    /// The largest distance between the distributions of two samples (Kolmogorov and Smirnov).
    private static func distance(_ one: [Double], _ two: [Double]) -> Double {
        let (one, two) = (one.sorted(), two.sorted())
        var (i, j, most) = (0, 0, 0.0)
        while i < one.count, j < two.count {
            let value = min(one[i], two[j])
            while i < one.count, one[i] <= value { i += 1 }
            while j < two.count, two[j] <= value { j += 1 }
            most = max(most, abs(Double(i) / Double(one.count) - Double(j) / Double(two.count)))
        }
        return most
    }

    @Test(.enabled(if: Slow.isOn))
    func `check 19: a contributor with thirty times the rows of others moves no answer`()
        async throws
    {
        let (light, heavy) = (World(seed: 190), World(seed: 191))
        var sides: [(exchange: Exchange, buyer: SigningKey, times: [Double])] = []
        for world in [light, heavy] {
            let (exchange, buyer) = try await world.market(people: 200, pace: .powersOfTwo)
            if world === heavy {
                let path = world.folder + "/heavy.csv"
                let day = Date(timeIntervalSince1970: 0)
                let lines = (0..<100).map { place in
                    "\(World.label(1)),"
                        + day.addingTimeInterval(Double(place) * 86_400).formatted(
                            .iso8601.year().month().day()) + ",\(place),soup\n"
                }
                try Data(("who,day,steps,meal\n" + lines.joined()).utf8)
                    .write(to: URL(fileURLWithPath: path))
                _ = try await exchange.importFile(
                    path, owner: .custody(prefix: "club"), options: world.options)
            }
            var terms = try World.terms()
            terms.privacyLimit = 1 << 60
            terms.uses = 1_000_000
            try await exchange.grant(
                terms, pool: World.pool, by: world.keys(of: 0..<200, at: exchange))
            try await exchange.deposit(Amount(microunits: 1 << 49)!, to: buyer.id, reference: "")
            sides.append((exchange, buyer, []))
        }
        let requests = 1000
        for turn in 0..<requests {
            for side in [turn % 2, 1 - turn % 2] {
                let quote = try await sides[side].exchange.quote(turn).quote.id
                let start = ContinuousClock.now
                _ = try await sides[side].exchange.order(quote, by: sides[side].buyer)
                let took = ContinuousClock.now - start
                sides[side].times.append(took / .milliseconds(1))
            }
        }
        // A pool so small, or rows so many, that one contributor doubles a study's time, would show: see
        // SECURITY.md. Everything around the study takes its own, data-free time, so whole orders are compared by the
        // moments that a buyer's clock of a quarter millisecond sees.
        let seen = sides.map { $0.times.map { ($0 * 4).rounded() } }
        // The 1 − 10⁻⁴ point of the distance of two such samples.
        #expect(PaceTests.distance(seen[0], seen[1]) < 2.23 * (2 / Double(requests)).squareRoot())
    }
}
