// SPDX-License-Identifier: Apache-2.0
internal import Vault

extension Scalar {
    /// The values for all rows, a column at a time.
    ///
    /// - Cost: one pass over the rows for each operation, whatever the values.
    func evaluate(_ columns: [Rows.Column], count: Int) -> [Int64] {
        switch self {
        case .column(let place):
            return columns[place].values
        case .constant(let value):
            return [Int64](repeating: value, count: count)
        case .add(let l, let r):
            return combine(l, r, columns, count) { a, b in
                let (sum, overflow) = a.addingReportingOverflow(b)
                return overflow ? Schema.null : sum
            }
        case .subtract(let l, let r):
            return combine(l, r, columns, count) { a, b in
                let (difference, overflow) = a.subtractingReportingOverflow(b)
                return overflow ? Schema.null : difference
            }
        case .multiply(let l, let r, let shift):
            let divisor = Int128(powerOfTen(shift))
            return combine(l, r, columns, count) { a, b in
                Int64(exactly: Int128(a) * Int128(b) / divisor) ?? Schema.null
            }
        case .divide(let l, let r, let shift):
            let factor = Int128(powerOfTen(shift))
            return combine(l, r, columns, count) { a, b in
                b == 0 ? Schema.null : Int64(exactly: Int128(a) * factor / Int128(b)) ?? Schema.null
            }
        case .rescale(let x, let shift):
            let factor = powerOfTen(shift)
            return map(x, columns, count) { a in
                let (product, overflow) = a.multipliedReportingOverflow(by: factor)
                return overflow ? Schema.null : product
            }
        case .compare(let sign, let l, let r):
            return compare(sign, l, r, columns, count)
        case .and(let l, let r):
            return zipped(l, r, columns, count) { a, b in
                if a == 0 || b == 0 { return 0 }
                return a == Schema.null || b == Schema.null ? Schema.null : 1
            }
        case .or(let l, let r):
            return zipped(l, r, columns, count) { a, b in
                if a == 1 || b == 1 { return 1 }
                return a == Schema.null || b == Schema.null ? Schema.null : 0
            }
        case .not(let x):
            return map(x, columns, count) { 1 &- $0 }
        case .isNull(let x):
            return x.evaluate(columns, count: count).map { $0 == Schema.null ? 1 : 0 }
        case .isIn(let x, let set):
            return map(x, columns, count) { set.contains($0) ? 1 : 0 }
        case .textIsIn(let place, let texts):
            let wanted = columns[place].dictionary.map { texts.contains($0) }
            return columns[place].values.map { code in
                guard code != Schema.null else { return Schema.null }
                return code >= 0 && code < Int64(wanted.count) && wanted[Int(code)] ? 1 : 0
            }
        case .clip(let x, let bounds):
            return map(x, columns, count) { min(max($0, bounds.lowerBound), bounds.upperBound) }
        }
    }

    private func compare(
        _ sign: Comparison, _ l: Scalar, _ r: Scalar, _ columns: [Rows.Column], _ count: Int
    ) -> [Int64] {
        switch sign {
        case .equal: combine(l, r, columns, count) { $0 == $1 ? 1 : 0 }
        case .unequal: combine(l, r, columns, count) { $0 != $1 ? 1 : 0 }
        case .less: combine(l, r, columns, count) { $0 < $1 ? 1 : 0 }
        case .atMost: combine(l, r, columns, count) { $0 <= $1 ? 1 : 0 }
        case .greater: combine(l, r, columns, count) { $0 > $1 ? 1 : 0 }
        case .atLeast: combine(l, r, columns, count) { $0 >= $1 ? 1 : 0 }
        }
    }

    private func map(
        _ x: Scalar, _ columns: [Rows.Column], _ count: Int, _ body: (Int64) -> Int64
    ) -> [Int64] {
        var values = x.evaluate(columns, count: count)
        for row in values.indices where values[row] != Schema.null {
            values[row] = body(values[row])
        }
        return values
    }

    /// NULL when either side is.
    private func combine(
        _ l: Scalar, _ r: Scalar, _ columns: [Rows.Column], _ count: Int,
        _ body: (Int64, Int64) -> Int64
    ) -> [Int64] {
        zipped(l, r, columns, count) { a, b in
            a == Schema.null || b == Schema.null ? Schema.null : body(a, b)
        }
    }

    private func zipped(
        _ l: Scalar, _ r: Scalar, _ columns: [Rows.Column], _ count: Int,
        _ body: (Int64, Int64) -> Int64
    ) -> [Int64] {
        var left = l.evaluate(columns, count: count)
        let right = r.evaluate(columns, count: count)
        for row in left.indices { left[row] = body(left[row], right[row]) }
        return left
    }
}

/// 10^exponent, for 0…18.
func powerOfTen(_ exponent: Int) -> Int64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
}
