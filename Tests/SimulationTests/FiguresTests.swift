// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Simulation

/// Figures with known answers.
@Suite struct FiguresTests {
    @Test(
        arguments: [
            ([], 0), ([0, 0], 0), ([7], 0), ([5, 5, 5], 0), ([1, 3], 0.25), ([3, 1], 0.25),
            ([0, 0, 0, 1], 0.75), ([1, 2, 3, 4], 0.25),
        ] as [([Int64], Double)])
    func `the Gini coefficient`(amounts: [Int64], gini: Double) {
        #expect(abs(Spread.gini(amounts) - gini) < 1e-15)
    }

    @Test func `the Gini coefficient of amounts that no double holds`() {
        let large = Int64(1) << 60
        #expect(Spread.gini([large + 1, large + 1]) == 0)
    }

    @Test func `median and mean are whole, rounded down`() {
        #expect(Spread.median([]) == 0)
        #expect(Spread.median([9]) == 9)
        #expect(Spread.median([5, 1, 2]) == 2)
        #expect(Spread.median([1, 4]) == 2)
        #expect(Spread.mean([1, 2, 2]) == 1)
    }

    @Test func `the range over seeds is Student's`() {
        // Mean 2, deviation 1, three values: 4.303 / √3.
        let estimate = Estimate([1, 2, 3])
        #expect(estimate.mean == 2)
        #expect(abs((estimate.margin ?? 0) - 2.484) < 0.001)
        #expect(Estimate([4]).margin == nil)
        #expect(Estimate([]).mean.isNaN)
    }

    @Test func `the area under the curve counts equal scores half`() {
        let perfect = ModelQuality([(-1, false), (0.5, true), (2, true)])
        #expect(perfect.area == 1)
        #expect(perfect.accuracy == 1)
        #expect(ModelQuality([(1, true), (1, false)]).area == 0.5)
        #expect(ModelQuality([(1, false), (0, true)]).area == 0)
        #expect(ModelQuality([(1, true)]).area == 0.5)
    }

    @Test func `numbers and money as people read them`() {
        #expect(Numerals.text(-0.125, digits: 2) == "-0.13")
        #expect(Numerals.text(3, digits: 0) == "3")
        #expect(Numerals.text(.nan, digits: 1) == "-")
        #expect(Numerals.money(1_234_995_000) == "1235.00")
        #expect(Numerals.money(-5_000) == "-0.01")
    }

    @Test func `draws depend on the seed alone`() {
        var (one, same, other) = (Dice(seed: 1), Dice(seed: 1), Dice(seed: 2))
        let first = (0..<5).map { _ in one.next() }
        #expect(first == (0..<5).map { _ in same.next() })
        #expect(first != (0..<5).map { _ in other.next() })
        // The first of SplitMix64 from 0, as its authors publish it.
        var zero = Dice(seed: 0)
        #expect(zero.next() == 0xe220_a839_7b1d_cdaf)
    }
}
