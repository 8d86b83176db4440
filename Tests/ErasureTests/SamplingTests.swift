// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Erasure

@Suite struct SamplingTests {
    /// Counts all subsets of so many of n chunks, and those within the available ones, one by one.
    private static func count(_ draws: Int, of chunks: Int, available: Int) -> (Int, Int) {
        var (all, inside) = (0, 0)
        for subset in 0..<1 << chunks where subset.nonzeroBitCount == draws {
            all += 1
            if subset & ~available == 0 { inside += 1 }
        }
        return (all, inside)
    }

    @Test func `the bound is what counting all subsets gives, for up to 10 chunks`() throws {
        for chunks in 1...10 {
            for needed in 1...chunks {
                let sampling = try Sampling(needed: needed, of: chunks)
                for draws in 0...chunks {
                    let (all, missed) = SamplingTests.count(
                        draws, of: chunks, available: 1 << (needed - 1) - 1)
                    let bits = sampling.bits(afterDraws: draws)
                    guard missed > 0 else {
                        #expect(draws >= needed && bits == .max)
                        #expect(sampling.percent(afterDraws: draws) == "100")
                        continue
                    }
                    // missed / all is at most 2^-bits, and more than half of that.
                    #expect(missed << bits <= all && missed << (bits + 1) > all)
                    // Eight digits, cut off.
                    let digits = (all - missed) * 100_000_000 / all
                    let text = sampling.percent(afterDraws: draws, decimals: 6)
                    let shown = text.filter { $0 != "." }
                    #expect(Int(shown) == digits && text.split(separator: ".")[1].count == 6)
                }
            }
        }
    }

    @Test func `with fewer chunks available than k - 1 it is noticed more often still`() {
        for needed in 1...4 {
            for draws in 0...8 {
                let worst = SamplingTests.count(
                    draws, of: 8, available: 1 << (needed - 1) - 1
                ).1
                for available in 0..<1 << 8 where available.nonzeroBitCount < needed {
                    #expect(SamplingTests.count(draws, of: 8, available: available).1 <= worst)
                }
            }
        }
    }

    /// Computed with Python's `math.comb`: the least d with C(k - 1, d) · 2ˢ ≤ C(2 k, d).
    @Test(arguments: [
        (2, [1: 1, 10: 2, 128: 2]), (16, [1: 1, 10: 8, 20: 13, 40: 16]),
        (128, [1: 1, 10: 10, 20: 19, 40: 36, 80: 64, 128: 90]),
        (1024, [1: 1, 10: 10, 20: 20, 40: 40, 80: 78, 128: 123]),
    ])
    func `so many draws are needed for so many bits`(count: Int, table: [Int: Int]) throws {
        let sampling = Sampling(of: try ErasureCode(dataChunks: count))
        for (bits, draws) in table { #expect(sampling.draws(for: bits) == draws) }
    }

    @Test(arguments: [1, 2, 64, 1024])
    func `the draws for a bound are the fewest that reach it, and never more than k`(count: Int)
        throws
    {
        let sampling = Sampling(of: try ErasureCode(dataChunks: count))
        for bits in [1, 2, 3, 7, 30, 64, 200] {
            let draws = sampling.draws(for: bits)
            #expect(draws <= min(bits, count))
            #expect(sampling.bits(afterDraws: draws) >= bits)
            #expect(sampling.bits(afterDraws: draws - 1) < bits)
        }
        #expect(sampling.draws(for: .max) == count)
        for bits in [0, -1, .min] { #expect(sampling.draws(for: bits) == 0) }
        #expect(sampling.bits(afterDraws: count) == .max)
        #expect(sampling.bits(afterDraws: .max) == .max)
        for draws in [0, -1, .min] { #expect(sampling.bits(afterDraws: draws) == 0) }
    }

    /// 1 - C(127, d) / C(256, d) by Python's whole numbers: 0.503906250000, 0.999249985161,
    /// 0.999999639989.
    @Test func `what people read is cut off and never rounded up`() throws {
        let sampling = Sampling(of: try ErasureCode(dataChunks: 128))
        #expect(sampling.percent(afterDraws: 0) == "0.00")
        #expect(sampling.percent(afterDraws: 1, decimals: 4) == "50.3906")
        #expect(sampling.percent(afterDraws: 1, decimals: 0) == "50")
        #expect(sampling.percent(afterDraws: 10) == "99.92")
        #expect(sampling.percent(afterDraws: 20, decimals: 10) == "99.9999639989")
        #expect(sampling.percent(afterDraws: 127) == "99.99")
        #expect(sampling.percent(afterDraws: 128) == "100")
        #expect(sampling.percent(afterDraws: 1, decimals: -5) == "50")
        #expect(sampling.percent(afterDraws: 1, decimals: .max).utf8.count == 103)
    }

    @Test func `indices are different, within the code, and the same for the same seed`() throws {
        let sampling = Sampling(of: try ErasureCode(dataChunks: 64))
        for seed in 0..<100 {
            var (first, second) = (Seeded(UInt64(seed)), Seeded(UInt64(seed)))
            let indices = sampling.indices(40, using: &first)
            #expect(Set(indices).count == 40 && indices.allSatisfy((0..<128).contains))
            #expect(sampling.indices(40, using: &second) == indices)
            #expect(sampling.indices(128, using: &first).sorted() == Array(0..<128))
            #expect(sampling.indices(.max, using: &first).count == 128)
            #expect(sampling.indices(-1, using: &first).isEmpty)
        }
    }

    @Test func `every order of indices is drawn equally often`() throws {
        var random = Seeded(41)
        let sampling = try Sampling(needed: 2, of: 5)
        var times: [[Int]: Int] = [:]
        for _ in 0..<60_000 { times[sampling.indices(3, using: &random), default: 0] += 1 }
        // 60 orders, 1,000 times each on average, with a standard deviation below 32.
        #expect(times.count == 60 && times.values.allSatisfy { (850...1150).contains($0) })
    }

    @Test(arguments: [(0, 1), (2, 1), (-1, 8), (1, 0), (1, 2049), (1, .max), (.max, 2)])
    func `an impossible need is refused`(needed: Int, chunks: Int) {
        #expect(throws: ErasureError.unsuitableSampling(needed: needed, chunks: chunks)) {
            try Sampling(needed: needed, of: chunks)
        }
    }
}

@Suite struct WideNumberTests {
    @Test func `a product is shifted, compared and taken away like numbers`() {
        var random = Seeded(51)
        for _ in 0..<200 {
            let factors = (0..<6).map { _ in UInt64.random(in: 1 ... .max, using: &random) }
            var forward = WideNumber(1)
            var backward = WideNumber(1)
            for factor in factors { forward.multiply(by: factor) }
            for factor in factors.reversed() { backward.multiply(by: factor) }
            #expect(forward == backward)
            // Three times it is it and twice it.
            var triple = forward
            triple.multiply(by: 3)
            #expect(forward < triple && !(triple < forward) && forward < forward.shifted(by: 1))
            triple.subtract(forward)
            #expect(triple == forward.shifted(by: 1))
            triple.subtract(triple)
            #expect(triple.isZero && triple == WideNumber(0) && triple.bitWidth == 0)
        }
    }

    @Test func `shifts are powers of two, across words`() {
        for count in 0...200 {
            #expect(WideNumber(1).shifted(by: count).bitWidth == count + 1)
            #expect(WideNumber(0).shifted(by: count).isZero)
            var one = WideNumber(1).shifted(by: count)
            one.subtract(WideNumber(1))
            #expect(one.bitWidth == count)
        }
    }

    @Test func `carries run through all words`() {
        // (2⁶⁴ - 1)³ · (2⁶⁴ - 1) + … against 2²⁵⁶ - 1 = (2⁶⁴ - 1)(2⁶⁴ + 1)(2¹²⁸ + 1).
        var left = WideNumber(1).shifted(by: 256)
        left.subtract(WideNumber(1))
        var right = WideNumber(.max)
        for power in [64, 128] {
            // right = right · (2^power + 1)
            var sum = WideNumber(1).shifted(by: 512)
            let shifted = right.shifted(by: power)
            var rest = sum
            rest.subtract(shifted)
            rest.subtract(right)
            sum.subtract(rest)
            right = sum
        }
        #expect(left == right)
        var zero = right
        zero.multiply(by: 0)
        #expect(zero.isZero)
    }
}
