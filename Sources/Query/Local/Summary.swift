// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// What is worked out from one contributor's rows, for each combination of some of their columns:
/// `SELECT contributor, SUM(x) … GROUP BY contributor, kind`.
///
/// Exact, since nobody sees it: what it gives is clipped and noised like any row. Sums that leave
/// Int64 are NULL, as is anything of no values but a count.
struct Summary: Hashable, Sendable {
    /// One column of what it gives.
    enum Value: Hashable, Sendable {
        /// A column that rows are grouped by, by its place among ``keys``.
        case key(Int)
        case count(having: Scalar?)
        case sum(Scalar)
        /// The mean times 10^shift, truncated.
        case average(Scalar, shift: Int)
        case least(Scalar)
        case greatest(Scalar)

        /// What is worked out of each row for it; nil where nothing is.
        var scalar: Scalar? {
            switch self {
            case .key: nil
            case .count(let having): having
            case .sum(let scalar), .average(let scalar, _), .least(let scalar),
                .greatest(let scalar):
                scalar
            }
        }
    }

    let filter: Scalar?
    /// The columns that rows are grouped by, by place.
    let keys: [Int]
    let values: [Value]
    /// What the rows that it gives look like.
    let schema: Schema

    /// Rows of one contributor beyond so many are not looked at.
    static let mostRows = 1 << 16

    func rows(of source: Rows) -> Rows {
        let all = 0..<min(source.count, Summary.mostRows)
        let kept = filter.map { $0.evaluate(source.columns, rows: all) }
        var groups: [[Int64]] = []
        var places: [[Int64]: Int] = [:]
        var rows: [[Int]] = []
        for row in all where kept.map({ $0[row] == 1 }) ?? true {
            let key = keys.map { source.columns[$0].values[row] }
            let place = places[key] ?? groups.count
            if place == groups.count {
                places[key] = place
                groups.append(key)
                rows.append([])
            }
            rows[place].append(row)
        }
        let columns = values.map { value -> Rows.Column in
            guard case .key(let place) = value else {
                return Rows.Column(values: worked(value, source, rows))
            }
            return Rows.Column(
                values: groups.map { $0[place] },
                dictionary: source.columns[keys[place]].dictionary)
        }
        return Rows(schema: schema, columns: columns, count: groups.count)
    }

    /// The values of a column that is worked out, for each group of rows.
    private func worked(_ value: Value, _ source: Rows, _ groups: [[Int]]) -> [Int64] {
        func values(_ scalar: Scalar) -> [Int64] {
            scalar.evaluate(source.columns, rows: 0..<source.count)
        }
        func each(_ scalar: Scalar, _ body: ([Int64]) -> Int64) -> [Int64] {
            let values = values(scalar)
            return groups.map { rows in
                let present = rows.map { values[$0] }.filter { $0 != Schema.null }
                return present.isEmpty ? Schema.null : body(present)
            }
        }
        switch value {
        case .key: return []
        case .count(nil): return groups.map { Int64($0.count) }
        case .count(let scalar?):
            let values = values(scalar)
            return groups.map { rows in Int64(rows.count { values[$0] != Schema.null }) }
        case .sum(let scalar): return each(scalar) { Summary.whole(Summary.sum($0)) }
        case .average(let scalar, let shift):
            return each(scalar) { values in
                let scaled = Summary.sum(values).multipliedReportingOverflow(
                    by: Int128(powerOfTen(shift)))
                guard !scaled.overflow else { return Schema.null }
                return Summary.whole(scaled.partialValue / Int128(values.count))
            }
        case .least(let scalar): return each(scalar) { $0.min() ?? Schema.null }
        case .greatest(let scalar): return each(scalar) { $0.max() ?? Schema.null }
        }
    }

    private static func sum(_ values: [Int64]) -> Int128 {
        values.reduce(Int128(0)) { $0 + Int128($1) }
    }

    private static func whole(_ value: Int128) -> Int64 { Int64(exactly: value) ?? Schema.null }

    /// One spelling for one meaning.
    var canonical: String {
        let parts = values.map { value in
            switch value {
            case .key(let place): "k\(place)"
            case .count(let scalar): "count(\(scalar?.canonical ?? "*"))"
            case .sum(let scalar): "sum(\(scalar.canonical))"
            case .average(let scalar, let shift): "avg\(shift)(\(scalar.canonical))"
            case .least(let scalar): "min(\(scalar.canonical))"
            case .greatest(let scalar): "max(\(scalar.canonical))"
            }
        }
        let keys = keys.map { "c\($0)" }.joined(separator: ",")
        return "\(filter?.canonical ?? "*");\(keys);\(parts.joined(separator: ","))"
    }
}
