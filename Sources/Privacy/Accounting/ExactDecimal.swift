// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A positive decimal number taken from text, exactly: coefficient · 10^exponent.
///
/// Privacy parameters are written by people and signed; reading "1e-7" into a binary fraction would
/// silently sign another number. Equal numbers are equal values however they were written.
public struct ExactDecimal: Hashable, Sendable {
    /// The most digits that are kept, without leading and trailing zeros.
    public static let maximumDigits = 18

    /// The digits, without trailing zeros.
    public let coefficient: UInt64
    /// The power of ten.
    public let exponent: Int

    /// Reads digits with at most one point and an optional exponent, such as "1", "0.05" or "1e-7".
    ///
    /// Nil for anything else: signs before the number, spaces, zero, more than
    /// ``maximumDigits`` significant digits, or an exponent beyond ±99.
    public init?(_ text: String) {
        guard text.utf8.count <= 64 else { return nil }
        var rest = Substring(text)
        var digits = Self.digits(&rest)
        var exponent = 0
        if rest.first == "." {
            rest.removeFirst()
            let fraction = Self.digits(&rest)
            guard !fraction.isEmpty else { return nil }
            exponent = -fraction.count
            digits += fraction
        }
        guard !digits.isEmpty else { return nil }
        if rest.first == "e" || rest.first == "E" {
            rest.removeFirst()
            guard let power = Self.power(&rest) else { return nil }
            exponent += power
        }
        guard rest.isEmpty else { return nil }

        let trimmed = digits.drop { $0 == "0" }
        let kept = trimmed.reversed().drop { $0 == "0" }.count
        guard kept > 0, kept <= Self.maximumDigits,
            let value = UInt64(trimmed.prefix(kept))
        else { return nil }
        self.init(coefficient: value, exponent: exponent + trimmed.count - kept)
    }

    /// Takes coefficient · 10^exponent for a coefficient above 0.
    init(coefficient: UInt64, exponent: Int) {
        var (coefficient, exponent) = (coefficient, exponent)
        while coefficient > 0, coefficient.isMultiple(of: 10) {
            coefficient /= 10
            exponent += 1
        }
        self.coefficient = coefficient
        self.exponent = exponent
    }

    private static func digits(_ rest: inout Substring) -> String {
        let found = rest.prefix { $0.isASCII && $0.isWholeNumber }
        rest = rest[found.endIndex...]
        return String(found)
    }

    private static func power(_ rest: inout Substring) -> Int? {
        var sign = 1
        if rest.first == "-" || rest.first == "+" {
            sign = rest.removeFirst() == "-" ? -1 : 1
        }
        let found = digits(&rest)
        guard !found.isEmpty, found.count <= 2, let power = Int(found) else { return nil }
        return sign * power
    }

    /// The binary fraction just below the number.
    var below: Double { nearest.nextDown }
    /// The binary fraction just above the number.
    var above: Double { nearest.nextUp }
    /// Within half a step: Swift reads decimal text correctly rounded.
    private var nearest: Double { Double("\(coefficient)e\(exponent)") ?? .nan }
}

extension ExactDecimal: Comparable {
    /// Compares the exact values.
    public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        // The place of the first digit decides; only when it is the same are the digits compared,
        // and then the exponents differ by less than 18, so 128 bits hold both.
        let (leftPlace, rightPlace) = (left.place, right.place)
        guard leftPlace == rightPlace else { return leftPlace < rightPlace }
        let shared = min(left.exponent, right.exponent)
        return left.scaled(to: shared) < right.scaled(to: shared)
    }

    private var place: Int { String(coefficient).count + exponent }

    private func scaled(to power: Int) -> UInt128 {
        var value = UInt128(coefficient)
        for _ in power..<exponent { value *= 10 }
        return value
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// One spelling per number: plain from 10^−6 to 10^18, with an exponent outside.
    public var description: String {
        let digits = String(coefficient)
        if exponent >= 0, place <= 18 { return digits + String(repeating: "0", count: exponent) }
        if exponent < 0, place > -6 {
            let padded = String(repeating: "0", count: max(0, 1 - place)) + digits
            let point = padded.index(padded.endIndex, offsetBy: exponent)
            return "\(padded[..<point]).\(padded[point...])"
        }
        let rest = digits.dropFirst()
        return "\(digits.prefix(1))\(rest.isEmpty ? "" : ".\(rest)")e\(place - 1)"
    }
}
