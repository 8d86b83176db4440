// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Privacy
import TestSupport
import Testing

@testable import SecureSum

/// A session that could go wrong cannot be planned.
@Suite struct SumSessionTests {
    private static let keys = Simulation.keys(9)

    private static func session(
        _ threshold: Int = 7, corrupt: Int = 2, length: Int = 3, bound: UInt64 = 100,
        degree: SumDegree? = nil, noise: SumNoise? = nil, keys: [SigningKey] = keys
    ) throws -> SumSession {
        try SumSession(
            id: .zero, parties: keys.map(\.id), threshold: threshold, corrupt: corrupt,
            degree: degree, length: length, bound: bound, noise: noise)
    }

    @Test func `the threshold is above two thirds and at most all`() throws {
        for threshold in [0, 1, 5, 6, 10] {
            #expect(throws: SumPlanError.threshold(threshold, parties: 9)) {
                try SumSessionTests.session(threshold, corrupt: 0)
            }
        }
        for threshold in 7...9 { _ = try SumSessionTests.session(threshold, corrupt: 0) }
    }

    @Test func `two quorums have an honest party in common`() throws {
        // 2 · 7 > 9 + c.
        _ = try SumSessionTests.session(7, corrupt: 4)
        #expect(throws: SumPlanError.corrupt(5, threshold: 7, parties: 9)) {
            try SumSessionTests.session(7, corrupt: 5)
        }
        #expect(throws: SumPlanError.corrupt(-1, threshold: 7, parties: 9)) {
            try SumSessionTests.session(7, corrupt: -1)
        }
    }

    @Test func `parties, lengths and bounds have limits`() throws {
        #expect(throws: SumPlanError.parties(1)) {
            try SumSessionTests.session(1, corrupt: 0, keys: Array(SumSessionTests.keys[..<1]))
        }
        let twice = SumSessionTests.keys + [SumSessionTests.keys[4]]
        #expect(throws: SumPlanError.repeated(SumSessionTests.keys[4].id)) {
            try SumSessionTests.session(8, keys: twice)
        }
        for length in [0, -1, SumSession.longest + 1] {
            #expect(throws: SumPlanError.length(length)) {
                try SumSessionTests.session(length: length)
            }
        }
        for bound in [0, SumSession.largestBound + 1] as [UInt64] {
            #expect(throws: SumPlanError.bound(bound)) {
                try SumSessionTests.session(bound: bound)
            }
        }
    }

    /// The modulus is above 2 · (n · R + 10 · σ · ⌈√n⌉).
    @Test func `no sum can leave the modulus`() throws {
        // 9 · 238,609,294 = 2^31 − 2: the largest that fits 32 bits.
        #expect(try SumSessionTests.session(bound: 238_609_294).modulus == .bits32)
        #expect(try SumSessionTests.session(bound: 238_609_295).modulus == .bits64)
        for (bound, sigma, expected) in [
            (1 << 20, 1 << 20, SumModulus.bits32), (1 << 20, 1 << 27, .bits64),
            (1 << 52, 1 << 30, .bits64),
        ] as [(UInt64, Int, SumModulus)] {
            #expect(SumModulus(parties: 900, bound: bound, sigma: sigma) == expected)
        }
        // 65,535 parties of 2^52 each do not fit 64 bits.
        #expect(SumModulus(parties: 65_535, bound: 1 << 52, sigma: 0) == nil)
        // All at their bound, in both directions, at the very edge.
        for sign in [1, -1] as [Int64] {
            let session = try SumSessionTests.session(length: 1, bound: 238_609_294)
            var simulation = Simulation(session, keys: SumSessionTests.keys)
            let inputs = [[Int64]](repeating: [sign * 238_609_294], count: 9)
            #expect(try simulation.run(inputs).sums == [sign * 9 * 238_609_294])
        }
    }

    @Test func `noise counts on certain survivors only and hides the whole bound`() throws {
        let noise = try SumNoise(sensitivity: 100, sigma: 50, counting: 5)
        _ = try SumSessionTests.session(7, corrupt: 2, bound: 100, noise: noise)
        #expect(throws: SumPlanError.counted(5, honest: 4)) {
            try SumSessionTests.session(7, corrupt: 3, bound: 100, noise: noise)
        }
        #expect(throws: SumPlanError.sensitivity(100, bound: 101)) {
            try SumSessionTests.session(7, corrupt: 2, bound: 101, noise: noise)
        }
    }

    @Test func `neighbours must be worked out for the session`() throws {
        let degree = SumDegree(
            parties: 9, corrupt: 1, dropOuts: 2, neighbours: 4, shareThreshold: 4)
        _ = try SumSessionTests.session(corrupt: 1, degree: degree)
        #expect(throws: SumPlanError.degree(degree)) {
            try SumSessionTests.session(corrupt: 2, degree: degree)
        }
    }

    @Test func `the digest binds every part and no order of parties`() throws {
        let noise = try SumNoise(sensitivity: 100, sigma: 50, counting: 5)
        let other = try SumNoise(sensitivity: 100, sigma: 51, counting: 5)
        let fewer = try SumNoise(sensitivity: 100, sigma: 50, counting: 4)
        let wider = try SumNoise(sensitivity: 101, sigma: 50, counting: 5)
        let degree = SumDegree(
            parties: 9, corrupt: 2, dropOuts: 2, neighbours: 4, shareThreshold: 4)
        let sessions = try [
            SumSessionTests.session(), SumSessionTests.session(8),
            SumSessionTests.session(corrupt: 1), SumSessionTests.session(length: 4),
            SumSessionTests.session(bound: 99), SumSessionTests.session(degree: degree),
            SumSessionTests.session(noise: noise), SumSessionTests.session(noise: other),
            SumSessionTests.session(noise: fewer), SumSessionTests.session(noise: wider),
            SumSessionTests.session(keys: Simulation.keys(9, seed: 8)),
            SumSession.plain(SumSessionTests.keys, threshold: 7, number: 5),
        ]
        #expect(Set(sessions.map(\.digest)).count == sessions.count)
        let reversed = try SumSessionTests.session(keys: SumSessionTests.keys.reversed())
        #expect(reversed.digest == sessions[0].digest)
    }
}
