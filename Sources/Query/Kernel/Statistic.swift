// SPDX-License-Identifier: Apache-2.0
internal import Vault

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

    /// Rows that have no value: with the number of all rows it tells that of those with one, at less
    /// noise than counting both, since a row that counts here adds to no sum.
    static func missing(_ value: Scalar) -> Statistic {
        let absence = Scalar.Arm(condition: .isNull(value), value: .constant(1))
        return .rows(having: .choose([absence], otherwise: .constant(Schema.null)))
    }

    /// Σ ((x − middle) / half the range)², x clipped to the bounds; a row counts at most 1.
    static func square(_ value: Scalar, _ bounds: ClosedRange<Int64>) -> Statistic {
        let ends = bounds.lowerBound + bounds.upperBound
        let range = max(1, bounds.upperBound - bounds.lowerBound)
        // Twice the distance from the middle, at most the range on either side; of wide ranges the
        // first 25 bits of it.
        var distance = Scalar.subtract(
            .multiply(.clip(value, bounds), .constant(2), shift: 0), .constant(ends))
        var most = range
        if range > squareRange {
            distance = .ratio(distance, factor: squareRange, divisor: range)
            most = squareRange
        }
        return .sum(.multiply(distance, distance, shift: 0), 0...(most * most))
    }

    /// The value whose absence this counts.
    static func missingValue(_ having: Scalar) -> Scalar? {
        guard case .choose(let arms, .constant(Schema.null)) = having, arms.count == 1,
            case .isNull(let value) = arms[0].condition, arms[0].value == .constant(1)
        else { return nil }
        return value
    }

    /// The value whose square this is.
    static func squaredValue(_ square: Scalar) -> Scalar? {
        guard case .multiply(var distance, let other, shift: 0) = square, distance == other else {
            return nil
        }
        if case .ratio(let inner, factor: squareRange, _) = distance { distance = inner }
        guard
            case .subtract(.multiply(.clip(let value, _), .constant(2), shift: 0), .constant) =
                distance
        else { return nil }
        return value
    }

    private static let squareRange: Int64 = 1 << 25

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
