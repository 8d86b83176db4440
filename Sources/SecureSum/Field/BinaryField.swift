// SPDX-License-Identifier: Apache-2.0

/// The field of 2^16 elements: polynomials over two elements modulo x^16 + x^12 + x^3 + x + 1, whose
/// root x generates all others. Addition is exclusive or.
///
/// Only for numbers that everybody may know, such as the points of shares: its tables are read at
/// places that depend on the elements. Secrets are multiplied by ``SecretBytes/times(_:)``.
enum BinaryField {
    /// The modulus without its leading term.
    static let modulus: UInt16 = 0x100b
    /// How many elements there are besides zero.
    static let order = 65_535

    private static let tables: (powers: [UInt16], logarithms: [UInt16]) = {
        var powers = [UInt16](repeating: 0, count: order)
        var logarithms = [UInt16](repeating: 0, count: order + 1)
        var power: UInt16 = 1
        for exponent in 0..<order {
            powers[exponent] = power
            logarithms[Int(power)] = UInt16(exponent)
            power = (power &<< 1) ^ (modulus & (0 &- power &>> 15))
        }
        return (powers, logarithms)
    }()

    /// x to this power.
    static func power(_ exponent: Int) -> UInt16 { tables.powers[exponent % order] }

    /// The exponent of an element that is not zero.
    static func logarithm(_ element: UInt16) -> Int { Int(tables.logarithms[Int(element)]) }

    /// The product.
    static func product(_ left: UInt16, _ right: UInt16) -> UInt16 {
        guard left != 0, right != 0 else { return 0 }
        return power(logarithm(left) + logarithm(right))
    }

    /// The weights with which values at the points give the value at zero (Lagrange):
    /// Π x_j / (x_i + x_j) over the other points.
    ///
    /// - Requires: the points differ and none is zero.
    /// - Cost: one look-up for each pair of points.
    static func weights(atZeroFrom points: [UInt16]) -> [UInt16] {
        let (powers, logarithms) = tables
        let all = points.reduce(0) { $0 + Int(logarithms[Int($1)]) } % order
        return points.map { point in
            // The point's own x is in the product and in neither part of the fraction.
            var below = Int(logarithms[Int(point)])
            for other in points where other != point {
                below &+= Int(logarithms[Int(other ^ point)])
            }
            return powers[(all + order - below % order) % order]
        }
    }
}
