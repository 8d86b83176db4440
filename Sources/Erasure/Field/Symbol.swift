// SPDX-License-Identifier: Apache-2.0

/// An element of the field of 2¹⁶ elements, by its coordinates in a basis of Cantor's.
///
/// The basis v₀ = 1, v₁, …, v₁₅ has vⱼ₊₁² + vⱼ₊₁ = vⱼ, so that with the bits of the number as
/// coordinates x² + x is `x >> 1` (Cantor 1989; Gao and Mateer 2010). That makes the numbers
/// themselves the points of the code, and their shifts the factors of its transforms: see
/// ``Rows``. The numbers below 2, 4, 16 and 256 are the smaller fields.
struct Symbol: Hashable, Sendable {
    /// The coordinates: bit j is that of vⱼ.
    let bits: UInt16

    /// The element with these coordinates.
    init(_ bits: UInt16) { self.bits = bits }

    /// The neutral element of addition.
    static let zero = Symbol(0)
    /// The neutral element of multiplication.
    static let one = Symbol(1)
    /// How many elements are not zero: the order of the multiplicative group.
    static let units = 65_535

    /// The sum, which is the difference too.
    static func + (left: Symbol, right: Symbol) -> Symbol { Symbol(left.bits ^ right.bits) }

    /// The product. Cost: three reads of tables.
    static func * (left: Symbol, right: Symbol) -> Symbol {
        guard left != .zero, right != .zero else { return .zero }
        return Symbol(powers: left.logarithm + right.logarithm)
    }

    /// The generator of the tables to a power of zero or more.
    init(powers exponent: Int) {
        self = SymbolTables.shared.powers[exponent % Symbol.units]
    }

    /// The power of the generator that this is, below ``units``; 0 for zero, which is none.
    var logarithm: Int { Int(SymbolTables.shared.logarithms[Int(bits)]) }
}
