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

extension TilesError: CustomStringConvertible {
    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .rowBits(let bits): "2^\(bits) rows are out of range; 2^0 to 2^24 are possible"
        case .columns(let count): "\(count) columns are out of range; 1 to 65536 are possible"
        case .memory(let bytes):
            "the system gave no memory for another \(bytes) bytes; give the process more, or do less at once"
        case .tooManyRows(let bits, let limit):
            "2^\(bits) rows are too many for a transform of 2^\(limit)"
        case .zeroShift: "a domain cannot be shifted by zero"
        case .shape(let expected, let got): "\(expected) numbers were expected and \(got) came"
        }
    }
}
