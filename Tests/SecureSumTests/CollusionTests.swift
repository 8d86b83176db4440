// SPDX-License-Identifier: Apache-2.0
import Identity
import TestSupport
import Testing

@testable import SecureSum

/// What those who help the server can work out.
enum Collusion {
    /// The share at a point with which the secret would be this one.
    static func share(
        making secret: SecretBytes, with shares: [Shamir.Share], at point: UInt16
    ) -> Shamir.Share {
        let weights = BinaryField.weights(atZeroFrom: shares.map(\.point) + [point])
        let rest = zip(shares, weights).reduce(secret) { $0 + $1.0.value.times($1.1) }
        let inverse = BinaryField.power(65_535 - BinaryField.logarithm(weights[shares.count]))
        return Shamir.Share(point: point, value: rest.times(inverse))
    }
}

@Suite struct CollusionTests {
    /// Parties 0 to 3 of six give the server all they have; the threshold is five.
    @Test func `one fewer than the threshold leave every secret of the others open`() throws {
        let keys = Simulation.keys(6)
        let session = try SumSession.plain(keys, threshold: 5, corrupt: 3)
        let inputs = [[Int64]](repeating: [1, 2, 3, 4], count: 6)
        let open = try OpenSession(session, keys: keys, inputs: inputs)
        for victim in 4...5 {
            for kind in [\SharePair.ofMask, \SharePair.ofSeed] {
                var shares: [Shamir.Share] = []
                for place in 0..<4 {
                    guard let held = open.devices[place].checking?.shares else { throw Gone() }
                    guard let pair = held.first(where: { $0.party == victim })?.pair else {
                        throw Gone()
                    }
                    shares.append(
                        .init(point: SumSession.point(of: place), value: pair[keyPath: kind]))
                }
                var random = Seeded(UInt64(victim))
                for _ in 0..<100 {
                    let candidate = SecretBytes(random.bytes(32))!
                    let other = Collusion.share(
                        making: candidate, with: shares, at: SumSession.point(of: victim))
                    #expect(Shamir.rebuild(shares + [other]).equals(candidate))
                }
            }
        }
    }

    /// The server and all but two parties know everything but one pair mask; what is left of the two
    /// is their sum.
    @Test func `of two honest parties the sum is known and neither part`() throws {
        let keys = Simulation.keys(7)
        let length = 4096
        let session = try SumSession.plain(
            keys, threshold: 7, corrupt: 5, length: length, bound: 1 << 20)
        var random = Seeded(5)
        let inputs = random.inputs(7, length: length, size: 1000)
        let open = try OpenSession(session, keys: keys, inputs: inputs)
        let roster = open.roster
        var bare: [RingVector] = []
        for honest in 5...6 {
            var vector = open.inputs[honest].vector
            for corrupt in 0..<5 {
                let pair = try CollusionTests.pair(keys, session, corrupt, honest, roster)
                // The honest party took it away, having the higher number: it is added back.
                vector.add(streamOf: pair, negated: false)
            }
            bare.append(vector)
        }
        for device in open.devices {
            try open.accept(
                device.unmask(open.attestation), from: device.party)
        }
        for honest in 5...6 {
            let seed = Shamir.rebuild(open.shares[honest] ?? [])
            bare[honest - 5].add(
                streamOf: DerivedKey.selfMask(seed, roster: roster.digest, of: honest),
                negated: true)
        }
        // Each alone is as good as random; together they are the sum of the two.
        for vector in bare { #expect(Uniformity.deviation(ofBytes: vector.bytes) < 5) }
        bare[0].add(bare[1])
        #expect(bare[0].signed == (0..<length).map { inputs[5][$0] + inputs[6][$0] })
    }

    /// The mask of a corrupt party with an honest one, from the corrupt one's own bytes.
    private static func pair(
        _ keys: [SigningKey], _ session: SumSession, _ corrupt: Int, _ honest: Int,
        _ roster: Roster
    ) throws -> SecretBytes {
        // A device of the same seed makes the same keys again.
        let device = Simulation(session, keys: keys).devices[corrupt]
        _ = SecretBytes(from: &device.source)
        let mask = PairKey(SecretBytes(from: &device.source))
        guard let other = roster.advert(of: honest)?.maskKey else { throw Gone() }
        #expect(mask.publicKey == roster.advert(of: corrupt)?.maskKey)
        return DerivedKey.pairMask(
            mask.agreed(with: other), roster: roster.digest, between: corrupt, and: honest)
    }
}
