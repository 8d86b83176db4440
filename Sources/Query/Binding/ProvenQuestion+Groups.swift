// SPDX-License-Identifier: Apache-2.0
internal import Study
internal import Vault

/// Groups whose rows are counted: a number for each.
extension Compiler {
    func provenGroups(of schema: Schema) throws(QueryError) -> [ProvenQuestion.Number] {
        let (dimensions, isFound) = grouping
        guard dimensions.count == 1, statistics == [.rows(having: nil)] else {
            throw refused(
                "counts the rows of each group of one column, and nothing else",
                "ask SELECT x, COUNT(*) … GROUP BY x, or SELECT HISTOGRAM(x, 20), alone",
                at: groupPosition)
        }
        if let buckets = dimensions[0].buckets { return try parts(buckets, of: schema) }
        guard !isFound, case .scalar(.column(let column)) = dimensions[0].value,
            let codes = dimensions[0].codes
        else { throw unlisted() }
        switch schema.columns[column].kind {
        case .category, .boolean: break
        default: throw unlisted()
        }
        guard codes <= ProvenQuestion.mostGroups else {
            throw refused(
                "has \(ProvenQuestion.mostGroups) groups at most, that of no value with them",
                "group by a column with fewer categories", at: groupPosition)
        }
        return (0..<codes).map { .group(column: column, value: $0 < codes - 1 ? Int64($0) : nil) }
    }

    /// A number for each part, the first from 0 on and the last up to the greatest value that is told from others.
    private func parts(
        _ buckets: Buckets, of schema: Schema
    ) throws(QueryError) -> [ProvenQuestion.Number] {
        guard let column = buckets.value.clippedColumn(within: buckets.bounds),
            schema.wholeNumberColumns.contains(column)
        else {
            throw refused(
                "has parts of a column as it is, or clipped at values that it can have",
                "ask HISTOGRAM(x, 20) or HISTOGRAM(CLIP(x, 0, 1000), 20)", at: groupPosition)
        }
        let (low, high) = (buckets.bounds.lowerBound, buckets.bounds.upperBound)
        guard low >= 0, high <= ProvenQuestion.mostValue else {
            throw refused(
                "has parts of values from 0 to \(ProvenQuestion.mostValue)"
                    + (buckets.scale > 0 ? " units of its last digit" : ""),
                "bring them within that: CLIP(x, 0, 1000) in place of x", at: groupPosition)
        }
        // The last group is that of no value.
        let most = min(high - low + 1, Int64(ProvenQuestion.mostGroups - 1))
        guard buckets.count <= most else {
            throw refused(
                "has \(ProvenQuestion.mostGroups - 1) parts at most, each with a value that only it has",
                "ask for \(most) of them at most", at: groupPosition)
        }
        let firsts = [0] + (1..<buckets.count).map { buckets.first(of: $0) }
        let ends = firsts.dropFirst() + [ProvenQuestion.mostValue + 1]
        return zip(firsts, ends).map { .part(column: column, $0...$1 - 1) }
            + [.missing(column: column)]
    }

    /// Where the groups are asked for.
    private var groupPosition: Position? {
        statement.groups.first?.position
            ?? statement.items.first { item in
                if case .aggregate(.histogram, _) = item.expression { true } else { false }
            }?.expression.position
    }

    private func unlisted() -> QueryError {
        refused(
            "has groups of published categories, of yes and no, or of equal parts of a number",
            "group by a category, or ask HISTOGRAM(CLIP(x, 0, 1000), 20)", at: groupPosition)
    }
}
