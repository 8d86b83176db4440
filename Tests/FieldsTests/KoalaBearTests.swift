// SPDX-License-Identifier: Apache-2.0
internal import Testing

@testable import Fields

@Suite struct KoalaBearTests {
    private let p = UInt64(KoalaBear.prime)

    @Test func `check 2: a million sums, differences and products equal integer arithmetic`() {
        var draws = Draws(seed: 1)
        var wrong = 0
        for _ in 0..<1_000_000 {
            let (a, b) = (draws.edgy(), draws.edgy())
            let (x, y) = (UInt64(a.value), UInt64(b.value))
            if UInt64((a + b).value) != (x + y) % p { wrong += 1 }
            if UInt64((a - b).value) != (x + p - y) % p { wrong += 1 }
            if UInt64((a * b).value) != x * y % p { wrong += 1 }
            if UInt64((-a).value) != (p - x) % p { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    @Test func `check 2: every pair of edges is right`() {
        let edges: [UInt64] = [0, 1, 2, 3, p - 1, p - 2, p - 3, p / 2, p / 2 + 1, 1 << 24, 1 << 30]
        for x in edges {
            for y in edges {
                let (a, b) = (KoalaBear(reducing: x), KoalaBear(reducing: y))
                #expect(UInt64((a + b).value) == (x + y) % p)
                #expect(UInt64((a - b).value) == (x + p - y) % p)
                #expect(UInt64((a * b).value) == x * y % p)
            }
        }
    }

    @Test func `check 2: a number that is not below p is refused`() {
        #expect(KoalaBear(canonical: KoalaBear.prime - 1)?.value == KoalaBear.prime - 1)
        for value in [KoalaBear.prime, KoalaBear.prime + 1, .max] {
            #expect(KoalaBear(canonical: value) == nil)
            #expect(KoalaBear(bytes: withUnsafeBytes(of: value.littleEndian) { Array($0) }) == nil)
        }
        #expect(KoalaBear(bytes: [1, 0, 0]) == nil)
        #expect(KoalaBear(bytes: [1, 0, 0, 0, 0]) == nil)
        #expect(KoalaBear(reducing: .max).value == UInt32(UInt64.max % p))
    }

    @Test func `an element survives its bytes`() {
        var draws = Draws(seed: 2)
        for _ in 0..<1000 {
            let a = draws.edgy()
            #expect(KoalaBear(bytes: a.bytes) == a)
            #expect(KoalaBear(canonical: a.value) == a)
        }
        #expect(KoalaBear(reducing: 0x0102_0304).bytes == [4, 3, 2, 1])
    }

    @Test func `an inverse gives one, and zero has none`() {
        var draws = Draws(seed: 3)
        for _ in 0..<1000 {
            let a = draws.edgy()
            if a == .zero {
                #expect(a.inverse == nil && a.inverseOrZero == .zero)
            } else {
                #expect(a.inverse.map { $0 * a } == .one)
            }
        }
    }

    @Test func `inverting many is inverting each`() {
        var draws = Draws(seed: 4)
        for count in [0, 1, 2, 17, 500] {
            let values = (0..<count).map { _ in draws.edgy() }
            var inverted = values
            KoalaBear.invert(&inverted)
            #expect(inverted == values.map(\.inverseOrZero))
        }
    }

    @Test func `the constants are what they say`() {
        #expect(KoalaBear.zero.value == 0 && KoalaBear.one.value == 1)
        #expect(KoalaBear.two.value == 2 && KoalaBear.generator.value == 3)
        #expect(p == (1 << 31) - (1 << 24) + 1)
        #expect(KoalaBear(reducing: 5).power(0) == .one && KoalaBear.zero.power(0) == .one)
        #expect(KoalaBear(reducing: 5).power(6).value == 15625)
        // The order of 3 is p - 1 = 2^24 127: no smaller power by a prime factor is one.
        #expect(KoalaBear.generator.power(p - 1) == .one)
        #expect(KoalaBear.generator.power((p - 1) / 2) != .one)
        #expect(KoalaBear.generator.power((p - 1) / 127) != .one)
    }

    @Test func `a root of unity has exactly its order`() throws {
        for log in 0...24 {
            let root = try #require(KoalaBear.rootOfUnity(log: log))
            #expect(root.power(1 << UInt64(log)) == .one)
            if log > 0 {
                #expect(root.power(1 << UInt64(log - 1)).value == KoalaBear.prime - 1)
                #expect(root.squared == KoalaBear.rootOfUnity(log: log - 1))
            }
        }
        #expect(KoalaBear.rootOfUnity(log: 25) == nil)
        #expect(KoalaBear.rootOfUnity(log: -1) == nil)
    }
}
