// SPDX-License-Identifier: Apache-2.0

/// A JSON value (RFC 8259) with distinct whole numbers.
///
/// Signed values carry no fractions: ``canonical()`` writes them for the sake of foreign documents,
/// ``signable()`` refuses them.
///
/// Two texts are equal when Unicode holds them equivalent, as everywhere in Swift. Where the bytes
/// count, compare the canonical forms.
public enum JSON: Hashable, Sendable {
    /// Nothing.
    case null
    /// True or false.
    case bool(Bool)
    /// A whole number; exact for all of Int64 in memory, refused beyond ±(2⁵³ − 1) when signed.
    case integer(Int64)
    /// Any other number, as IEEE 754 binary64.
    case number(Double)
    /// Text.
    case string(String)
    /// Values in order.
    case array([JSON])
    /// Values by name.
    case object([String: JSON])

    /// The largest whole number that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3).
    public static let largestExactInteger: Int64 = 9_007_199_254_740_991
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByNilLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Values in order.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// Values by name; a name given twice is a programming error.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(uniqueKeysWithValues: elements))
    }
    /// Nothing.
    public init(nilLiteral: ()) { self = .null }
}

extension JSON {
    /// The member of that name, when this is an object that has one.
    public subscript(name: String) -> JSON? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The text, when this is text.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The whole number, when this is one.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// True or false, when this is either.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The values, when this is an array.
    public var array: [JSON]? { if case .array(let values) = self { values } else { nil } }

    /// The members, when this is an object.
    public var object: [String: JSON]? {
        if case .object(let members) = self { members } else { nil }
    }
}
