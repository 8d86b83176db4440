// SPDX-License-Identifier: Apache-2.0

/// Whether 32 bytes are a point of the curve of Ed25519 (RFC 8032, section 5.1.3).
///
/// Checking a signature finds that out too, but only says that the signature is wrong; a key that
/// nobody can sign with is to be refused when it is registered.
enum Edwards25519 {
    /// Whether the bytes are the one encoding of a point: y is below the prime, and x² = (y² - 1) /
    /// (dy² + 1) has a root. The keys are public: the time depends on them. Cost: about 0.1 ms.
    static func isPoint(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == 32 else { return false }
        var encoded = bytes
        encoded[31] &= 0x7f
        let y = FieldElement(littleEndian: encoded)
        guard y.isCanonical else { return false }
        let square = y * y
        let numerator = square - .one
        let denominator = square * .d + .one
        // u / v has a root when u · v has one; v is never zero, as -1 / d has none.
        let product = numerator * denominator
        return product.halfPower().isEqual(to: .one) || product.isEqual(to: .zero)
    }
}

/// A number modulo p = 2^255 - 19 in five limbs of 51 bits, the lowest first; each below 2^52.
private struct FieldElement {
    private typealias Wide = (UInt128, UInt128, UInt128, UInt128, UInt128)
    private var limbs: (UInt64, UInt64, UInt64, UInt64, UInt64)

    static let zero = FieldElement(limbs: (0, 0, 0, 0, 0))
    static let one = FieldElement(limbs: (1, 0, 0, 0, 0))
    /// The constant of the curve, -121665 / 121666 (RFC 8032, section 5.1).
    static let d = FieldElement(
        limbs: (
            0x3_4dca_1359_78a3, 0x1_a828_3b15_6ebd, 0x5_e7a2_6001_c029, 0x7_39c6_63a0_3cbb,
            0x5_2036_cee2_b6ff
        ))
    private static let mask: UInt64 = 1 << 51 - 1

    private init(limbs: (UInt64, UInt64, UInt64, UInt64, UInt64)) { self.limbs = limbs }

    /// Takes 32 bytes below 2^255, unreduced.
    init(littleEndian bytes: [UInt8]) {
        func limb(_ place: Int) -> UInt64 {
            (0..<51).reduce(0) { limb, bit in
                let from = 51 * place + bit
                return limb | UInt64(bytes[from / 8] >> UInt8(from % 8) & 1) << UInt64(bit)
            }
        }
        limbs = (limb(0), limb(1), limb(2), limb(3), limb(4))
    }

    /// Limbs of up to 2^116 each, brought below 2^52.
    private init(_ wide: Wide) {
        var wide = wide
        let mask = UInt128(FieldElement.mask)
        for _ in 0..<2 {
            wide.1 += wide.0 >> 51
            wide.2 += wide.1 >> 51
            wide.3 += wide.2 >> 51
            wide.4 += wide.3 >> 51
            // 2^255 is 19 here.
            wide.0 = wide.0 & mask + 19 * (wide.4 >> 51)
            wide.1 &= mask
            wide.2 &= mask
            wide.3 &= mask
            wide.4 &= mask
        }
        limbs = (UInt64(wide.0), UInt64(wide.1), UInt64(wide.2), UInt64(wide.3), UInt64(wide.4))
    }

    static func + (left: FieldElement, right: FieldElement) -> FieldElement {
        let (a, b) = (left.limbs, right.limbs)
        return FieldElement(
            (
                UInt128(a.0 + b.0), UInt128(a.1 + b.1), UInt128(a.2 + b.2), UInt128(a.3 + b.3),
                UInt128(a.4 + b.4)
            ))
    }

    static func - (left: FieldElement, right: FieldElement) -> FieldElement {
        let (a, b) = (left.limbs, right.limbs)
        // Four times the prime first, so that nothing falls below zero.
        let (low, high) = (4 * (mask - 18), 4 * mask)
        return FieldElement(
            (
                UInt128(a.0 + low - b.0), UInt128(a.1 + high - b.1), UInt128(a.2 + high - b.2),
                UInt128(a.3 + high - b.3), UInt128(a.4 + high - b.4)
            ))
    }

    static func * (left: FieldElement, right: FieldElement) -> FieldElement {
        let a = left.limbs
        let b = right.limbs
        // What is beyond 2^255 comes back times 19.
        let c = (0 as UInt64, 19 * b.1, 19 * b.2, 19 * b.3, 19 * b.4)
        return FieldElement(
            (
                times(a.0, b.0) + times(a.1, c.4) + times(a.2, c.3) + times(a.3, c.2)
                    + times(a.4, c.1),
                times(a.0, b.1) + times(a.1, b.0) + times(a.2, c.4) + times(a.3, c.3)
                    + times(a.4, c.2),
                times(a.0, b.2) + times(a.1, b.1) + times(a.2, b.0) + times(a.3, c.4)
                    + times(a.4, c.3),
                times(a.0, b.3) + times(a.1, b.2) + times(a.2, b.1) + times(a.3, b.0)
                    + times(a.4, c.4),
                times(a.0, b.4) + times(a.1, b.3) + times(a.2, b.2) + times(a.3, b.1)
                    + times(a.4, b.0)
            ))
    }

    private static func times(_ a: UInt64, _ b: UInt64) -> UInt128 {
        let (high, low) = a.multipliedFullWidth(by: b)
        return UInt128(high) << 64 | UInt128(low)
    }

    /// Squared so many times.
    private func squared(_ count: Int) -> FieldElement {
        var power = self
        for _ in 0..<count { power = power * power }
        return power
    }

    /// The power (p - 1) / 2: one for squares, minus one for others, zero for zero.
    func halfPower() -> FieldElement {
        // Powers 2^n - 1, named by n; each is made of the one before.
        let two = squared(1) * self
        let four = two.squared(2) * two
        let five = four.squared(1) * self
        let ten = five.squared(5) * five
        let twenty = ten.squared(10) * ten
        let forty = twenty.squared(20) * twenty
        let fifty = forty.squared(10) * ten
        let hundred = fifty.squared(50) * fifty
        let twoHundred = hundred.squared(100) * hundred
        let most = twoHundred.squared(50) * fifty
        // (2^250 - 1) * 16 + 6 = 2^254 - 10.
        return most.squared(4) * squared(2) * squared(1)
    }

    /// Whether the limbs are those of the number below the prime.
    var isCanonical: Bool { canonical == limbs }

    /// Whether both are the same number.
    func isEqual(to other: FieldElement) -> Bool { canonical == other.canonical }

    /// The limbs of the number below the prime.
    private var canonical: (UInt64, UInt64, UInt64, UInt64, UInt64) {
        var limbs = FieldElement(
            (
                UInt128(limbs.0), UInt128(limbs.1), UInt128(limbs.2), UInt128(limbs.3),
                UInt128(limbs.4)
            )
        ).limbs
        // Now below twice the prime: it goes in once at most, and does when adding 19 carries out.
        var carry = (limbs.0 + 19) >> 51
        carry = (limbs.1 + carry) >> 51
        carry = (limbs.2 + carry) >> 51
        carry = (limbs.3 + carry) >> 51
        carry = (limbs.4 + carry) >> 51
        limbs.0 += 19 * carry
        limbs.1 += limbs.0 >> 51
        limbs.2 += limbs.1 >> 51
        limbs.3 += limbs.2 >> 51
        limbs.4 += limbs.3 >> 51
        return (
            limbs.0 & FieldElement.mask, limbs.1 & FieldElement.mask, limbs.2 & FieldElement.mask,
            limbs.3 & FieldElement.mask, limbs.4 & FieldElement.mask
        )
    }
}
