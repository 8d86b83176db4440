// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TestSupport

@testable import Privacy

@Suite struct BernoulliExpTests {
    @Test(arguments: [
        (0, 1), (1, 1), (1, 3), (7, 2), (3, 1_000_003), (UInt128(1) << 99, UInt128(1) << 100),
        (UInt128(5) << 90, UInt128(1) << 91),
    ])
    func `the coin comes up with its probability`(numerator: UInt128, denominator: UInt128) {
        var generator = Seeded(8)
        var source = ByteSource(seededBy: &generator)
        let tosses = 50_000
        var heads = 0
        for _ in 0..<tosses where source.bernoulliExp(minus: numerator, over: denominator) {
            heads += 1
        }
        let expected = exp(-Double(numerator) / Double(denominator))
        let deviation = (expected * (1 - expected) / Double(tosses)).squareRoot()
        // Five deviations: one false alarm in 1.7 million.
        #expect(abs(Double(heads) / Double(tosses) - expected) <= 5 * deviation)
    }

    @Test func `extreme exponents end and are almost never true`() {
        var source = ByteSource(knownAnswerSeed: "extreme")
        for _ in 0..<1000 {
            let largest = source.bernoulliExp(minus: .max, over: 1)
            let none = source.bernoulliExp(minus: .max, over: 0)
            let wide = source.bernoulliExp(minus: (high: .max, low: .max), over: 1)
            #expect(!largest && !none && !wide)
        }
    }
}
