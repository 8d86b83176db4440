// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TestSupport

@testable import Privacy

/// Check 1 of the reference: the samplers against their laws. Half a million draws each by default; four million with
/// DIVIDEND_SLOW=1 in the environment.
@Suite struct SamplerLawTests {
    private static let draws = Slow.count(500_000, 4_000_000)

    @Test(arguments: [1, 10, 1 << 20])
    func `the discrete Laplace follows its law`(scale: Int) throws {
        let noise = try DiscreteLaplace(scale: scale)
        let p = Law.laplace(Int64(scale)).pValue(draws: Self.draws, seed: 1) {
            noise.draw(from: &$0)
        }
        #expect(p > Law.falseAlarm)
    }

    @Test(arguments: [1, 5, 1 << 20])
    func `the discrete Gaussian follows its law`(sigma: Int) throws {
        let noise = try DiscreteGaussian(sigma: sigma)
        let p = Law.gaussian(Int64(sigma)).pValue(draws: Self.draws, seed: 2) {
            noise.draw(from: &$0)
        }
        #expect(p > Law.falseAlarm)
    }

    @Test func `on a wide lattice the low bits are uniform`() throws {
        let noise = try DiscreteGaussian(sigma: 1 << 20)
        var generator = Seeded(3)
        var source = ByteSource(seededBy: &generator)
        var counts = [Int](repeating: 0, count: 256)
        for _ in 0..<100_000 { counts[Int(noise.draw(from: &source) & 255)] += 1 }
        let p = ChiSquare.pValue(
            counts: counts, probabilities: [Double](repeating: 1.0 / 256, count: 256))
        #expect(p > Law.falseAlarm)
    }

    @Test func `the theory the draws are held against is itself right`() throws {
        for (law, id, t) in [
            (Law.laplace(1), "dlap_pmf_b1", 1.0), (.laplace(10), "dlap_pmf_b10", 10),
            (.gaussian(1), "dgauss_pmf_s1", 1), (.gaussian(10), "dgauss_pmf_s10", 10),
        ] {
            for x: Int64 in [0, 1, id.hasPrefix("dlap") ? 5 : 7] {
                let expected = try Vectors.entry("\(id)_x\(x)").number()
                let mass =
                    x == 0 ? 1 - 2 * law.upper(1) : law.upper(x) - law.upper(x + 1)
                #expect(abs(mass / expected - 1) < 1e-10, "\(law.name) at \(x), scale \(t)")
            }
        }
        let tail = try Vectors.entry("dlap_tail").number()
        #expect(abs(2 * Law.laplace(10).upper(20) / tail - 1) < 1e-12)
        // Values of Q(a, x) from the closed forms e^−x and erfc(√x).
        #expect(abs(ChiSquare.upperGamma(1, 30) / exp(-30) - 1) < 1e-12)
        #expect(abs(ChiSquare.upperGamma(0.5, 9) / erfc(3) - 1) < 1e-12)
        #expect(abs(ChiSquare.upperGamma(0.5, 0.2) / erfc(0.2.squareRoot()) - 1) < 1e-12)
    }
}
