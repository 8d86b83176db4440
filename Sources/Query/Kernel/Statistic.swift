// SPDX-License-Identifier: Apache-2.0

/// One number per group that a study adds up over people; every one of them is charged.
enum Statistic: Hashable, Sendable {
    /// Rows, or rows where a value is there. A row counts 1.
    case rows(having: Scalar?)
    /// Contributors with at least one row. A contributor counts 1.
    case people
    /// Σ (x − middle) over rows, x clipped to the bounds; a row counts at most half the range.
    case centredSum(Scalar, ClosedRange<Int64>)
    /// Σ x over rows, x clipped to the bounds; a row counts at most the larger bound.
    case sum(Scalar, ClosedRange<Int64>)

    /// What the raw number is divided by so that one row moves it by at most 1.
    ///
    /// Raw centred sums are kept doubled (2x − low − high), so their unit is the whole range.
    var unit: Int64 {
        switch self {
        case .rows, .people: 1
        case .centredSum(_, let bounds): max(1, bounds.upperBound - bounds.lowerBound)
        case .sum(_, let bounds):
            max(1, abs(bounds.lowerBound), abs(bounds.upperBound))
        }
    }

    /// Whether a contributor counts once, and not once for each row.
    var isPeople: Bool { if case .people = self { true } else { false } }

    /// The widest bounds that ``unit`` is exact for.
    static let widest: ClosedRange<Int64> = -(1 << 52)...(1 << 52)

    var canonical: String {
        switch self {
        case .rows(let having): "rows(\(having?.canonical ?? "*"))"
        case .people: "people"
        case .centredSum(let x, let bounds):
            "csum(\(x.canonical),\(bounds.lowerBound),\(bounds.upperBound))"
        case .sum(let x, let bounds):
            "sum(\(x.canonical),\(bounds.lowerBound),\(bounds.upperBound))"
        }
    }
}
