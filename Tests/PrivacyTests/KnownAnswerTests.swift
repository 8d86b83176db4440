// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Privacy

/// The samplers against a second writing, bit for bit; the published streams are in VectorTests.
@Suite struct KnownAnswerTests {
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
