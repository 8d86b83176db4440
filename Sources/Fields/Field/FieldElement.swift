// SPDX-License-Identifier: Apache-2.0

/// An element of a finite field.
///
/// Every operation is total: no value of a conforming type makes one trap.
public protocol FieldElement: Hashable, Sendable {
    /// The neutral element of addition.
    static var zero: Self { get }
    /// The neutral element of multiplication.
    static var one: Self { get }
    /// The sum.
    static func + (left: Self, right: Self) -> Self
    /// The difference.
    static func - (left: Self, right: Self) -> Self
    /// The product.
    static func * (left: Self, right: Self) -> Self
    /// The number that gives one with this one; zero for zero, which has none.
    var inverseOrZero: Self { get }
}

extension FieldElement {
    /// The number that gives zero with this one.
    @inlinable @inline(always) public static prefix func - (value: Self) -> Self { zero - value }
    /// Adds in place.
    @inlinable @inline(always) public static func += (left: inout Self, right: Self) {
        left = left + right
    }
    /// Subtracts in place.
    @inlinable @inline(always) public static func -= (left: inout Self, right: Self) {
        left = left - right
    }
    /// Multiplies in place.
    @inlinable @inline(always) public static func *= (left: inout Self, right: Self) {
        left = left * right
    }

    /// The product with itself.
    @inlinable @inline(always) public var squared: Self { self * self }

    /// The number that gives one with this one; nil for zero.
    @inlinable public var inverse: Self? { self == .zero ? nil : inverseOrZero }

    /// The power by square and multiply: at most 128 products. Zero to the zeroth is one.
    ///
    /// Takes time that depends on the exponent: not for secret exponents.
    @inlinable public func power(_ exponent: UInt64) -> Self {
        var result = Self.one
        for bit in (0..<(64 - exponent.leadingZeroBitCount)).reversed() {
            result = result.squared
            if exponent >> UInt64(bit) & 1 == 1 { result *= self }
        }
        return result
    }

    /// Inverts all values in place: one inversion and three products for each (Montgomery's trick).
    ///
    /// Zeros stay zero.
    @inlinable public static func invert(_ values: inout [Self]) {
        var product = Self.one
        var before: [Self] = []
        before.reserveCapacity(values.count)
        for value in values {
            before.append(product)
            if value != .zero { product *= value }
        }
        var inverse = product.inverseOrZero
        for index in values.indices.reversed() where values[index] != .zero {
            let value = values[index]
            values[index] = inverse * before[index]
            inverse *= value
        }
    }
}
