// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TestSupport

@testable import Privacy

@Suite struct RandomizedResponseTests {
    private static func counts(
        _ response: RandomizedResponse, truth: Int, draws: Int, seed: UInt64
    ) -> [Int] {
        var generator = Seeded(seed)
        var source = ByteSource(seededBy: &generator)
        var counts = [Int](repeating: 0, count: response.options)
        for _ in 0..<draws { counts[response.answer(truth, from: &source)] += 1 }
        return counts
    }

    @Test(arguments: ["0.1", "1.0", "2.5", "4"])
    func `answers follow the law, whichever option is true`(epsilon: String) throws {
        let response = try RandomizedResponse(
            options: 4, epsilon: try #require(ExactDecimal(epsilon)))
        let odds = exp(try #require(Double(epsilon)))
        for truth in 0..<4 {
            let counts = Self.counts(response, truth: truth, draws: 250_000, seed: UInt64(truth))
            let probabilities = (0..<4).map { ($0 == truth ? odds : 1) / (odds + 3) }
            let p = ChiSquare.pValue(counts: counts, probabilities: probabilities)
            #expect(p > Law.falseAlarm)
        }
    }

    @Test func `the test of the law finds a wrong epsilon`() throws {
        let response = try RandomizedResponse(options: 4, epsilon: #require(ExactDecimal("1.03")))
        let counts = Self.counts(response, truth: 2, draws: 250_000, seed: 9)
        let odds = exp(1.0)
        let p = ChiSquare.pValue(
            counts: counts, probabilities: (0..<4).map { ($0 == 2 ? odds : 1) / (odds + 3) })
        #expect(p < Law.falseAlarm)
    }

    @Test(arguments: [
        ("1", UInt64(1) << 39), ("2.0", 1 << 41), ("0.5", 1 << 37), ("16", 1 << 47),
        // 0.01 · 2^39 = 5497558138.88 and 10^-12 · 2^39 = 0.55, rounded up.
        ("0.1", 5_497_558_139), ("0.000001", 1),
    ])
    func `the charge is half of epsilon squared, rounded up`(epsilon: String, units: UInt64) throws
    {
        let response = try RandomizedResponse(
            options: 4, epsilon: try #require(ExactDecimal(epsilon)))
        #expect(response.charge.units == units)
    }

    @Test func `what is out of bounds is refused in words`() throws {
        for options in [-1, 0, 1, 65_537] {
            #expect(throws: RandomizedResponseError.options(options)) {
                try RandomizedResponse(options: options, epsilon: #require(ExactDecimal("1")))
            }
        }
        for text in ["16.1", "1e9", "0.0000001", "1.0000001"] {
            let epsilon = try #require(ExactDecimal(text))
            let error = #expect(throws: RandomizedResponseError.self) {
                try RandomizedResponse(options: 4, epsilon: epsilon)
            }
            #expect(error?.description.contains("at most 16") == true)
        }
    }

    @Test func `a truth out of bounds is taken as the nearest option`() throws {
        let response = try RandomizedResponse(options: 3, epsilon: #require(ExactDecimal("16")))
        #expect(Self.counts(response, truth: -5, draws: 50, seed: 1)[0] == 50)
        #expect(Self.counts(response, truth: 99, draws: 50, seed: 1)[2] == 50)
    }
}
