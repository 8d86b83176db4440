// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Privacy

/// Check 3 of the reference: every published vector, within its tolerance and on its side: an ε, δ, σ or threshold never below
/// the value, a ρ or μ never above it.
@Suite struct VectorTests {
    /// Which check takes the ids with this beginning. The first that fits is taken.
    static let checks: [(prefix: String, check: @Sendable (Vectors.Entry) throws -> Void)] = [
        ("gauss_sigma_", VectorTests.gaussianSigma), ("gauss_delta_", VectorTests.gaussianDelta),
        ("zcdp_eps_", VectorTests.zcdp), ("zcdp_rho_", VectorTests.zcdp),
        ("zcdp_delta_", VectorTests.zcdp), ("zcdp_pure", VectorTests.conversions),
        ("zcdp_bounded_range", VectorTests.conversions), ("zcdp_gauss", VectorTests.conversions),
        ("rdp_gauss_", VectorTests.renyi), ("dpsgd_rdp_", VectorTests.renyi),
        ("pld_", VectorTests.loss), ("dpsgd_pld_", VectorTests.loss),
        ("dlaplace_comp_delta_", VectorTests.discreteLaplace),
        ("dlap_threshold", VectorTests.thresholds), ("dlap_", VectorTests.discreteLaplace),
        ("dgauss_", VectorTests.discreteGaussian), ("dgap_", VectorTests.discreteGaussian),
        ("tgeom_", VectorTests.truncatedGeometric), ("laplace_threshold", VectorTests.thresholds),
        ("gauss_threshold", VectorTests.thresholds), ("wgauss_threshold", VectorTests.thresholds),
        ("em_", VectorTests.choice), ("sens_", VectorTests.bounds),
        ("kov_", VectorTests.conversions), ("group_privacy", VectorTests.conversions),
        ("subsample_pure", VectorTests.conversions), ("kat_", VectorTests.knownAnswers),
        ("kat2_", VectorTests.knownAnswers), ("sql_", VectorTests.bounds),
        ("avg_centred", VectorTests.bounds), ("l2clip_", VectorTests.bounds),
    ]

    @Test(arguments: Vectors.all)
    func `a published vector is met to its digits, on its side`(vector: Vectors.Entry) throws {
        let check = try #require(
            VectorTests.checks.first { vector.id.hasPrefix($0.prefix) }, "no check takes it")
        try check.check(vector)
    }

    @Test func `no vector is left out, and no check is idle`() {
        #expect(Vectors.all.count == 163)
        #expect(Set(Vectors.all.map(\.id)).count == 163)
        let taken = Vectors.all.map { vector in
            VectorTests.checks.first { vector.id.hasPrefix($0.prefix) }?.prefix
        }
        #expect(!taken.contains(nil))
        #expect(Set(taken.compactMap { $0 }) == Set(VectorTests.checks.map(\.prefix)))
    }

    /// At least the value, and above it by no more than the relative tolerance.
    static func above(_ shown: DisplayNumber, _ value: Double, within tolerance: Double = 1e-9) {
        #expect(shown.rounding == .up)
        #expect(shown.value >= value)
        #expect(shown.value <= value * (1 + tolerance))
    }

    static func below(_ shown: DisplayNumber, _ value: Double, within tolerance: Double = 1e-9) {
        #expect(shown.rounding == .down)
        #expect(shown.value <= value)
        #expect(shown.value >= value * (1 - tolerance))
    }

    static func near(_ shown: Double, _ value: Double, within tolerance: Double) {
        #expect(abs(shown - value) <= abs(value) * tolerance)
    }

    static func gaussianSigma(_ v: Vectors.Entry) throws {
        let l2: Double
        if v.id == "gauss_sigma_count_5x10" {
            let clip = L0LinfClip(mostGroups: 5, bounds: 0...10)
            #expect(clip.l2Squared == 500)
            l2 = 500.0.squareRoot()
        } else {
            l2 = try v.double("l2")
        }
        let (epsilon, delta) = (try v.double("eps"), try v.double("delta"))
        above(
            GaussianCurve.sigma(epsilon: epsilon, delta: delta, sensitivity: l2), try v.number())
    }

    static func gaussianDelta(_ v: Vectors.Entry) throws {
        above(
            GaussianCurve(sigma: try v.double("sigma")).delta(at: try v.double("eps")),
            try v.number())
    }

    static func decimal(_ text: String) throws -> ExactDecimal {
        try #require(ExactDecimal(text))
    }

    static func zcdp(_ v: Vectors.Entry) throws {
        func rho() throws -> Rho {
            Rho(units: UInt64((try v.double("rho") * 0x1p40).rounded(.up)))
        }
        if v.id.hasPrefix("zcdp_eps") {
            above(try rho().epsilon(at: decimal(v.input("delta"))), try v.number())
        } else if v.id.hasPrefix("zcdp_delta") {
            above(try rho().delta(at: decimal(v.input("eps"))), try v.number())
        } else {
            let rho = try PrivacyTarget(epsilon: v.input("eps"), delta: v.input("delta")).rho
            // To the unit of the ledger, rounded down.
            #expect(rho.units == UInt64(try v.number() * 0x1p40))
        }
    }

    static func conversions(_ v: Vectors.Entry) throws {
        switch v.id {
        case "zcdp_pure":
            let rho = try #require(Rho.ofPure(epsilon: decimal(v.input("eps"))))
            #expect(rho.units == UInt64((try v.number() * 0x1p40).rounded(.up)))
        case "zcdp_bounded_range":
            let rho = try #require(Rho.ofBoundedRange(epsilon: decimal(v.input("eps"))))
            #expect(rho.units == UInt64((try v.number() * 0x1p40).rounded(.up)))
        case "zcdp_gauss":
            // D² = 500 in whole numbers.
            let rho = try Rho.ofGaussian(sensitivitySquared: 500, sigmaSquared: 10_000)
            #expect(rho.units == UInt64((try v.number() * 0x1p40).rounded(.up)))
        case "kov_100":
            let steps = PureComposition(epsilon: try v.double("eps"), times: try v.integer("k"))
            above(steps.epsilon(at: try v.double("delta")), try v.number())
        case "group_privacy":
            let group = PureComposition.group(
                of: try v.integer("k"), epsilon: try v.double("eps"), delta: try v.double("delta"))
            above(group.epsilon, try v.number("eps"), within: 1e-12)
            above(group.delta, try v.number("delta"), within: 1e-12)
        default:
            above(
                PureComposition.subsampled(
                    epsilon: try v.double("eps"), rate: try v.double("q")),
                try v.number(), within: 1e-12)
        }
    }

    static func renyi(_ v: Vectors.Entry) throws {
        let (sigma, delta) = (try v.double("sigma"), try v.double("delta"))
        if v.id.hasPrefix("rdp_gauss") {
            let curve = RenyiCurve.gaussian(multiplier: sigma).times(try v.integer("k"))
            return above(curve.epsilon(at: delta), try v.number())
        }
        let curve = RenyiCurve.subsampledGaussian(rate: try v.double("q"), multiplier: sigma)
            .times(try v.integer("steps"))
        // The reference is itself a rounded number: equal from either side.
        near(curve.epsilon(at: delta).value, try v.number(), within: 1e-6)
    }

    static func loss(_ v: Vectors.Entry) throws {
        let delta = try v.double("delta")
        if v.id.hasPrefix("pld_laplace") {
            let k = try v.integer("k")
            let law = PrivacyLoss.laplace(scale: try v.double("b"), step: k > 100 ? 5e-4 : 1e-3)
            let epsilon = law.times(k).epsilon(at: delta).value
            let expected = try v.number()
            #expect(epsilon >= expected && epsilon <= expected + 2e-3)
            return
        }
        let sigma = try v.double("sigma")
        if v.id.hasPrefix("pld_gauss") {
            let k = try v.integer("k")
            return above(GaussianCurve(sigma: sigma, times: k).epsilon(at: delta), try v.number())
        }
        let steps = try v.integer("steps")
        let epsilon = [true, false].map { removing in
            PrivacyLoss.subsampledGaussian(
                rate: (try? v.double("q")) ?? 0, multiplier: sigma, removing: removing,
                step: steps > 2000 ? 2.5e-4 : 5e-4
            ).times(steps).epsilon(at: delta).value
        }.max()
        above(DisplayNumber(try #require(epsilon), rounding: .up), try v.number(), within: 2e-3)
    }

    static func discreteLaplace(_ v: Vectors.Entry) throws {
        if v.id.hasPrefix("dlaplace_comp") {
            let law = PureComposition(epsilon: try v.double("a"), times: try v.integer("k"))
            return above(law.delta(at: try v.double("eps")), try v.number())
        }
        let law = DiscreteLaplaceLaw(scale: try v.double("b"))
        let shown: Double
        switch v.id {
        case "dlap_var": shown = law.variance
        case "dlap_tail": shown = law.twoSidedTail(Int64(try v.integer("t")))
        default: shown = law.probability(Int64(try v.integer("x")))
        }
        near(shown, try v.number(), within: 1e-12)
    }

    static func discreteGaussian(_ v: Vectors.Entry) throws {
        let sigma = try v.double("sigma")
        let law = DiscreteGaussianLaw(sigma: sigma)
        if v.id.hasPrefix("dgauss_pmf") {
            return near(
                law.probability(Int64(try v.integer("x"))), try v.number(), within: 1e-12)
        }
        if v.id.hasPrefix("dgauss_var") {
            return near(law.variance, try v.number(), within: 1e-12)
        }
        let (epsilon, change) = (try v.double("eps"), try v.integer("sensitivity"))
        let shown = law.delta(at: epsilon, sensitivity: Int64(change))
        if v.id.hasPrefix("dgauss_delta") { return above(shown, try v.number()) }
        if v.id == "dgap_analytic_sigma" {
            return near(shown.value, try v.number(), within: 1e-8)
        }
        // Twelve digits are given: either side.
        near(shown.value, try v.number("discrete_delta"), within: 1e-9)
        let continuous = GaussianCurve(sigma: sigma, sensitivity: Double(change))
        near(continuous.delta(at: epsilon).value, try v.number("continuous_delta"), within: 1e-9)
    }

    static func truncatedGeometric(_ v: Vectors.Entry) throws {
        let plan = try TruncatedGeometricSelection(
            epsilon: decimal(v.input("eps")), delta: decimal(v.input("delta")),
            mostGroups: v.integer("l0"))
        if v.id.hasPrefix("tgeom_points") {
            #expect(plan.evens == (try v.whole("n_half")))
            #expect(plan.certain == (try v.whole("n_one")))
            return
        }
        below(plan.keepProbability(contributors: try v.integer("n")), try v.number())
    }

    static func thresholds(_ v: Vectors.Entry) throws {
        let (epsilon, delta) = (try v.double("eps"), try v.double("delta"))
        let groups = try v.integer("l0")
        if v.id.hasPrefix("dlap") {
            let plan = try LaplaceSelection(
                epsilon: decimal(v.input("eps")), delta: decimal(v.input("delta")),
                mostGroups: groups)
            #expect(plan.threshold == Int64(try v.whole("T")))
            return above(plan.aloneProbability, try v.number("prob_single"))
        }
        if v.id.hasPrefix("laplace") {
            let shown = SelectionThreshold.laplace(
                epsilon: epsilon, delta: delta, mostGroups: groups)
            return above(shown, try v.number(), within: 1e-12)
        }
        let isWeighted = v.id.hasPrefix("wgauss")
        let sigma = GaussianCurve.sigma(
            epsilon: epsilon, delta: delta / 2,
            sensitivity: isWeighted ? 1 : Double(groups).squareRoot())
        above(sigma, try v.number("sigma"))
        let threshold =
            isWeighted
            ? SelectionThreshold.weightedGaussian(
                sigma: sigma.value, delta: delta / 2, mostGroups: groups)
            : SelectionThreshold.gaussian(
                sigma: sigma.value, delta: delta / 2, mostGroups: groups)
        above(threshold, try v.number("threshold"))
    }
}
