// SPDX-License-Identifier: Apache-2.0
public import Fields

/// Σ coefficient · register + constant: what costs nothing to write down until it is multiplied.
public struct Linear: Hashable, Sendable {
    /// The coefficients by register; none is zero.
    private(set) var terms: [Int: KoalaBear]
    /// What is added.
    private(set) var constant: KoalaBear

    /// A constant.
    public init(_ constant: KoalaBear) {
        terms = [:]
        self.constant = constant
    }

    /// A small whole number.
    public init(_ number: Int) {
        self.init(
            number < 0
                ? .zero - KoalaBear(reducing: UInt64(number.magnitude))
                : KoalaBear(reducing: UInt64(number)))
    }

    init(register: Int) {
        terms = [register: .one]
        constant = .zero
    }

    /// The sum.
    public static func + (left: Linear, right: Linear) -> Linear {
        var sum = left
        sum.constant += right.constant
        for (register, coefficient) in right.terms { sum.add(coefficient, register) }
        return sum
    }

    /// The difference.
    public static func - (left: Linear, right: Linear) -> Linear {
        left + right * (.zero - .one)
    }

    /// A multiple.
    public static func * (left: Linear, right: KoalaBear) -> Linear {
        var product = Linear(left.constant * right)
        guard right != .zero else { return product }
        product.terms = left.terms.mapValues { $0 * right }
        return product
    }

    /// A multiple by a small whole number.
    public static func * (left: Linear, right: Int) -> Linear { left * Linear(right).constant }

    private mutating func add(_ coefficient: KoalaBear, _ register: Int) {
        let sum = (terms[register] ?? .zero) + coefficient
        terms[register] = sum == .zero ? nil : sum
    }

    /// The register that it is, if it is one alone.
    var register: Int? {
        guard constant == .zero, terms.count == 1, let (register, coefficient) = terms.first,
            coefficient == .one
        else { return nil }
        return register
    }
}
