// SPDX-License-Identifier: Apache-2.0
internal import Vault

extension Scalar {
    /// The values for some of the rows, a column at a time.
    ///
    /// - Requires: every column that is named has a value for each of the rows.
    /// - Cost: one pass over the rows for each part, whatever the values.
    func evaluate(_ columns: [Rows.Column], rows: Range<Int>) -> [Int64] {
        switch self {
        case .column(let place):
            let values = columns[place].values
            return values.indices == rows ? values : Array(values[rows])
        case .constant(let value):
            return [Int64](repeating: value, count: rows.count)
        case .add(let l, let r):
            return combine(l, r, columns, rows) { a, b in
                let (sum, overflow) = a.addingReportingOverflow(b)
                return overflow ? Schema.null : sum
            }
        case .subtract(let l, let r):
            return combine(l, r, columns, rows) { a, b in
                let (difference, overflow) = a.subtractingReportingOverflow(b)
                return overflow ? Schema.null : difference
            }
        case .multiply(let l, let r, let shift):
            let divisor = Int128(powerOfTen(shift))
            return combine(l, r, columns, rows) { a, b in
                Int64(exactly: Int128(a) * Int128(b) / divisor) ?? Schema.null
            }
        case .divide(let l, let r, let shift):
            let factor = Int128(powerOfTen(shift))
            return combine(l, r, columns, rows) { a, b in
                b == 0 ? Schema.null : Int64(exactly: Int128(a) * factor / Int128(b)) ?? Schema.null
            }
        case .rescale(let x, let shift):
            let factor = powerOfTen(shift)
            return map(x, columns, rows) { a in
                let (product, overflow) = a.multipliedReportingOverflow(by: factor)
                return overflow ? Schema.null : product
            }
        case .absolute(let x): return map(x, columns, rows) { $0 < 0 ? 0 &- $0 : $0 }
        case .clip(let x, let bounds):
            return map(x, columns, rows) { min(max($0, bounds.lowerBound), bounds.upperBound) }
        case .test(let x, let quantifier, let tests):
            return test(x.evaluate(columns, rows: rows), quantifier, tests, columns, rows)
        case .all(let parts): return join(parts, columns, rows, Scalar.both)
        case .any(let parts): return join(parts, columns, rows, Scalar.either)
        case .not(let x): return map(x, columns, rows) { $0 == 0 ? 1 : 0 }
        case .isNull(let x):
            return x.evaluate(columns, rows: rows).map { $0 == Schema.null ? 1 : 0 }
        case .isIn(let x, let set): return map(x, columns, rows) { set.contains($0) ? 1 : 0 }
        case .textIsIn(let place, let texts): return find(texts, in: columns[place], rows)
        case .firstOf(let parts):
            return parts.dropFirst().reduce(into: parts[0].evaluate(columns, rows: rows)) {
                let next = $1.evaluate(columns, rows: rows)
                for row in $0.indices where $0[row] == Schema.null { $0[row] = next[row] }
            }
        case .choose(let arms, let otherwise):
            // From the last arm to the first, so that the first true one stays.
            return arms.reversed().reduce(into: otherwise.evaluate(columns, rows: rows)) {
                let taken = $1.condition.evaluate(columns, rows: rows)
                let value = $1.value.evaluate(columns, rows: rows)
                for row in $0.indices where taken[row] == 1 { $0[row] = value[row] }
            }
        }
    }

    /// Three-valued and: false wins over NULL.
    private static func both(_ a: Int64, _ b: Int64) -> Int64 {
        if a == 0 || b == 0 { return 0 }
        return a == Schema.null || b == Schema.null ? Schema.null : 1
    }

    /// Three-valued or: true wins over NULL.
    private static func either(_ a: Int64, _ b: Int64) -> Int64 {
        if a == 1 || b == 1 { return 1 }
        return a == Schema.null || b == Schema.null ? Schema.null : 0
    }

    private func test(
        _ x: [Int64], _ quantifier: Quantifier, _ tests: [Test], _ columns: [Rows.Column],
        _ rows: Range<Int>
    ) -> [Int64] {
        let join = quantifier == .all ? Scalar.both : Scalar.either
        var result = [Int64](repeating: quantifier == .all ? 1 : 0, count: x.count)
        for (place, test) in tests.enumerated() {
            let other = test.other.evaluate(columns, rows: rows)
            for row in x.indices {
                let passed = test.passes(x[row], other[row])
                result[row] = place == 0 ? passed : join(result[row], passed)
            }
        }
        return result
    }

    /// Looks at each text of the dictionary once, or at each row, whichever are fewer.
    private func find(
        _ texts: Set<Text>, in column: Rows.Column, _ rows: Range<Int>
    ) -> [Int64] {
        func isWanted(_ text: String) -> Int64 { texts.contains(Text(text)) ? 1 : 0 }
        let few = column.dictionary.count <= rows.count
        let known = few ? column.dictionary.map(isWanted) : []
        return column.values[rows].map { code in
            guard let place = Int(exactly: code), column.dictionary.indices.contains(place) else {
                return code == Schema.null ? Schema.null : 0
            }
            return few ? known[place] : isWanted(column.dictionary[place])
        }
    }

    private func map(
        _ x: Scalar, _ columns: [Rows.Column], _ rows: Range<Int>, _ body: (Int64) -> Int64
    ) -> [Int64] {
        var values = x.evaluate(columns, rows: rows)
        for row in values.indices where values[row] != Schema.null {
            values[row] = body(values[row])
        }
        return values
    }

    /// NULL when either side is.
    private func combine(
        _ l: Scalar, _ r: Scalar, _ columns: [Rows.Column], _ rows: Range<Int>,
        _ body: (Int64, Int64) -> Int64
    ) -> [Int64] {
        var left = l.evaluate(columns, rows: rows)
        let right = r.evaluate(columns, rows: rows)
        for row in left.indices {
            let missing = left[row] == Schema.null || right[row] == Schema.null
            left[row] = missing ? Schema.null : body(left[row], right[row])
        }
        return left
    }

    private func join(
        _ parts: [Scalar], _ columns: [Rows.Column], _ rows: Range<Int>,
        _ body: (Int64, Int64) -> Int64
    ) -> [Int64] {
        var result = parts[0].evaluate(columns, rows: rows)
        for part in parts.dropFirst() {
            let next = part.evaluate(columns, rows: rows)
            for row in result.indices { result[row] = body(result[row], next[row]) }
        }
        return result
    }
}

extension Scalar.Test {
    /// 1, 0 or NULL. In 128 bits nothing overflows: the shifts are at most 9 digits.
    fileprivate func passes(_ x: Int64, _ y: Int64) -> Int64 {
        if x == Schema.null || y == Schema.null { return Schema.null }
        if shift == 0, otherShift == 0 { return sign.holds(x, y) ? 1 : 0 }
        let left = Int128(x) * Int128(powerOfTen(shift))
        let right = Int128(y) * Int128(powerOfTen(otherShift))
        return sign.holds(left, right) ? 1 : 0
    }
}

extension Scalar.Comparison {
    fileprivate func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .equal: left == right
        case .unequal: left != right
        case .less: left < right
        case .atMost: left <= right
        case .greater: left > right
        case .atLeast: left >= right
        }
    }
}

/// 10^exponent, for 0…18.
func powerOfTen(_ exponent: Int) -> Int64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
}
