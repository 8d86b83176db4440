// SPDX-License-Identifier: Apache-2.0

/// Powers and logarithms of the field of 2¹⁶ elements: 256 KB, made once in about a millisecond.
struct SymbolTables: Sendable {
    /// The field is that of the polynomials over {0, 1} modulo x¹⁶ + x⁵ + x³ + x² + 1, and x
    /// generates its multiplicative group. Field and basis are those of Leopard-RS.
    static let modulus: UInt32 = 0x1002d
    /// v₀, …, v₁₅ as polynomials: each the even one of the two solutions of v² + v = the one before.
    static let basis: [UInt16] = [
        0x0001, 0xacca, 0x3c0e, 0x163e, 0xc582, 0xed2e, 0x914c, 0x4012,
        0x6c98, 0x10d8, 0x6a72, 0xb900, 0xfdb8, 0xfb34, 0xff38, 0x991e,
    ]

    /// The tables.
    static let shared = SymbolTables()

    /// The powers of x from 0 on, ``Symbol/units`` of them.
    let powers: [Symbol]
    /// Which power of x each element is; 0 for zero.
    let logarithms: [UInt16]

    private init() {
        var polynomials: [UInt16] = [0]
        for vector in SymbolTables.basis { polynomials += polynomials.map { $0 ^ vector } }
        var coordinates = [UInt16](repeating: 0, count: 65_536)
        for (place, polynomial) in polynomials.enumerated() {
            coordinates[Int(polynomial)] = UInt16(place)
        }
        var powers: [Symbol] = []
        var logarithms = [UInt16](repeating: 0, count: 65_536)
        var power: UInt32 = 1
        for exponent in 0..<Symbol.units {
            let bits = coordinates[Int(power)]
            powers.append(Symbol(bits))
            logarithms[Int(bits)] = UInt16(exponent)
            power <<= 1
            if power > 0xffff { power ^= SymbolTables.modulus }
        }
        self.powers = powers
        self.logarithms = logarithms
    }
}
