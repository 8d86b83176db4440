// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Privacy

@Suite struct IndividualFilterTests {
    @Test func `no adaptive sequence passes the limit, DIVIDEND_SLOW for a million`() throws {
        var seeds = Seeded(71)
        for _ in 0..<Slow.count(4000, 1_000_000) {
            let limit = Rho(units: seeds.anySize(bits: 45))
            var filter = IndividualFilter(limit: limit)
            var sum: UInt128 = 0
            for _ in 0..<12 {
                // The next release depends on what was spent before, as an adversary would have it.
                let left = limit.units - min(limit.units, filter.spent.units)
                let sigma = UInt128(seeds.anySize(bits: 31)) + 1
                let radius = UInt64.random(in: 0...4, using: &seeds) * UInt64(sigma) / 2 + left % 3
                let squared = UInt128(radius) * UInt128(radius)
                guard
                    let worst = try? Rho.ofGaussian(
                        sensitivitySquared: squared, sigmaSquared: sigma * sigma)
                else { continue }
                let own = squared == 0 ? 0 : UInt128(seeds.next()) % (squared + 1)
                guard filter.admits(worst) else {
                    let before = filter
                    #expect(throws: IndividualFilterError.exhausted) { try filter.charge(worst) }
                    #expect(filter == before)
                    continue
                }
                if seeds.next() % 3 == 0 {
                    try filter.charge(worst)
                    sum += UInt128(worst.units)
                } else {
                    let charged = try filter.charge(
                        squaredNorm: own, sigmaSquared: sigma * sigma, worstCase: worst)
                    #expect(charged <= worst)
                    sum += UInt128(charged.units)
                }
                #expect(sum <= UInt128(limit.units))
                #expect(sum == UInt128(filter.spent.units))
            }
        }
    }

    @Test func `whoever gives little goes on for longer than the worst case would let`() throws {
        let worst = try Rho.ofGaussian(sensitivitySquared: 10_000, sigmaSquared: 1_000_000)
        var filter = IndividualFilter(limit: try worst.times(10))
        var releases = 0
        while filter.admits(worst) {
            try filter.charge(squaredNorm: 100, sigmaSquared: 1_000_000, worstCase: worst)
            releases += 1
        }
        #expect(releases == 900)
    }

    @Test func `an unclipped vector is refused and nothing is charged`() throws {
        let worst = try Rho.ofGaussian(sensitivitySquared: 100, sigmaSquared: 1000)
        var filter = IndividualFilter(limit: .maximum)
        #expect(throws: IndividualFilterError.aboveWorstCase) {
            try filter.charge(squaredNorm: 101, sigmaSquared: 1000, worstCase: worst)
        }
        #expect(throws: IndividualFilterError.aboveWorstCase) {
            try filter.charge(squaredNorm: 1, sigmaSquared: 0, worstCase: worst)
        }
        #expect(filter.spent == .zero)
        var spent = IndividualFilter(limit: Rho(units: 5), spent: Rho(units: 6))
        #expect(!spent.admits(.zero))
        #expect(throws: IndividualFilterError.exhausted) { try spent.charge(.zero) }
    }

    @Test func `the norm is exact, and nil beyond 128 bits`() {
        #expect(IndividualFilter.squaredNorm(of: []) == 0)
        #expect(IndividualFilter.squaredNorm(of: [3, -4]) == 25)
        #expect(IndividualFilter.squaredNorm(of: [.min]) == 1 << 126)
        #expect(IndividualFilter.squaredNorm(of: [.min, .min, .min, .min]) == nil)
    }
}
