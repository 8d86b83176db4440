// SPDX-License-Identifier: Apache-2.0
internal import Study
internal import Vault

/// Groups whose rows are counted: a number for each.
extension Compiler {
    func provenGroups(of schema: Schema) throws(QueryError) -> [ProvenQuestion.Number] {
        let (dimensions, isFound) = grouping
        guard !isFound, dimensions.count == 1, statistics == [.rows(having: nil)] else {
            throw ungrouped()
        }
        if let buckets = dimensions[0].buckets { return try parts(buckets, of: schema) }
        guard case .scalar(.column(let column)) = dimensions[0].value,
            let codes = dimensions[0].codes
        else { throw ungrouped() }
        switch schema.columns[column].kind {
        case .category, .boolean: break
        default: throw ungrouped()
        }
        try checkGroups(codes)
        return (0..<codes).map { .group(column: column, value: $0 < codes - 1 ? Int64($0) : nil) }
    }

    /// A number for each part, the first from 0 on and the last up to the greatest value that is told from others.
    private func parts(
        _ buckets: Buckets, of schema: Schema
    ) throws(QueryError) -> [ProvenQuestion.Number] {
        guard let column = buckets.value.clippedColumn(within: buckets.bounds),
            schema.wholeNumberColumns.contains(column)
        else { throw ungrouped() }
        let (low, high) = (buckets.bounds.lowerBound, buckets.bounds.upperBound)
        guard low >= 0, high <= ProvenQuestion.mostValue else {
            throw refused(
                "has parts of values from 0 to \(ProvenQuestion.mostValue)"
                    + (buckets.scale > 0 ? " units of its last digit" : ""),
                "bring them within that: HISTOGRAM(CLIP(x, 0, 1000), 20)", at: groupPosition)
        }
        guard buckets.count <= high - low else {
            throw refused(
                "has parts with a value at least", "ask for \(high - low) of them at most",
                at: groupPosition)
        }
        try checkGroups(buckets.count + 1)
        let firsts = [0] + (1..<buckets.count).map { buckets.first(of: $0) }
        let ends = firsts.dropFirst() + [ProvenQuestion.mostValue + 1]
        return zip(firsts, ends).map { .part(column: column, $0...$1 - 1) }
            + [.missing(column: column)]
    }

    private func checkGroups(_ count: Int) throws(QueryError) {
        guard count <= ProvenQuestion.mostGroups else {
            throw refused(
                "has \(ProvenQuestion.mostGroups) groups at most, that of no value with them",
                "group by fewer", at: groupPosition)
        }
    }

    /// Where the groups are asked for.
    private var groupPosition: Position? {
        statement.groups.first?.position
            ?? statement.items.first { item in
                if case .aggregate(.histogram, _) = item.expression { true } else { false }
            }?.expression.position
    }

    private func ungrouped() -> QueryError {
        refused(
            "counts the rows of one published category, or of equal parts of one column",
            "ask SELECT x, COUNT(*) … GROUP BY x, or SELECT HISTOGRAM(x, 20)", at: groupPosition)
    }
}
