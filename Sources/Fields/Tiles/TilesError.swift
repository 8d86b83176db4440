// SPDX-License-Identifier: Apache-2.0

/// Why a matrix could not be made, or two of them do not fit each other.
public enum TilesError: Error, Hashable, Sendable {
    /// The logarithm of the number of rows is not in 0 ... 24.
    case rowBits(Int)
    /// There must be at least one column, and not more than 2¹⁶.
    case columns(Int)
    /// The system gave no memory for so many bytes.
    case memory(bytes: Int)
    /// A transform was made for fewer rows.
    case tooManyRows(bits: Int, limit: Int)
    /// A domain cannot be shifted by zero.
    case zeroShift
    /// The rows and columns do not fit.
    case shape(expected: Int, got: Int)
}
