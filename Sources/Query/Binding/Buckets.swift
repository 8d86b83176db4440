// SPDX-License-Identifier: Apache-2.0
internal import Study
internal import Vault

/// Equal parts of a value's public bounds, as BUCKET and HISTOGRAM have them. What is beyond the bounds belongs to the
/// first part, or to the last.
struct Buckets: Sendable {
    /// The value.
    let value: Scalar
    /// Its bounds, not all one, in units of the value's last digit.
    let bounds: ClosedRange<Int64>
    /// How many digits after the point it has.
    let scale: Int
    /// How many parts there are: 2 to 1000.
    let count: Int

    private var width: Int64 { bounds.upperBound - bounds.lowerBound }

    /// The place of a value's part, from 0 on.
    var typed: Typed {
        let last = Int64(count - 1)
        let place = Scalar.ratio(
            .subtract(.clip(value, bounds), .constant(bounds.lowerBound)),
            factor: Int64(count), divisor: width)
        return Typed(
            scalar: .clip(place, 0...last), type: .number(scale: 0, bounds: 0...last))
    }

    /// The first value of a part, rounded up; of the one after the last it is the upper bound.
    func first(of part: Int) -> Int64 {
        let offset = (Int128(width) * Int128(part) + Int128(count) - 1) / Int128(count)
        return bounds.lowerBound + Int64(offset)
    }

    /// What the parts are called.
    var names: [String] {
        let kind = Schema.Kind.decimal(scale: scale)
        let edges = (0...count).map { kind.writtenShort(first(of: $0)) }
        return zip(edges, edges.dropFirst()).map { "\($0) – \($1)" }
    }

    /// Groups of the parts, NULL the last.
    var dimension: GroupDimension {
        GroupDimension(
            value: .scalar(typed.scalar), label: .names(names), codes: count + 1, buckets: self)
    }
}
