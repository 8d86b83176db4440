// SPDX-License-Identifier: Apache-2.0

/// A whole number of any size, zero or more, with the few operations that exact odds take.
struct WideNumber: Hashable, Sendable, Comparable {
    /// The digits to the base 2⁶⁴, lowest first; the highest is not zero.
    private var digits: [UInt64]

    /// Takes a small number.
    init(_ value: UInt64) { digits = value == 0 ? [] : [value] }

    /// Whether it is zero.
    var isZero: Bool { digits.isEmpty }

    /// How many bits it takes to write it; none for zero.
    var bitWidth: Int {
        guard let top = digits.last else { return 0 }
        return 64 * digits.count - top.leadingZeroBitCount
    }

    /// Multiplies by a small number.
    mutating func multiply(by factor: UInt64) {
        guard factor != 0 else { return digits = [] }
        var carry: UInt64 = 0
        for place in digits.indices {
            let (high, low) = digits[place].multipliedFullWidth(by: factor)
            let (sum, overflow) = low.addingReportingOverflow(carry)
            digits[place] = sum
            // The high half of a product is below 2⁶⁴ - 1.
            carry = high + (overflow ? 1 : 0)
        }
        if carry != 0 { digits.append(carry) }
    }

    /// Subtracts a number that is not greater.
    mutating func subtract(_ other: WideNumber) {
        precondition(other <= self, "the difference would be below zero")
        var borrow: UInt64 = 0
        for place in digits.indices {
            let taken = place < other.digits.count ? other.digits[place] : 0
            let (first, under) = digits[place].subtractingReportingOverflow(taken)
            let (second, again) = first.subtractingReportingOverflow(borrow)
            digits[place] = second
            borrow = under || again ? 1 : 0
        }
        while digits.last == 0 { digits.removeLast() }
    }

    /// The number times two to a power of zero or more.
    func shifted(by count: Int) -> WideNumber {
        guard !isZero else { return self }
        var result = WideNumber(0)
        result.digits = [UInt64](repeating: 0, count: count / 64) + digits
        result.multiply(by: 1 << UInt64(count % 64))
        return result
    }

    /// Compares as numbers.
    static func < (left: WideNumber, right: WideNumber) -> Bool {
        guard left.digits.count == right.digits.count else {
            return left.digits.count < right.digits.count
        }
        return left.digits.reversed().lexicographicallyPrecedes(right.digits.reversed())
    }
}
