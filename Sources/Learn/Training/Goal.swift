// SPDX-License-Identifier: Apache-2.0
package import Query
internal import Vault

/// What a model is to say of a row.
package enum Goal: Hashable, Sendable {
    /// Which of two, by what they are called; the second is the positive one.
    case either([String])
    /// A number in units of 10^-scale within bounds.
    case number(scale: Int, bounds: ClosedRange<Int64>)
    /// To which of some clusters it belongs; nothing that is given is predicted.
    case group

    /// What a column is predicted as; nil where a list has another number of categories than two.
    package init?(_ column: RowSelection.Column) {
        switch column.kind {
        case .boolean: self = .either(["false", "true"])
        case .category(let list) where list.count == 2:
            self = .either(list)
        case .category: return nil
        case .number(let scale, let bounds): self = .number(scale: scale, bounds: bounds)
        }
    }

    var isNumber: Bool { if case .number = self { true } else { false } }

    /// The kind of regression that predicts this.
    var regression: String { isNumber ? "linear" : "logistic" }

    /// A row's value: 0 or 1, or from −1 to 1 between the bounds; nil where there is none, so that the row does
    /// not count.
    func value(of code: Int64) -> Double? {
        switch self {
        case .group: return 0
        case .either:
            return code == 0 || code == 1 ? Double(code) : nil
        case .number(_, let bounds):
            guard code != Schema.null else { return nil }
            let inside = Double(min(max(code, bounds.lowerBound), bounds.upperBound))
            let (low, high) = (Double(bounds.lowerBound), Double(bounds.upperBound))
            return high > low ? (2 * inside - low - high) / (high - low) : 0
        }
    }

    var canonical: String {
        switch self {
        case .either: "either"
        case .group: "group"
        case .number(let scale, let bounds):
            "number \(scale) \(bounds.lowerBound) \(bounds.upperBound)"
        }
    }
}
