// SPDX-License-Identifier: Apache-2.0

/// Why something cannot be valued. Nothing was computed when it is thrown.
public enum ValueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is none of what is needed.
    case empty(String)
    /// Lengths that do not go together.
    case shape(String, expected: Int, got: Int)
    /// A number that is infinite, not a number, or too large.
    case number(String, row: Int, column: Int)
    /// A label that is no class.
    case label(Int, row: Int, classes: Int)
    /// A setting that makes no sense.
    case setting(String)
    /// Too many or too few players for the method.
    case players(Int, allowed: ClosedRange<Int>)
    /// The utility of this coalition is infinite or not a number.
    case utility(Coalition)
    /// Two lines have the same name.
    case repeated(String)

    /// What is wrong.
    public var description: String {
        switch self {
        case .empty(let what): "there are no \(what)"
        case .shape(let what, let expected, let got): "\(what): expected \(expected), got \(got)"
        case .number(let what, let row, let column):
            "\(what): row \(row), column \(column) holds no number within bounds"
        case .label(let label, let row, let classes):
            "row \(row) has label \(label); there are \(classes) classes, from 0"
        case .setting(let what): what
        case .players(let count, let allowed):
            "\(count) players; \(allowed.lowerBound) to \(allowed.upperBound) wanted"
        case .utility(let coalition): "the utility of \(coalition) is not a finite number"
        case .repeated(let what): "\(what) is there twice"
        }
    }
}
