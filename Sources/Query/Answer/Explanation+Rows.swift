// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Vault

/// What each person's rows become before they count, in words.
struct RowWords {
    /// The tables that a plan's rows come from.
    let tables: [Schema]

    /// A line for each join and each subquery, the inner ones first; none for a table as it is.
    func lines(of plan: RowPlan) -> [String] {
        switch plan {
        case .table: return []
        case .join(let left, let right, let pairs, _):
            let columns = schema(of: left).columns
            let agree = pairs.map { columns[$0.left].name }
            return lines(of: left) + lines(of: right) + [
                "pairs of a row of her \(name(of: left)) and a row of her \(name(of: right))"
                    + (agree.isEmpty ? ", all of them" : " that agree in \(listed(agree))")
                    + "; at most \(Join.most) pairs of one person are made"
            ]
        case .summary(let source, let summary):
            let columns = schema(of: source).columns
            let keys = summary.keys.map { columns[$0].name }
            let each = keys.isEmpty ? "one row" : "a row for each of her \(listed(keys))"
            let kept = summary.filter == nil ? "" : " that the WHERE inside keeps"
            let values = zip(summary.schema.columns, summary.values).map(RowWords.words)
            return lines(of: source) + [
                "\(each), worked out exactly from her \(name(of: source))\(kept), of which at most "
                    + "\(Summary.mostRows) are looked at: \(values.joined(separator: "; "))"
            ]
        }
    }

    private func name(of plan: RowPlan) -> String {
        switch plan {
        case .table(let place): tables[place].table
        case .join: "pairs"
        case .summary: "rows worked out"
        }
    }

    private func schema(of plan: RowPlan) -> Schema {
        switch plan {
        case .table(let place): tables[place]
        case .join(_, _, _, let schema): schema
        case .summary(_, let summary): summary.schema
        }
    }

    private func listed(_ names: [String]) -> String { names.joined(separator: " and ") }

    /// A column that is worked out, and its public bounds.
    private static func words(_ column: Schema.Column, _ value: Summary.Value) -> String {
        let what: String
        switch value {
        case .key: return "\(column.name), as it is"
        case .count: what = "COUNT"
        case .sum: what = "SUM"
        case .average: what = "AVG"
        case .least: what = "MIN"
        case .greatest: what = "MAX"
        }
        guard let bounds = column.bounds else {
            return "\(column.name), a \(what) without public bounds"
        }
        var unit = 1.0
        if case .decimal(let scale) = column.kind { unit = Double(powerOfTen(scale)) }
        let ends = [bounds.lowerBound, bounds.upperBound].map {
            String(format: "%.4g", Double($0) / unit)
        }
        return "\(column.name), a \(what) within \(ends[0]) and \(ends[1])"
    }
}
