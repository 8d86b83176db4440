// SPDX-License-Identifier: Apache-2.0
import Foundation
import Identity
import Privacy
import TestSupport
import Testing

@testable import SecureSum

/// The noise of the honest survivors is enough without anybody else's.
@Suite struct SumNoiseTests {
    @Test(arguments: [1, 2, 3, 7, 70, 667, 10_000])
    func `so many survivors reach the wanted variance at the wanted cost`(survivors: Int) throws {
        for (sensitivity, units) in [
            (100, 1 << 40), (1000, 1 << 35), (1 << 20, 1 << 39), (100, 2), (1 << 17, 1 << 46),
        ] as [(UInt64, UInt64)] {
            guard
                let noise = try? SumNoise(
                    sensitivity: sensitivity, spending: Rho(units: units), counting: survivors)
            else { continue }
            // m · σ² ≥ D²/2ρ, in whole numbers: 2 · units · m · σ² ≥ D² · 2^40.
            let variance = UInt128(survivors) * UInt128(noise.own.sigma) * UInt128(noise.own.sigma)
            let needed = UInt128(sensitivity) * UInt128(sensitivity) << 40
            #expect(2 * UInt128(units) * variance >= needed)
            #expect(noise.charge <= Rho(units: units))
            // The next smaller σ would be too little, save where rounding up twice took a step.
            let less = noise.own.sigma - 2
            if less >= SumNoise.leastSigma {
                #expect(
                    2 * UInt128(units - 1) * UInt128(survivors) * UInt128(less) * UInt128(less)
                        < needed)
            }
        }
    }

    @Test func `too little noise for the bound is refused`() {
        #expect(throws: SumPlanError.noise(.scaleOutOfRange)) {
            try SumNoise(sensitivity: 1, sigma: 3, counting: 5)
        }
        #expect(throws: SumPlanError.noise(.nothingToSpend)) {
            try SumNoise(sensitivity: 100, spending: Rho(units: 1), counting: 5)
        }
        #expect(throws: SumPlanError.noise(.sensitivityZero)) {
            try SumNoise(sensitivity: 0, sigma: 10, counting: 5)
        }
        #expect(throws: SumPlanError.counted(0, honest: SumSession.mostParties)) {
            try SumNoise(sensitivity: 5, sigma: 10, counting: 0)
        }
    }

    /// A sum of two to five discrete Gaussians against one of their variance, by convolution: the
    /// logarithm of the ratio stays within Σ 5 · e^(−2π²σ²k/(k+1)), wherever there is mass to speak of.
    @Test(arguments: [(0.75, 2), (0.75, 5), (1.0, 2), (1.0, 4), (1.25, 3)])
    func `a sum of discrete Gaussians is as near to one as the paper says`(
        sigma: Double, count: Int
    ) {
        let reach = 40
        func law(_ variance: Double) -> [Double] {
            let weights = (-reach...reach).map { exp(-Double($0 * $0) / (2 * variance)) }
            let all = weights.reduce(0, +)
            return weights.map { $0 / all }
        }
        let one = law(sigma * sigma)
        var sum = one
        var bound = 0.0
        for k in 1..<count {
            sum = (0...2 * reach).map { place in
                (0...2 * reach).reduce(0.0) { total, left in
                    let right = place - left + reach
                    return (0...2 * reach).contains(right)
                        ? total + sum[left] * one[right] : total
                }
            }
            bound += 5 * exp(-2 * .pi * .pi * sigma * sigma * Double(k) / Double(k + 1))
        }
        let whole = law(sigma * sigma * Double(count))
        for place in reach - 8...reach + 8 {
            #expect(abs(log(sum[place] / whole[place])) <= bound + 1e-12)
        }
    }

    /// τ · √d for σ = 4, 2^16 survivors and 2^24 numbers, as a power of two.
    @Test func `at the least sigma the rest is nothing that could be counted`() {
        let sigma = Double(SumNoise.leastSigma)
        // Every k/(k+1) is at least a half.
        let bits = -Double.pi * .pi * sigma * sigma / log(2) + log2(10) + 16 + 12
        #expect(bits < -190)
    }

    /// n parties, of whom exactly the threshold survive, all numbers zero: what comes out is noise.
    @Test func `with exactly the threshold of survivors the variance is at least the target`()
        throws
    {
        let keys = Simulation.keys(6)
        let (threshold, corrupt) = (5, 2)
        let length = Slow.count(4000, 100_000)
        let noise = try SumNoise(
            sensitivity: 1000, spending: Rho(units: 1 << 40), counting: threshold - corrupt)
        let session = try SumSession.plain(
            keys, threshold: threshold, corrupt: corrupt, length: length, bound: 1000,
            noise: noise)
        let zeros = [[Int64]](repeating: [Int64](repeating: 0, count: length), count: 6)
        var simulation = Simulation(session, keys: keys, seed: 11)
        let sums = try simulation.run(zeros, dropping: [3: .masked], threads: 2).sums
        let variance = sums.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(length)
        // All five are honest here, so it is five thirds of what ρ = 1 asks for: D²/2.
        let target = 1000.0 * 1000 / 2
        let sigma = Double(noise.own.sigma)
        let expected = Double(threshold) * sigma * sigma
        let error = expected * (2 / Double(length)).squareRoot()
        #expect(abs(variance - expected) < 4.5 * error)
        // The three honest ones alone reach it: what they have is no estimate.
        #expect(3 * sigma * sigma >= target)
        #expect(variance >= target)
        let mean = sums.reduce(0.0) { $0 + Double($1) } / Double(length)
        #expect(abs(mean) < 4.5 * (expected / Double(length)).squareRoot())
    }
}
