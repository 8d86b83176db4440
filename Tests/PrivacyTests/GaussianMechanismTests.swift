// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Privacy

@Suite struct GaussianMechanismTests {
    @Test func `the least noise within the amount is chosen, and charged for`() throws {
        var sizes = Seeded(20)
        var planned = 0
        while planned < 3000 {
            let (sensitivity, amount) = (sizes.anySize() | 1, Rho(units: sizes.anySize() | 1))
            let mechanism: GaussianMechanism
            do {
                mechanism = try GaussianMechanism(sensitivity: sensitivity, spending: amount)
            } catch .latticeTooFine {
                // Even the widest noise must cost more than the amount.
                let least = try? Rho.ofGaussian(
                    sensitivitySquared: UInt128(sensitivity) * UInt128(sensitivity),
                    sigmaSquared: UInt128(DiscreteGaussian.maximumSigma)
                        * UInt128(DiscreteGaussian.maximumSigma))
                #expect(least == nil || amount < least ?? .zero)
                continue
            }
            planned += 1
            #expect(mechanism.charge <= amount)
            #expect(mechanism.charge > .zero)
            let sigma = mechanism.noise.sigma
            if sigma > 1 {
                let narrower = try? GaussianMechanism(sensitivity: sensitivity, sigma: sigma - 1)
                #expect(narrower == nil || narrower?.charge ?? .zero > amount)
            }
        }
    }

    @Test func `a known plan`() throws {
        // ρ for (1, 1e-7) is 0.0201871324…, and D/√(2ρ) = 5,218,522.97… for D = 2^20.
        let target = try PrivacyTarget(epsilon: "1", delta: "1e-7")
        let mechanism = try GaussianMechanism(sensitivity: 1 << 20, spending: target.rho)
        #expect(mechanism.noise.sigma == 5_218_523)
        #expect(mechanism.isFine)
        #expect(target.rho.units - mechanism.charge.units < target.rho.units / 1_000_000)
    }

    @Test func `what cannot be planned is refused, with the way out`() {
        let some = Rho(units: 1 << 30)
        #expect(throws: NoiseError.sensitivityZero) {
            try GaussianMechanism(sensitivity: 0, spending: some)
        }
        #expect(throws: NoiseError.nothingToSpend) {
            try GaussianMechanism(sensitivity: 100, spending: .zero)
        }
        #expect(throws: NoiseError.latticeTooFine) {
            try GaussianMechanism(sensitivity: .max, spending: Rho(units: 1))
        }
        #expect(throws: NoiseError.latticeTooFine) {
            try GaussianMechanism(sensitivity: 1, sigma: 1 << 31)
        }
        #expect(throws: NoiseError.scaleOutOfRange) {
            try GaussianMechanism(sensitivity: .max, sigma: 1)
        }
        for sigma in [0, -1, Int.min] {
            #expect(throws: NoiseError.scaleOutOfRange) {
                try GaussianMechanism(sensitivity: 1, sigma: sigma)
            }
        }
        for scale in [0, -1, Int.min, 1 << 31, Int.max] {
            #expect(throws: NoiseError.scaleOutOfRange) { try DiscreteLaplace(scale: scale) }
            #expect(throws: NoiseError.scaleOutOfRange) { try DiscreteGaussian(sigma: scale) }
        }
    }

    @Test func `the standard error is sigma in the caller's unit`() throws {
        let mechanism = try GaussianMechanism(sensitivity: 100, sigma: 3 << 20)
        #expect(mechanism.standardError().value == Double(3 << 20))
        #expect(mechanism.standardError(latticeBits: 20).value == 3)
        #expect(mechanism.standardError(latticeBits: 20).description == "3")
        #expect(mechanism.standardError(latticeBits: -5) == mechanism.standardError())
    }

    @Test func `the 95 percent interval covers 95 percent`() throws {
        let mechanism = try GaussianMechanism(sensitivity: 100, sigma: 1 << 20)
        let outside = 2 * Law.gaussian(1 << 20).upper(Int64(mechanism.halfWidth95().value) + 1)
        #expect(abs(outside - 0.05) < 1e-6)
        #expect(mechanism.halfWidth95(latticeBits: 20).description == "1.96")
    }

    @Test func `the drawn noise has the planned width`() throws {
        let mechanism = try GaussianMechanism(sensitivity: 100, sigma: 1 << 20)
        var source = ByteSource(knownAnswerSeed: "width")
        let draws = 20_000
        var pool = mechanism.drawAll(count: draws, from: &source)
        let released = try pool.release([Int64](repeating: 0, count: draws))
        let variance =
            released.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(draws)
        // The relative deviation of a variance over n draws is √(2/n) = 1 %; five of them.
        #expect(abs(variance / 0x1p40 - 1) < 0.05)
    }
}
