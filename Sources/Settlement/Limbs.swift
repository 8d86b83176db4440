// SPDX-License-Identifier: Apache-2.0
public import Fields

/// A 64-bit amount as four limbs of 16 bits, the lowest first: each fits the field with room for a carry.
public enum Limbs {
    /// How many limbs an amount has.
    public static let count = 4
    /// How many bytes an amount has.
    static let byteCount = 8

    /// The limbs.
    public static func of(_ amount: UInt64) -> [KoalaBear] {
        (0..<count).map { KoalaBear(reducing: amount >> UInt64(16 * $0) & 0xffff) }
    }

    /// The bytes.
    static func bytes(of amount: UInt64) -> [KoalaBear] {
        (0..<byteCount).map { KoalaBear(reducing: amount >> UInt64(8 * $0) & 0xff) }
    }

    /// The carries of left + right + one into limbs 1, 2 and 3.
    static func carries(_ left: UInt64, _ right: UInt64, and one: UInt64 = 0) -> [KoalaBear] {
        (1..<count).map { limb in
            let mask = (UInt64(1) << UInt64(16 * limb)) - 1
            return (left & mask) + (right & mask) + one > mask ? .one : .zero
        }
    }
}
