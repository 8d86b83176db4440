// SPDX-License-Identifier: Apache-2.0

/// An element of the extension of KoalaBear of degree five: a polynomial modulo X⁵ + X² - 1.
///
/// The field has p⁵, about 2^154.9, elements. The polynomial is irreducible; a test proves it
/// (Rabin 1980).
@frozen public struct KoalaBear5: FieldElement {
    /// The coefficient of 1.
    public var c0: KoalaBear
    /// The coefficient of X.
    public var c1: KoalaBear
    /// The coefficient of X².
    public var c2: KoalaBear
    /// The coefficient of X³.
    public var c3: KoalaBear
    /// The coefficient of X⁴.
    public var c4: KoalaBear

    /// Takes the five coefficients, lowest first.
    @inlinable @inline(always)
    public init(_ c0: KoalaBear, _ c1: KoalaBear, _ c2: KoalaBear, _ c3: KoalaBear, _ c4: KoalaBear)
    {
        (self.c0, self.c1, self.c2, self.c3, self.c4) = (c0, c1, c2, c3, c4)
    }

    /// Takes an element of the base field.
    @inlinable @inline(always) public init(_ base: KoalaBear) {
        self.init(base, .zero, .zero, .zero, .zero)
    }

    /// The neutral element of addition.
    @inlinable @inline(always) public static var zero: KoalaBear5 { KoalaBear5(.zero) }
    /// The neutral element of multiplication.
    @inlinable @inline(always) public static var one: KoalaBear5 { KoalaBear5(.one) }
    /// X, a root of X⁵ + X² - 1.
    @inlinable @inline(always) public static var x: KoalaBear5 {
        KoalaBear5(.zero, .one, .zero, .zero, .zero)
    }

    /// The coefficients, lowest first.
    @inlinable public var coefficients: [KoalaBear] { [c0, c1, c2, c3, c4] }

    /// The coefficient of a power of X in 0 ..< 5.
    @inlinable public subscript(power: Int) -> KoalaBear {
        switch power {
        case 0: c0
        case 1: c1
        case 2: c2
        case 3: c3
        case 4: c4
        default: preconditionFailure("an element has the coefficients 0 to 4")
        }
    }

    /// The sum.
    @inlinable @inline(always)
    public static func + (left: KoalaBear5, right: KoalaBear5) -> KoalaBear5 {
        KoalaBear5(
            left.c0 + right.c0, left.c1 + right.c1, left.c2 + right.c2, left.c3 + right.c3,
            left.c4 + right.c4)
    }

    /// The difference.
    @inlinable @inline(always)
    public static func - (left: KoalaBear5, right: KoalaBear5) -> KoalaBear5 {
        KoalaBear5(
            left.c0 - right.c0, left.c1 - right.c1, left.c2 - right.c2, left.c3 - right.c3,
            left.c4 - right.c4)
    }

    /// The product with an element of the base field: five products.
    @inlinable @inline(always)
    public static func * (left: KoalaBear5, right: KoalaBear) -> KoalaBear5 {
        KoalaBear5(
            left.c0 * right, left.c1 * right, left.c2 * right, left.c3 * right, left.c4 * right)
    }

    /// The sum with an element of the base field.
    @inlinable @inline(always)
    public static func + (left: KoalaBear5, right: KoalaBear) -> KoalaBear5 {
        KoalaBear5(left.c0 + right, left.c1, left.c2, left.c3, left.c4)
    }

    /// The difference with an element of the base field.
    @inlinable @inline(always)
    public static func - (left: KoalaBear5, right: KoalaBear) -> KoalaBear5 {
        KoalaBear5(left.c0 - right, left.c1, left.c2, left.c3, left.c4)
    }

    /// The product: 25 products of words, 9 reductions.
    @inlinable @inline(always)
    public static func * (left: KoalaBear5, right: KoalaBear5) -> KoalaBear5 {
        let (a, b) = (left, right)
        let d0 = Wide(a.c0, b.c0).reduced
        let d1 = Wide(a.c0, b.c1, a.c1, b.c0).reduced
        let d2 = Wide(a.c0, b.c2, a.c1, b.c1, a.c2, b.c0).reduced
        let d3 = Wide(a.c0, b.c3, a.c1, b.c2, a.c2, b.c1, a.c3, b.c0).reduced
        let d4 = Wide(a.c0, b.c4, a.c1, b.c3, a.c2, b.c2, a.c3, b.c1).reduced + a.c4 * b.c0
        let d5 = Wide(a.c1, b.c4, a.c2, b.c3, a.c3, b.c2, a.c4, b.c1).reduced
        let d6 = Wide(a.c2, b.c4, a.c3, b.c3, a.c4, b.c2).reduced
        let d7 = Wide(a.c3, b.c4, a.c4, b.c3).reduced
        let d8 = Wide(a.c4, b.c4).reduced
        // X^5 = 1 - X^2, X^6 = X - X^3, X^7 = X^2 - X^4, X^8 = X^3 + X^2 - 1.
        return KoalaBear5(d0 + d5 - d8, d1 + d6, d2 - d5 + d7 + d8, d3 - d6 + d8, d4 - d7)
    }
}

/// A sum of at most four products of words, which just fits 64 bits: 4 (p - 1)² < 2⁶⁴.
@usableFromInline struct Wide {
    @usableFromInline var sum: UInt64

    @inlinable @inline(always) init(_ a: KoalaBear, _ b: KoalaBear) {
        sum = UInt64(a.word) &* UInt64(b.word)
    }

    @inlinable @inline(always)
    init(_ a: KoalaBear, _ b: KoalaBear, _ c: KoalaBear, _ d: KoalaBear) {
        self.init(a, b)
        sum &+= UInt64(c.word) &* UInt64(d.word)
    }

    @inlinable @inline(always)
    init(
        _ a: KoalaBear, _ b: KoalaBear, _ c: KoalaBear, _ d: KoalaBear, _ e: KoalaBear,
        _ f: KoalaBear
    ) {
        self.init(a, b, c, d)
        sum &+= UInt64(e.word) &* UInt64(f.word)
    }

    @inlinable @inline(always)
    init(
        _ a: KoalaBear, _ b: KoalaBear, _ c: KoalaBear, _ d: KoalaBear, _ e: KoalaBear,
        _ f: KoalaBear, _ g: KoalaBear, _ h: KoalaBear
    ) {
        self.init(a, b, c, d)
        sum &+= UInt64(e.word) &* UInt64(f.word) &+ UInt64(g.word) &* UInt64(h.word)
    }

    /// The Montgomery reduction, which wants a sum below 2³² p; the whole sum is below twice that.
    @inlinable @inline(always) var reduced: KoalaBear {
        KoalaBear(word: KoalaBear.reduce(min(sum, sum &- 0x7f00_0001_0000_0000)))
    }
}
