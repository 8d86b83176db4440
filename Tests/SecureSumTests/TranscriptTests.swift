// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Privacy
import TestSupport
import Testing

@testable import SecureSum

/// What the server sees of two sets of numbers with equal sums cannot be told apart.
@Suite struct TranscriptTests {
    /// What the server has of each party at the end: the masked numbers with the self mask, which it
    /// learns, taken off.
    private static func view(_ inputs: [[Int64]], number: Int) throws -> [RingVector] {
        let keys = Simulation.keys(3)
        let length = inputs[0].count
        let session = try SumSession.plain(
            keys, threshold: 3, length: length, bound: 1 << 28, number: number)
        #expect(session.modulus == .bits32)
        let open = try OpenSession(session, keys: keys, inputs: inputs, seed: UInt64(number))
        for device in open.devices {
            try open.accept(device.unmask(open.attestation), from: device.party)
        }
        var views: [RingVector] = []
        for (party, input) in open.inputs.enumerated() {
            var vector = input.vector
            #expect(Uniformity.deviation(ofBytes: vector.bytes) < 5)
            let seed = Shamir.rebuild(open.shares[party] ?? [])
            vector.add(
                streamOf: DerivedKey.selfMask(seed, roster: open.roster.digest, of: party),
                negated: true)
            views.append(vector)
        }
        let sums = try open.sum().sums
        #expect(sums == (0..<length).map { place in inputs.reduce(0) { $0 + $1[place] } })
        return views
    }

    private static let length = Slow.count(12_000, 100_000)

    /// Two ways for three parties to reach the same sums: the first has everything, or the others.
    private static let worlds: [[[Int64]]] = [
        [
            [Int64](repeating: 4096, count: length), [Int64](repeating: 0, count: length),
            [Int64](repeating: -96, count: length),
        ],
        [
            [Int64](repeating: -2000, count: length), [Int64](repeating: 3000, count: length),
            [Int64](repeating: 3000, count: length),
        ],
    ]

    @Test func `bytes words and a trained classifier see no difference`() throws {
        let views = try (0..<2).map {
            try TranscriptTests.view(TranscriptTests.worlds[$0], number: $0)
        }
        for party in 0..<3 {
            let words = views.map {
                $0[party].signed.map { UInt64(UInt32(truncatingIfNeeded: $0)) }
            }
            for view in views { #expect(Uniformity.deviation(ofBytes: view[party].bytes) < 5) }
            // Once in a million by chance.
            #expect(Uniformity.gap(words[0], words[1]) < 2.7)
            let sums = views.map {
                zip($0[party].signed, $0[(party + 1) % 3].signed).map {
                    UInt64(UInt32(truncatingIfNeeded: $0 &+ $1))
                }
            }
            #expect(Uniformity.gap(sums[0], sums[1]) < 2.7)
        }
        let area = Classifier.area(
            TranscriptTests.features(views[0]), TranscriptTests.features(views[1]))
        #expect((0.48...0.52).contains(area), "\(area)")
    }

    /// The same battery on numbers with a little noise in place of masks finds the difference.
    @Test func `the battery sees a difference where there is one`() {
        var random = Seeded(1)
        let views = TranscriptTests.worlds.map { world in
            world.map { numbers in
                RingVector(
                    numbers.map { $0 + Int64.random(in: -4000...4000, using: &random) },
                    modulus: .bits32)
            }
        }
        let words = views.map { $0[0].signed.map { UInt64(UInt32(truncatingIfNeeded: $0)) } }
        #expect(Uniformity.gap(words[0], words[1]) > 10)
        #expect(Uniformity.deviation(ofBytes: views[0][0].bytes) > 100)
        let area = Classifier.area(
            TranscriptTests.features(views[0]), TranscriptTests.features(views[1]))
        #expect(area > 0.9)
    }

    /// One row for each coordinate: the bits of the three parties' numbers.
    private static func features(_ view: [RingVector]) -> [[Double]] {
        let numbers = view.map(\.signed)
        return (0..<length).map { place in
            numbers.flatMap { vector in
                (0..<32).map { vector[place] >> Int64($0) & 1 == 1 ? 0.5 : -0.5 }
            }
        }
    }
}

/// Logistic regression by one pass of gradient steps over the first half of the rows, judged on the rest.
enum Classifier {
    static func area(_ low: [[Double]], _ high: [[Double]]) -> Double {
        let half = low.count / 2
        var weights = [Double](repeating: 0, count: low[0].count)
        func score(_ row: [Double]) -> Double {
            var sum = 0.0
            for place in row.indices { sum += row[place] * weights[place] }
            return sum
        }
        for place in 0..<half {
            let rate = 1 / (10 + Double(place)).squareRoot()
            for (row, label) in [(low[place], 0.0), (high[place], 1.0)] {
                let step = rate * (label - 1 / (1 + exp(-score(row))))
                for column in row.indices { weights[column] += step * row[column] }
            }
        }
        return Uniformity.area(low[half...].map(score), high[half...].map(score))
    }
}
