// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// What the Int64s of a bound expression mean.
enum ValueType: Hashable {
    /// A number in units of 10^-scale, with its public bounds where they are known.
    case number(scale: Int, bounds: ClosedRange<Int64>?)
    /// A place in a public list.
    case category([String])
    /// A place in a private dictionary; the column, by place in the schema.
    case text(column: Int)
    case date
    case timestamp
    case boolean
    /// The type of NULL.
    case unknown

    var word: String {
        switch self {
        case .number: "a number"
        case .category: "a category"
        case .text: "a text"
        case .date: "a date"
        case .timestamp: "a time"
        case .boolean: "true or false"
        case .unknown: "NULL"
        }
    }
}

/// A bound expression and what it means.
struct Typed {
    let scalar: Scalar
    let type: ValueType

    /// The value, when it is the same for all rows and there is one.
    var constant: Int64? {
        if case .constant(let value) = scalar, value != Schema.null { value } else { nil }
    }

    /// The scalar, or its value when all of its parts are constants.
    static func folded(_ scalar: Scalar, of parts: [Scalar]) -> Scalar {
        for part in parts { guard case .constant = part else { return scalar } }
        return .constant(scalar.evaluate([], rows: 0..<1)[0])
    }
}

extension ClosedRange<Int64> {
    /// Bounds of sums, products and so on; nil when they leave Int64.
    static func spanning(_ ends: [Int128]) -> ClosedRange<Int64>? {
        guard let low = ends.min(), let high = ends.max(),
            let lower = Int64(exactly: low), let upper = Int64(exactly: high), lower > Int64.min
        else { return nil }
        return lower...upper
    }
}
