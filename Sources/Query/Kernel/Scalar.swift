// SPDX-License-Identifier: Apache-2.0

/// A bound expression: what a row's Int64s are turned into, totally.
///
/// Every operation gives a value for every input: overflow, division by zero and missing values
/// give NULL (`Schema.null`). Nothing throws, nothing traps.
indirect enum Scalar: Hashable, Sendable {
    /// The values of a column that is read, by its place among the columns read.
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
    /// 0 or 1.
    case compare(Comparison, Scalar, Scalar)
    /// Three-valued and.
    case and(Scalar, Scalar)
    /// Three-valued or.
    case or(Scalar, Scalar)
    /// Three-valued not.
    case not(Scalar)
    /// 0 or 1, never NULL.
    case isNull(Scalar)
    /// Whether the value is one of these; NULL for NULL.
    case isIn(Scalar, Set<Int64>)
    /// Whether the text of a text column is one of these; NULL for NULL.
    case textIsIn(Int, Set<String>)
    /// The value brought into the bounds.
    case clip(Scalar, ClosedRange<Int64>)

    enum Comparison: String, Hashable, Sendable {
        case equal = "="
        case unequal = "<>"
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="
    }
}

extension Scalar {
    /// One spelling for one meaning; part of a study's canonical bytes.
    var canonical: String {
        switch self {
        case .column(let place): "c\(place)"
        case .constant(let value): "\(value)"
        case .add(let l, let r): "(\(l.canonical)+\(r.canonical))"
        case .subtract(let l, let r): "(\(l.canonical)-\(r.canonical))"
        case .multiply(let l, let r, let shift): "(\(l.canonical)*\(r.canonical)>>\(shift))"
        case .divide(let l, let r, let shift): "(\(l.canonical)<<\(shift)/\(r.canonical))"
        case .rescale(let x, let shift): "(\(x.canonical)<<\(shift))"
        case .compare(let sign, let l, let r): "(\(l.canonical)\(sign.rawValue)\(r.canonical))"
        case .and(let l, let r): "(\(l.canonical)&\(r.canonical))"
        case .or(let l, let r): "(\(l.canonical)|\(r.canonical))"
        case .not(let x): "!\(x.canonical)"
        case .isNull(let x): "null?\(x.canonical)"
        case .isIn(let x, let set):
            "\(x.canonical)[\(set.sorted().map { "\($0)" }.joined(separator: ","))]"
        case .textIsIn(let place, let set):
            "c\(place)[\(set.sorted().map { "\(Array($0.utf8))" }.joined(separator: ","))]"
        case .clip(let x, let bounds):
            "clip(\(x.canonical),\(bounds.lowerBound),\(bounds.upperBound))"
        }
    }
}
