// SPDX-License-Identifier: Apache-2.0

/// An element of the prime field of p = 2³¹ - 2²⁴ + 1 elements, called KoalaBear.
///
/// p - 1 = 2²⁴ · 127, so that there are roots of unity of every order 2ᵏ up to 2²⁴, and x³ is a
/// permutation. Kept in Montgomery form (Montgomery 1985): the word is value · 2³² mod p, always
/// below p, so that equal words are equal values. All operations take constant time.
@frozen public struct KoalaBear: FieldElement {
    /// value · 2³² mod p, below p. The kernels work on arrays of these words.
    @usableFromInline package let word: UInt32

    /// The number of elements, 2³¹ - 2²⁴ + 1 = 2 130 706 433.
    public static let prime: UInt32 = 0x7f00_0001
    /// p - 1 is divisible by 2 to this power and no higher.
    public static let twoAdicity = 24

    /// Takes a word as it is; the caller vouches that it is below p.
    @inlinable @inline(always) package init(word: UInt32) { self.word = word }

    /// Takes a number below p; nil for any other, so that a value has one spelling.
    @inlinable @inline(always) public init?(canonical value: UInt32) {
        guard value < 0x7f00_0001 else { return nil }
        self.init(word: Self.reduce(UInt64(value) &* Self.squareOfRadix))
    }

    /// Takes the remainder of any number by p.
    @inlinable @inline(always) public init(reducing value: UInt64) {
        let remainder = value % 0x7f00_0001
        self.init(word: Self.reduce(remainder &* Self.squareOfRadix))
    }

    /// The number in 0 ..< p.
    @inlinable @inline(always) public var value: UInt32 { Self.reduce(UInt64(word)) }

    /// The word's representative in -(p - 1)/2 ... (p - 1)/2, as the bits of a signed number.
    var centredWord: UInt32 { word > Self.prime / 2 ? word &- Self.prime : word }

    /// The neutral element of addition.
    @inlinable @inline(always) public static var zero: KoalaBear { KoalaBear(word: 0) }
    /// The neutral element of multiplication.
    @inlinable @inline(always) public static var one: KoalaBear { KoalaBear(word: 0x01ff_fffe) }
    /// 2.
    @inlinable @inline(always) public static var two: KoalaBear { KoalaBear(word: 0x03ff_fffc) }
    /// 3, which generates the multiplicative group.
    @inlinable @inline(always) public static var generator: KoalaBear {
        KoalaBear(word: 0x05ff_fffa)
    }

    /// 2⁶⁴ mod p.
    @inlinable @inline(always) static var squareOfRadix: UInt64 { 0x17f7_efe4 }

    /// t / 2³² mod p for t below 2³² p.
    @inlinable @inline(always) static func reduce(_ t: UInt64) -> UInt32 {
        // 0x81000001 is the inverse of p modulo 2^32, so that t - q p is divisible by 2^32.
        let q = UInt32(truncatingIfNeeded: t) &* 0x8100_0001
        let d =
            UInt32(truncatingIfNeeded: t >> 32)
            &- UInt32(truncatingIfNeeded: (UInt64(q) &* 0x7f00_0001) >> 32)
        // A difference that wrapped is the greater of the two.
        return min(d, d &+ 0x7f00_0001)
    }

    /// The sum.
    @inlinable @inline(always) public static func + (left: KoalaBear, right: KoalaBear) -> KoalaBear
    {
        let sum = left.word &+ right.word
        return KoalaBear(word: min(sum, sum &- 0x7f00_0001))
    }

    /// The difference.
    @inlinable @inline(always) public static func - (left: KoalaBear, right: KoalaBear) -> KoalaBear
    {
        let difference = left.word &- right.word
        return KoalaBear(word: min(difference, difference &+ 0x7f00_0001))
    }

    /// The product.
    @inlinable @inline(always) public static func * (left: KoalaBear, right: KoalaBear) -> KoalaBear
    {
        KoalaBear(word: reduce(UInt64(left.word) &* UInt64(right.word)))
    }

    /// The number that gives one with this one; zero for zero. Costs about 60 products.
    @inlinable public var inverseOrZero: KoalaBear { power(0x7eff_ffff) }

    /// A root of unity whose order is exactly 2 to the given power: 3 to the (p - 1) / 2ᵏ.
    ///
    /// Squaring the root for k gives the one for k - 1. Nil unless k is in 0 ... 24.
    @inlinable public static func rootOfUnity(log: Int) -> KoalaBear? {
        guard (0...24).contains(log) else { return nil }
        return generator.power(UInt64(0x7f00_0000) >> UInt64(log))
    }
}

extension KoalaBear: CustomStringConvertible {
    /// The number in 0 ..< p in decimal.
    public var description: String { String(value) }
}
