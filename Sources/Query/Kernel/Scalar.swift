// SPDX-License-Identifier: Apache-2.0

/// A bound expression: what a row's Int64s are turned into, totally.
///
/// Every operation gives a value for every input: overflow, division by zero and missing values
/// give NULL (`Schema.null`). Nothing throws, nothing traps. Every part stands once in the tree, so
/// evaluating costs one pass over the rows for each part, however deep the parts nest.
indirect enum Scalar: Hashable, Sendable {
    /// The values of a column, by its place in the schema.
    case column(Int)
    /// One value for every row.
    case constant(Int64)
    /// l + r.
    case add(Scalar, Scalar)
    /// l − r.
    case subtract(Scalar, Scalar)
    /// l · r / 10^shift, truncated.
    case multiply(Scalar, Scalar, shift: Int)
    /// l · 10^shift / r, truncated; NULL for r = 0.
    case divide(Scalar, Scalar, shift: Int)
    /// x · 10^shift.
    case rescale(Scalar, shift: Int)
    /// |x|.
    case absolute(Scalar)
    /// x · factor / divisor, truncated, for a factor and a divisor above 0.
    case ratio(Scalar, factor: Int64, divisor: Int64)
    /// A part of a day, counted from 1970-01-01.
    case datePart(DatePart, Scalar)
    /// x / divisor, rounded down, for a divisor above 0.
    case floored(Scalar, divisor: Int64)
    /// x / divisor to the nearest, halves away from zero, for an even divisor above 0.
    case rounded(Scalar, divisor: Int64)
    /// −1, 0 or 1.
    case sign(Scalar)
    /// What two values in one unit make.
    case pair(Pair, Scalar, Scalar)
    /// Whether x passes all of the tests, or any of them; three-valued.
    case test(Scalar, Quantifier, [Test])
    /// Three-valued and.
    case all([Scalar])
    /// Three-valued or.
    case any([Scalar])
    /// Three-valued not.
    case not(Scalar)
    /// 0 or 1, never NULL.
    case isNull(Scalar)
    /// Whether the value is one of these; NULL for NULL.
    case isIn(Scalar, Set<Int64>)
    /// Whether the text of a text column is one of these; NULL for NULL.
    case textIsIn(Int, Set<Text>)
    /// The value brought into the bounds.
    case clip(Scalar, ClosedRange<Int64>)
    /// The first of these that is not NULL.
    case firstOf([Scalar])
    /// What a function that the buyer brings gives for these.
    case function(RowFunction, [Scalar])
    /// The value of the first arm whose condition is true, or else the last value.
    case choose([Arm], otherwise: Scalar)

    enum Comparison: String, Hashable, Sendable {
        case equal = "="
        case unequal = "<>"
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="

        /// The same comparison with its sides exchanged.
        var mirrored: Comparison {
            switch self {
            case .equal, .unequal: self
            case .less: .greater
            case .atMost: .atLeast
            case .greater: .less
            case .atLeast: .atMost
            }
        }
    }

    /// Compares x · 10^shift with other · 10^otherShift, exactly; NULL when either is.
    struct Test: Hashable, Sendable {
        let sign: Comparison
        let other: Scalar
        let shift: Int
        let otherShift: Int
    }

    /// What two values make.
    enum Pair: String, Hashable, Sendable {
        /// The smaller or larger one, or the one that is not NULL.
        case least, greatest
        /// NULL where both are equal, else the first.
        case nullIf
        /// x − y · trunc(x / y); NULL for y = 0.
        case remainder
    }

    /// What can be told of a day, or made of it.
    enum DatePart: String, Hashable, Sendable {
        case year, quarter, month, day
        /// 0 is Sunday.
        case dow
        /// The first day of the year, the quarter, the month, the week; weeks begin on Monday.
        case startOfYear, startOfQuarter, startOfMonth, startOfWeek
    }

    enum Quantifier: String, Hashable, Sendable {
        case all, any
    }

    /// WHEN condition THEN value.
    struct Arm: Hashable, Sendable {
        let condition: Scalar
        let value: Scalar
    }

    /// A text that equals another when the UTF-8 bytes are the same: String's own equality depends
    /// on tables of Unicode, and answers must not.
    struct Text: Hashable, Sendable {
        let bytes: [UInt8]

        init(_ text: String) { bytes = Array(text.utf8) }
    }
}
