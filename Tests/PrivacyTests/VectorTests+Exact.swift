// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Privacy

/// The vectors that are whole numbers, or follow from whole numbers.
extension VectorTests {
    static func choice(_ v: Vectors.Entry) throws {
        let data = try v.list("data")
        let alpha = try v.input("alpha").split(separator: "/").compactMap { UInt32($0) }
        let level = try #require(QuantileLevel(alpha[0], over: alpha[1]))
        let loss = QuantileLoss(level)
        let losses = try v.list("candidates").map { candidate in
            loss.loss(
                below: UInt64(data.count { $0 < candidate }),
                equal: UInt64(data.count { $0 == candidate }), count: UInt64(data.count))
        }
        let expected = try #require(v.part("scores") as? [Int])
        #expect(losses.map(Int.init) == expected)
        let probabilities = try #require(v.part("probs") as? [String]).map { Double($0) ?? .nan }
        let law = ChoiceLaw(
            losses: losses, sensitivity: loss.sensitivity(rows: 1), epsilon: try v.double("eps"))
        for (shown, value) in zip(law.exponential, probabilities) {
            near(shown, value, within: 1e-12)
        }
    }

    static func bounds(_ v: Vectors.Entry) throws {
        if v.id.hasPrefix("sens_") {
            let clip = L0LinfClip(
                mostGroups: UInt32(try v.integer("l0")),
                bounds: 0...Int64(try v.integer("linf")))
            #expect(clip.l1 == UInt128(try v.number("l1")))
            let squared = try #require(clip.l2Squared)
            near(Double(squared).squareRoot(), try v.number("l2"), within: 1e-15)
            #expect(clip.l2 == UInt64(try v.number("l2").rounded(.up)))
        } else if v.id == "sql_mu_total" {
            below(
                GaussianCurve.mu(epsilon: try v.double("eps"), delta: try v.double("delta")),
                try v.number())
        } else if v.id == "sql_count_avg_sigmas" {
            try sharedSigmas(v)
        } else if v.id == "l2clip_example" {
            let unit: Int64 = 1 << 20
            let radius = UInt64(try v.integer("R")) << 20
            var vector = try v.inputs("v").map { try #require(Int64($0)) * unit }
            L2Clip(radius: radius).clip(&vector)
            #expect(vector == (try v.integers()))
            let norm = try #require(IndividualFilter.squaredNorm(of: vector))
            #expect(norm <= UInt128(radius) * UInt128(radius))
        } else {
            let shown = try averageShown(v)
            near(shown, try v.number(), within: v.id == "avg_centred" ? 1e-12 : 0)
        }
    }

    /// Two Gaussians of one release, each half of μ².
    private static func sharedSigmas(_ v: Vectors.Entry) throws {
        let (epsilon, delta) = (try v.double("eps"), try v.double("delta"))
        let one = GaussianCurve.sigma(epsilon: epsilon, delta: delta)
        let counted = 1000.0.squareRoot()  // √2 · √5 · 10
        let up = 1 + 0x1p-50
        func shown(_ value: Double) -> DisplayNumber { DisplayNumber(value * up, rounding: .up) }
        above(shown(one.value * counted), try v.number("sigma_count"))
        above(shown(one.value * counted * 50), try v.number("sigma_centred_sum"))
        let together = GaussianCurve(
            sigma: one.value * counted, sensitivity: 500.0.squareRoot(), times: 2)
        near(together.delta(at: epsilon).value, try v.number("delta_check"), within: 1e-9)
    }

    /// The mean by a centred sum, as post-processing (Li, Lyu, Su, Yang 2016, Algorithm 2.4).
    private static func averageShown(_ v: Vectors.Entry) throws -> Double {
        let (lower, upper) = (try v.double("lower"), try v.double("upper"))
        let middle = (lower + upper) / 2
        let mean = try middle + v.double("noisy_centred_sum") / max(1, v.double("noisy_count"))
        return min(max(mean, lower), upper)
    }

    static func knownAnswers(_ v: Vectors.Entry) throws {
        let seed = try v.input("seed")
        if v.id.hasSuffix("moments") { return try moments(v, seed: seed) }
        let expected = try v.integers()
        var source = ByteSource(knownAnswerSeed: seed)
        var drawn: [Int64] = []
        let textbook = TextbookSampler()
        for _ in expected {
            if v.id.hasPrefix("kat2_dlap") {
                drawn.append(try DiscreteLaplace(scale: v.integer("t")).draw(from: &source))
            } else if v.id.hasPrefix("kat2_dgauss") {
                drawn.append(try DiscreteGaussian(sigma: v.integer("sigma")).draw(from: &source))
            } else if v.id.hasPrefix("kat_dlap") {
                drawn.append(
                    textbook.laplace(
                        UInt128(try v.integer("t")), over: UInt128(try v.integer("s")), &source))
            } else {
                let parts = try v.input("sigma2").split(separator: "/").compactMap { UInt128($0) }
                drawn.append(textbook.gaussian((parts[0], parts.count > 1 ? parts[1] : 1), &source))
            }
        }
        #expect(drawn == expected)
    }

    private static func moments(_ v: Vectors.Entry, seed: String) throws {
        func sums(_ count: Int, _ draw: (inout ByteSource) -> Int64) -> (Int64, Int64) {
            var source = ByteSource(knownAnswerSeed: seed)
            return (0..<count).reduce(into: (0, 0)) { sums, _ in
                let x = draw(&source)
                sums = (sums.0 + x, sums.1 + x * x)
            }
        }
        if v.id == "kat_moments" {
            let textbook = TextbookSampler()
            let count = try v.integer("n")
            #expect(sums(count) { textbook.laplace(10, over: 1, &$0) } == (try v.moments("dlap10")))
            #expect(sums(count) { textbook.gaussian((25, 1), &$0) } == (try v.moments("dgauss25")))
        } else {
            let (laplace, gaussian) = (
                try DiscreteLaplace(scale: 10), try DiscreteGaussian(sigma: 5)
            )
            #expect(sums(50_000) { laplace.draw(from: &$0) } == (try v.moments("dlap10")))
            #expect(sums(50_000) { gaussian.draw(from: &$0) } == (try v.moments("dgauss5")))
        }
    }
}
