// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Privacy

@Suite struct ByteSourceTests {
    private struct Zeros: RandomNumberGenerator {
        mutating func next() -> UInt64 { 0 }
    }

    @Test func `the stream is ChaCha20, its first 32 bytes kept back as the next key`() {
        var zeros = Zeros()
        var source = ByteSource(seededBy: &zeros)
        // RFC 8439, appendix A.1, test vector 2: key and nonce zero, block 1; from byte 32 on.
        let expected: [UInt64] = [
            0x29b7_2176_9ce6_4e43, 0xd571_33b0_74d8_39d5, 0x31ed_1f28_510a_fb45,
            0xace1_0a1f_4b79_4d6f,
        ]
        let drawn = expected.map { _ in source.take(8) }
        #expect(drawn == expected)
    }

    @Test func `one seed gives one stream across refills, another gives another`() {
        func stream(_ seed: UInt64) -> [UInt64] {
            var generator = Seeded(seed)
            var source = ByteSource(seededBy: &generator)
            return (0..<2000).map { _ in source.take(8) }
        }
        #expect(stream(1) == stream(1))
        #expect(Set(stream(1)).isDisjoint(with: stream(2)))
        #expect(Set(stream(1)).count == 2000, "a refill must not repeat the block before it")
    }

    @Test func `the operating system seeds every source differently`() {
        var first = ByteSource()
        var second = ByteSource()
        let (left, right) = (first.take(8), second.take(8))
        #expect(left != right)
    }

    @Test func `bytes come in order however many are taken at a time`() {
        var byOne = ByteSource(knownAnswerSeed: "order")
        var mixed = ByteSource(knownAnswerSeed: "order")
        var sizes = Seeded(5)
        for _ in 0..<20_000 {
            let count = Int(sizes.next() % 8) + 1
            let expected = (0..<count).reduce(UInt64(0)) { value, _ in value << 8 | byOne.take(1) }
            let taken = mixed.take(count)
            #expect(taken == expected)
        }
    }

    @Test func `below follows its byte-level definition up to 128 bits`() {
        var bytes = ByteSource(knownAnswerSeed: "below")
        var source = ByteSource(knownAnswerSeed: "below")
        var sizes = Seeded(6)
        for _ in 0..<5000 {
            let bits = UInt128(sizes.next() % 128)
            let random = (UInt128(sizes.next()) << 64 | UInt128(sizes.next())) >> bits
            let power = UInt128(1) << (127 - bits)
            for n in [random, power, power &+ 1, power &- 1] {
                let drawn = source.below(wide: n)
                let expected = Self.below(n, &bytes)
                #expect(drawn == expected)
            }
        }
    }

    @Test func `both forms of below draw the same number`() {
        var narrow = ByteSource(knownAnswerSeed: "forms")
        var wide = ByteSource(knownAnswerSeed: "forms")
        var sizes = Seeded(7)
        for _ in 0..<5000 {
            let n = sizes.anySize()
            let pair = (narrow.below(n), wide.below(wide: UInt128(n)))
            #expect(UInt128(pair.0) == pair.1)
        }
    }

    @Test func `below one and below zero read nothing`() {
        var source = ByteSource(knownAnswerSeed: "none")
        var untouched = ByteSource(knownAnswerSeed: "none")
        let zeros = [source.below(0), source.below(1), UInt64(source.below(wide: 0))]
        #expect(zeros == [0, 0, 0])
        let next = (source.take(8), untouched.take(8))
        #expect(next.0 == next.1)
    }

    /// The definition of the known-answer vectors, byte by byte.
    private static func below(_ n: UInt128, _ bytes: inout ByteSource) -> UInt128 {
        guard n > 1 else { return 0 }
        var bits = 0
        while bits < 128, (n - 1) >> UInt128(bits) > 0 { bits += 1 }
        while true {
            var value: UInt128 = 0
            for _ in 0..<(bits + 7) / 8 { value = value << 8 | UInt128(bytes.take(1)) }
            if bits < 128 { value &= (1 << UInt128(bits)) - 1 }
            if value < n { return value }
        }
    }
}
