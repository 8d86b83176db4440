// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Privacy

@Suite struct RhoTests {
    private static func square(_ x: UInt64) -> UInt128 { UInt128(x) * UInt128(x) }

    /// units · 2σ² against D² · 2^40, in 256 bits: −1, 0 or 1.
    private static func compare(_ units: UInt64, _ sensitivity: UInt64, _ sigma: UInt64) -> Int {
        let cost = square(sigma).multipliedFullWidth(by: 2 * UInt128(units))
        let exact = square(sensitivity).multipliedFullWidth(by: UInt128(1) << 40)
        if cost.high != exact.high { return cost.high < exact.high ? -1 : 1 }
        return cost.low == exact.low ? 0 : cost.low < exact.low ? -1 : 1
    }

    @Test func `the cost of a Gaussian is the published one`() throws {
        // D² = 500, σ = 100: ρ = 0.025, of which 2^40 parts are 27,487,790,694.4.
        let rho = try Rho.ofGaussian(sensitivitySquared: 500, sigmaSquared: 10_000)
        #expect(rho.units == 27_487_790_695)
        #expect(try Vectors.entry("zcdp_gauss").number() == 0.025)
        #expect(try Rho.ofGaussian(sensitivitySquared: 1, sigmaSquared: 1).units == 1 << 39)
        #expect(try Rho.ofGaussian(sensitivitySquared: 2, sigmaSquared: 1).units == 1 << 40)
        #expect(try Rho.ofGaussian(sensitivitySquared: 0, sigmaSquared: 1) == .zero)
        #expect(try Rho.ofGaussian(sensitivitySquared: 1, sigmaSquared: .max).units == 1)
    }

    @Test func `the cost is rounded up by less than one unit, whatever the sizes`() throws {
        var sizes = Seeded(10)
        var checked = 0
        while checked < 20_000 {
            let (sensitivity, sigma) = (sizes.anySize() | 1, sizes.anySize(bits: 31) | 1)
            guard
                let rho = try? Rho.ofGaussian(
                    sensitivitySquared: Self.square(sensitivity), sigmaSquared: Self.square(sigma))
            else {
                // Refused: the largest amount must indeed not be enough.
                #expect(Self.compare(.max, sensitivity, sigma) < 0)
                continue
            }
            checked += 1
            #expect(Self.compare(rho.units, sensitivity, sigma) >= 0)
            #expect(rho.units == 0 || Self.compare(rho.units - 1, sensitivity, sigma) < 0)
        }
    }

    @Test func `the cost of no noise and of too little is refused`() {
        #expect(throws: RhoError.noNoise) {
            try Rho.ofGaussian(sensitivitySquared: 1, sigmaSquared: 0)
        }
        #expect(throws: RhoError.tooLarge) {
            try Rho.ofGaussian(sensitivitySquared: .max, sigmaSquared: 1)
        }
        // 2^25 · 2^39 = 2^64 units is one too many; one less of D² fits.
        #expect(throws: RhoError.tooLarge) {
            try Rho.ofGaussian(sensitivitySquared: 1 << 25, sigmaSquared: 1)
        }
        #expect(throws: Never.self) {
            try Rho.ofGaussian(sensitivitySquared: (1 << 25) - 1, sigmaSquared: 1)
        }
    }

    @Test func `sums and products never wrap`() throws {
        #expect(throws: RhoError.tooLarge) { try Rho.maximum.adding(Rho(units: 1)) }
        #expect(throws: RhoError.tooLarge) { try Rho(units: 1 << 63).times(2) }
        #expect(try Rho(units: 3).adding(Rho(units: 4)) == Rho(units: 7))
        #expect(try Rho(units: 3).times(4) == Rho(units: 12))
        #expect(Rho(units: 3).subtracting(Rho(units: 4)) == nil)
        #expect(Rho(units: 4).subtracting(Rho(units: 4)) == .zero)
    }

    @Test func `parts never exceed the whole`() throws {
        var sizes = Seeded(11)
        for _ in 0..<1000 {
            let (whole, count) = (Rho(units: sizes.anySize()), sizes.anySize(bits: 20) + 1)
            let part = whole.part(of: count)
            let parts = try part.times(count)
            #expect(parts <= whole)
            #expect(whole.units - parts.units < count)
        }
        #expect(Rho(units: 5).part(of: 0) == Rho(units: 5))
    }

    @Test(
        arguments: [
            (0, "0.0"), (1, "0.000000001"), (1 << 40, "1.0"), (1 << 39, "0.5"),
            ((1 << 40) - 1, "1.0"), (22_196_000_000, "0.020187145"),
            (UInt64.max, "16777216.0"),
        ] as [(UInt64, String)])
    func `the text rounds up`(units: UInt64, text: String) {
        #expect("\(Rho(units: units))" == text)
    }
}
