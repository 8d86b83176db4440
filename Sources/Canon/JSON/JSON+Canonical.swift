// SPDX-License-Identifier: Apache-2.0

/// Why a value cannot be signed.
public enum CanonicalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// NaN or infinity: JSON has no word for them.
    case notFinite
    /// A fraction in a value that is to be signed: use text or a whole number of a smaller unit.
    case fraction(Double)
    /// A whole number that other readers would round: use text.
    case beyondExactIntegers(Int64)

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .notFinite: "a number that is not finite has no JSON form"
        case .fraction(let value):
            "the fraction \(value) cannot be signed; use text or a smaller unit"
        case .beyondExactIntegers(let value):
            "the number \(value) is beyond 2^53 - 1; use text"
        }
    }
}

extension JSON {
    /// The canonical bytes of RFC 8785 (JCS): members by UTF-16 code units, shortest numbers,
    /// fewest escapes, no white space.
    ///
    /// - Throws: ``CanonicalError/notFinite`` for NaN and infinity, and
    ///   ``CanonicalError/beyondExactIntegers(_:)``, since JCS numbers are IEEE doubles.
    /// - Cost: one pass and a sort of each object's names.
    public func canonical() throws(CanonicalError) -> [UInt8] {
        var out: [UInt8] = []
        try write(into: &out, fractions: true)
        return out
    }

    /// The canonical bytes of a value that is to be signed.
    ///
    /// - Throws: also ``CanonicalError/fraction(_:)``; signed values have no floating point.
    public func signable() throws(CanonicalError) -> [UInt8] {
        var out: [UInt8] = []
        try write(into: &out, fractions: false)
        return out
    }

    private func write(into out: inout [UInt8], fractions: Bool) throws(CanonicalError) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value):
            guard value.magnitude <= JSON.largestExactInteger.magnitude else {
                throw .beyondExactIntegers(value)
            }
            out.append(contentsOf: String(value).utf8)
        case .number(let value):
            guard value.isFinite else { throw .notFinite }
            guard fractions else { throw .fraction(value) }
            out.append(contentsOf: ECMANumber.text(value).utf8)
        case .string(let text): JSON.write(text, into: &out)
        case .array(let values):
            out.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                try value.write(into: &out, fractions: fractions)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            let ordered = members.sorted { JSON.precedes($0.key, $1.key) }
            for (index, member) in ordered.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                JSON.write(member.key, into: &out)
                out.append(UInt8(ascii: ":"))
                try member.value.write(into: &out, fractions: fractions)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// The order of UTF-16 code units, from UTF-8.
    ///
    /// UTF-8 sorts by code point. UTF-16 differs in one thing: what is beyond U+FFFF (first byte
    /// 0xF0 and up) is written with surrogates and so comes before U+E000…U+FFFF (0xEE and 0xEF).
    static func precedes(_ left: String, _ right: String) -> Bool {
        var others = right.utf8.makeIterator()
        for byte in left.utf8 {
            guard let other = others.next() else { return false }
            if byte == other { continue }
            if byte >= 0xee, other >= 0xee, (byte >= 0xf0) != (other >= 0xf0) {
                return byte > other
            }
            return byte < other
        }
        return others.next() != nil
    }

    static func write(_ text: String, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            if bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c }) {
                out.append(contentsOf: bytes)
            } else {
                for byte in bytes { write(byte, into: &out) }
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func write(_ byte: UInt8, into out: inout [UInt8]) {
        switch byte {
        case 0x08: out.append(contentsOf: "\\b".utf8)
        case 0x09: out.append(contentsOf: "\\t".utf8)
        case 0x0a: out.append(contentsOf: "\\n".utf8)
        case 0x0c: out.append(contentsOf: "\\f".utf8)
        case 0x0d: out.append(contentsOf: "\\r".utf8)
        case 0x22: out.append(contentsOf: "\\\"".utf8)
        case 0x5c: out.append(contentsOf: "\\\\".utf8)
        case 0..<0x20: out.append(contentsOf: "\\u00\(Hex.encode([byte]))".utf8)
        default: out.append(byte)
        }
    }
}

/// Numbers as ECMAScript writes them (ECMA-262, Number::toString, base 10).
enum ECMANumber {
    static func text(_ value: Double) -> String {
        if value == 0 { return "0" }
        let sign = value < 0 ? "-" : ""
        let (digits, exponent) = shortest(value.magnitude)
        let count = digits.count
        // The value is 0.d1d2d3… × 10^exponent.
        if count <= exponent, exponent <= 21 {
            return sign + digits + String(repeating: "0", count: exponent - count)
        }
        if 0 < exponent, exponent <= 21 {
            return sign + digits.prefix(exponent) + "." + digits.dropFirst(exponent)
        }
        if -6 < exponent, exponent <= 0 {
            return sign + "0." + String(repeating: "0", count: -exponent) + digits
        }
        let power = exponent - 1
        let mark = power < 0 ? "e-" : "e+"
        let fraction = count == 1 ? "" : "." + digits.dropFirst()
        return sign + digits.prefix(1) + fraction + mark + String(power.magnitude)
    }

    /// The shortest digits that read back to the same value, and the place of their point.
    private static func shortest(_ value: Double) -> (digits: String, exponent: Int) {
        let description = "\(value)"
        let parts = description.split(separator: "e")
        var exponent = parts.count > 1 ? Int(parts[1])! : 0
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(mantissa[0])
        var digits = whole + (mantissa.count > 1 ? String(mantissa[1]) : "")
        exponent += whole.count
        let leading = digits.prefix { $0 == "0" }.count
        digits.removeFirst(leading)
        exponent -= leading
        while digits.last == "0" { digits.removeLast() }
        return (digits, exponent)
    }
}
