// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault
import TestSupport

@testable import Query

/// Arithmetic without branches against the machine's own, at the ends and in between.
@Suite struct WordTests {
    private static var ends: [UInt64] {
        var ends: [UInt64] = [0, 1, 2, 3, 5, 7, 10, 255, 1_000_000_007, 999_999_999_999_999_999]
        for value in ends { ends.append(0 &- value) }
        for places in 0..<64 as Range<UInt64> {
            let power: UInt64 = 1 << places
            ends += [power, power &- 1, power &+ 1]
        }
        return ends
    }

    /// Numbers of all sizes.
    private static func number(_ random: inout Seeded) -> UInt64 {
        random.next() >> (random.next() % 64)
    }

    private static func check(_ high: UInt64, _ low: UInt64, by divisor: UInt64) -> Bool {
        let (word, top) = (PlainWord(bits: divisor), PlainWord(bits: high))
        let quotient = Reciprocal(word).quotient(top, PlainWord(bits: low))
        return quotient.bits == divisor.dividingFullWidth((high, low)).quotient
    }

    @Test func `quotients are exact for the ends of 64 bits`() {
        for divisor in WordTests.ends where divisor > 0 {
            for high in [0, 1, divisor / 2, divisor &- 1] + WordTests.ends.prefix(40)
            where high < divisor {
                for low in [0, 1, divisor, divisor &- 1, .max, .max - 1, 1 << 63] {
                    #expect(WordTests.check(high, low, by: divisor), "\(high) \(low) / \(divisor)")
                }
            }
        }
    }

    @Test func `quotients are exact for numbers of all sizes`() {
        var random = Seeded(81)
        for _ in 0..<60_000 {
            let divisor = max(1, WordTests.number(&random))
            let high = WordTests.number(&random) % divisor
            let low = WordTests.number(&random)
            #expect(WordTests.check(high, low, by: divisor), "\(high) \(low) / \(divisor)")
        }
        // Where a quotient is a whole number, or nearly.
        for _ in 0..<60_000 {
            let (divisor, factor) = (max(1, WordTests.number(&random)), WordTests.number(&random))
            let product = divisor.multipliedFullWidth(by: factor)
            for step in [0, 1, UInt64.max] {
                let low = product.low &+ step
                let carried = step == 1 && low == 0
                let borrowed = step == .max && product.low == 0
                let high = product.high &+ (carried ? 1 : 0) &- (borrowed ? 1 : 0)
                guard high < divisor else { continue }
                #expect(WordTests.check(high, low, by: divisor), "\(high) \(low) / \(divisor)")
            }
        }
    }

    @Test func `sums in two words are brought to the lattice as in 128 bits`() {
        var random = Seeded(82)
        for turn in 0..<20_000 {
            let unit = 1 + Int64(WordTests.number(&random) >> 11)
            let lattice: Int64 = 1 << Int64(6 + turn % 15)
            var (sum, expected) = (WideSum<PlainWord>(), Int128(0))
            for _ in 0..<turn % 7 {
                let word =
                    turn % 3 == 0
                    ? Int64(
                        truncatingIfNeeded: WordTests.number(&random) &- WordTests.number(&random))
                    : Int64(WordTests.number(&random) % UInt64(unit)) * (turn % 2 == 0 ? 1 : -1)
                sum.add(PlainWord(word))
                expected += Int128(word)
            }
            let half = Int128(expected < 0 ? -(unit / 2) : unit / 2)
            let scaled = sum.scaled(
                by: PlainWord(lattice), over: PlainWord(unit), Reciprocal(PlainWord(unit)))
            #expect(
                scaled.opened
                    == Int64(clamping: (expected * Int128(lattice) + half) / Int128(unit)),
                "\(expected) · \(lattice) / \(unit)")
            #expect(sum.count(in: PlainWord(lattice)).opened == (expected == 0 ? 0 : lattice))
        }
    }

    @Test func `comparisons are those of 128 bits`() {
        let numbers = WordTests.ends.map { Int64(bitPattern: $0) }.filter { $0 != Schema.null }
        for (place, left) in numbers.enumerated() {
            let right = numbers[(place * 7 + 3) % numbers.count]
            for (up, otherUp) in [(0, 0), (0, 9), (9, 0), (3, 5)] {
                let a = Int128(left) * Int128(powerOfTen(up))
                let b = Int128(right) * Int128(powerOfTen(otherUp))
                for (sign, holds) in [
                    (.equal, a == b), (.unequal, a != b), (.less, a < b), (.atMost, a <= b),
                    (.greater, a > b), (.atLeast, a >= b),
                ] as [(Scalar.Comparison, Bool)] {
                    let masks = ComparisonMasks<PlainWord>(sign)
                    let truth = masks.truth(
                        PlainWord(left), times: PlainWord(powerOfTen(up)), PlainWord(right),
                        times: PlainWord(powerOfTen(otherUp)))
                    #expect(truth.opened == (holds ? 1 : 0), "\(a) \(sign) \(b)")
                    if up == otherUp {
                        let plain = masks.truth(PlainWord(left), PlainWord(right))
                        #expect(plain.opened == truth.opened)
                    }
                }
            }
        }
    }
}

extension PlainWord {
    fileprivate init(bits: UInt64) { self.init(Int64(bitPattern: bits)) }
    fileprivate var bits: UInt64 { UInt64(bitPattern: opened) }
}
