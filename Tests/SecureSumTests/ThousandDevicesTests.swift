// SPDX-License-Identifier: Apache-2.0
import Identity
import TestSupport
import Testing

@testable import SecureSum

/// A thousand devices, some of which leave in every round. By default with a ring for few corrupt
/// parties and drop-outs, in the long form with one for many.
@Suite struct ThousandDevicesTests {
    @Test func `a thousand devices lose some in every round and the sum is exact`() throws {
        let (count, corrupt, gone) = Slow.isOn ? (1000, 50, 100) : (1000, 1, 10)
        let degree = try #require(SumDegree(parties: count, corrupt: corrupt, dropOuts: gone))
        let keys = Simulation.keys(count)
        let session = try SumSession.plain(
            keys, threshold: 700, corrupt: corrupt, degree: degree, length: 3, bound: 1000)
        var random = Seeded(1)
        let inputs = random.inputs(count, length: 3, size: 500)
        var dropping: [Int: Stage] = [:]
        for (number, place) in (0..<count).shuffled(using: &random).prefix(gone).enumerated() {
            dropping[place] = Stage(rawValue: number % 5)
        }
        var simulation = Simulation(session, keys: keys)
        let result = try simulation.run(inputs, dropping: dropping, byBytes: false, threads: 2)
        #expect(result.sums == simulation.expected(inputs, dropping: dropping))
        #expect(result.parts == count - dropping.values.count { $0.rawValue <= 2 })
        #expect(
            result.attestation.signers.count == count - dropping.values.count { $0.rawValue <= 3 })
    }
}
