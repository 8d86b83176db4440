// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Privacy

/// The samplers against fixed streams, bit for bit.
@Suite struct KnownAnswerTests {
    @Test(arguments: ["1", "10", "1048576"])
    func `the discrete Laplace draws the published numbers`(scale: String) throws {
        let vector = try Vectors.entry("kat2_dlap_\(scale)")
        var source = ByteSource(knownAnswerSeed: try vector.input("seed"))
        let expected = try vector.integers()
        let noise = try DiscreteLaplace(scale: #require(Int(scale)))
        #expect(noise.draw(expected.count, from: &source) == expected)
    }

    @Test(arguments: ["1", "5", "1048576", "2147483647"])
    func `the discrete Gaussian draws the published numbers`(sigma: String) throws {
        let vector = try Vectors.entry("kat2_dgauss_\(sigma)")
        var source = ByteSource(knownAnswerSeed: try vector.input("seed"))
        let expected = try vector.integers()
        let noise = try DiscreteGaussian(sigma: #require(Int(sigma)))
        #expect(noise.draw(expected.count, from: &source) == expected)
    }

    @Test func `the moments of 50,000 draws are the published ones`() throws {
        let vector = try Vectors.entry("kat2_moments")
        let seed = try vector.input("seed")
        func moments(_ draws: [Int64]) -> (Int64, Int64) {
            draws.reduce(into: (0, 0)) { $0 = ($0.0 + $1, $0.1 + $1 * $1) }
        }
        var first = ByteSource(knownAnswerSeed: seed)
        let laplace = moments(try DiscreteLaplace(scale: 10).draw(50_000, from: &first))
        #expect(laplace == (try vector.moments("dlap10")))
        var second = ByteSource(knownAnswerSeed: seed)
        let gaussian = moments(try DiscreteGaussian(sigma: 5).draw(50_000, from: &second))
        #expect(gaussian == (try vector.moments("dgauss5")))
    }

    @Test(arguments: [1, 2, 5, 1000, 46_340, 65_536, 1 << 20, 1 << 26])
    func `a second writing of the algorithms draws the same numbers`(scale: Int) throws {
        let plain = PlantedFault(fault: .none)
        let (laplace, gaussian) = (
            try DiscreteLaplace(scale: scale), try DiscreteGaussian(sigma: scale)
        )
        var left = ByteSource(knownAnswerSeed: "pair")
        var right = ByteSource(knownAnswerSeed: "pair")
        for _ in 0..<300 {
            let pair = (laplace.draw(from: &left), plain.laplace(UInt64(scale), &right))
            #expect(pair.0 == pair.1)
            let second = (gaussian.draw(from: &left), plain.gaussian(UInt64(scale), &right))
            #expect(second.0 == second.1)
        }
    }
}
