// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Privacy

/// The curves of mechanisms against each other and against plain sums; the values themselves are in
/// VectorTests.
@Suite struct CurveTests {
    private static let widths = [0.3, 0.5, 1, 2.25, 5, 36, 1000]

    @Test(arguments: widths)
    func `delta falls with epsilon and with the width`(sigma: Double) {
        var last = 1.0
        for epsilon in stride(from: 0.0, through: 12, by: 0.25) {
            let delta = GaussianCurve(sigma: sigma).delta(at: epsilon).value
            #expect(delta <= last && delta >= 0)
            #expect(GaussianCurve(sigma: sigma * 1.01).delta(at: epsilon).value <= delta)
            last = delta
        }
    }

    @Test(arguments: [1e-3, 1e-7, 1e-12, 1e-30])
    func `the least sigma keeps its promise and none smaller by a millionth does`(delta: Double) {
        for epsilon in [0.01, 0.1, 1, 5, 20] {
            let sigma = GaussianCurve.sigma(epsilon: epsilon, delta: delta).value
            #expect(GaussianCurve(sigma: sigma).delta(at: epsilon).value <= delta)
            #expect(GaussianCurve(sigma: sigma * (1 - 1e-6)).delta(at: epsilon).value > delta)
            let back = GaussianCurve(sigma: sigma).epsilon(at: delta).value
            #expect(back <= epsilon * (1 + 1e-9) && back >= epsilon * (1 - 1e-6))
            let mu = GaussianCurve.mu(epsilon: epsilon, delta: delta)
            #expect(mu.rounding == .down && mu.value * sigma <= 1)
        }
    }

    @Test func `what promises nothing says so`() {
        #expect(GaussianCurve(sigma: 0).delta(at: 1).value == 1)
        #expect(GaussianCurve(sigma: -1).epsilon(at: 1e-6).value == .infinity)
        #expect(GaussianCurve.sigma(epsilon: 1, delta: 0).value == .infinity)
        #expect(GaussianCurve(sigma: 100).epsilon(at: 0.1).value == 0)
    }

    @Test func `the logarithm of the tail is smooth where its forms meet`() {
        for z in [-5.0, 30.0] {
            let (below, above) = (Normal.logUpper(z.nextDown), Normal.logUpper(z))
            #expect(abs(below - above) <= 1e-12 * abs(above) + 0x1p-52)
        }
        // ln Q(100) by its asymptotic series.
        let series = -5000 - log(100 * (2 * Double.pi).squareRoot()) + log(1 - 1e-4 + 3e-8 - 15e-12)
        #expect(abs(Normal.logUpper(100) - series) < 1e-9)
    }

    @Test func `a rho reports more than the exact curve, both at least what a loss law finds`()
        throws
    {
        // Sixteen Gaussians of width 5: ρ = 16/50.
        let rho = try Rho.ofGaussian(sensitivitySquared: 16, sigmaSquared: 25)
        let delta = try #require(ExactDecimal("1e-6"))
        let exact = GaussianCurve(sigma: 5, times: 16).epsilon(at: 1e-6).value
        #expect(rho.epsilon(at: delta).value > exact)
        #expect(RenyiCurve.gaussian(multiplier: 5).times(16).epsilon(at: 1e-6).value > exact)
        let law = PrivacyLoss.subsampledGaussian(rate: 1, multiplier: 5, removing: true)
        let found = law.times(16).epsilon(at: 1e-6).value
        #expect(found >= exact && found <= exact * 1.001)
    }

    @Test func `one step on the grid lies above the curve it was made from`() {
        let law = PrivacyLoss.subsampledGaussian(rate: 1, multiplier: 1, removing: false)
        for epsilon in stride(from: 0.0005, through: 6, by: 0.37) {
            let (grid, exact) = (
                law.delta(at: epsilon).value, GaussianCurve(sigma: 1).delta(at: epsilon).value
            )
            #expect(grid >= exact * (1 - 1e-9) && grid <= exact * 1.01)
        }
    }

    @Test(arguments: [0.001, 0.02, 0.3, 1])
    func `whole and broken orders are one increasing curve, rising with the rate`(rate: Double) {
        let curve = RenyiCurve.subsampledGaussian(rate: rate, multiplier: 1.3)
        let more = RenyiCurve.subsampledGaussian(rate: min(1, rate * 1.1), multiplier: 1.3)
        for (place, pair) in zip(curve.divergences, curve.divergences.dropFirst()).enumerated() {
            #expect(pair.0 < pair.1 * (1 + 1e-9), "order \(RenyiCurve.orders[place])")
        }
        for (less, more) in zip(curve.divergences, more.divergences) { #expect(less <= more) }
        #expect(RenyiCurve.subsampledGaussian(rate: 0, multiplier: 1) == .zero)
        #expect(curve.adding(curve).divergences == curve.times(2).divergences)
    }

    @Test func `laws sum to one`() {
        for sigma in [0.5, 2, 30] {
            let law = DiscreteGaussianLaw(sigma: sigma)
            let sum = (-2000...2000).reduce(0.0) { $0 + law.probability(Int64($1)) }
            #expect(abs(sum - 1) < 1e-12)
        }
        let law = DiscreteLaplaceLaw(scale: 3)
        let outer = (7...2000).reduce(0.0) { $0 + 2 * law.probability(Int64($1)) }
        #expect(abs(outer - law.twoSidedTail(7)) < 1e-13)
        #expect(
            law.delta(at: 0.1).value
                >= PureComposition(epsilon: 1.0 / 3, times: 1).delta(at: 0.1).value)
    }

    @Test func `composition is never below one step nor above the sum`() {
        for times in [1, 2, 7, 100] {
            let steps = PureComposition(epsilon: 0.2, times: times)
            let epsilon = steps.epsilon(at: 1e-6).value
            #expect(epsilon >= 0.2 && epsilon <= 0.2 * Double(times) * (1 + 1e-15))
            #expect(steps.delta(at: epsilon).value <= 1e-6)
        }
    }

    @Test func `a transform and back is the same, times the length`() {
        var (real, imaginary) = (
            (0..<64).map { sin(Double($0 * $0)) }, [Double](repeating: 0, count: 64)
        )
        let original = real
        Fourier.transform(&real, &imaginary)
        imaginary = imaginary.map { -$0 }
        Fourier.transform(&real, &imaginary)
        for (a, b) in zip(real, original) { #expect(abs(a / 64 - b) < 1e-13) }
    }
}
