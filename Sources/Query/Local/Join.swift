// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Rows of two of a contributor's tables side by side.
///
/// NULL agrees with nothing. Pairs come in the order of the left rows, then of the right ones, and
/// end after ``most``: a join without further columns multiplies.
struct Join {
    /// The most pairs of one contributor.
    static let most = 1 << 20

    let rows: Rows

    init(_ left: Rows, _ right: Rows, on pairs: [RowPlan.Pair], schema: Schema) {
        var found: [[Int64]: [Int]] = [:]
        let (leftKeys, rightKeys) = Join.keys(left, right, pairs)
        for row in 0..<right.count {
            let key = rightKeys.map { $0[row] }
            if !key.contains(Schema.null) { found[key, default: []].append(row) }
        }
        var (leftPlaces, rightPlaces): ([Int], [Int]) = ([], [])
        for row in 0..<left.count where leftPlaces.count < Join.most {
            let key = leftKeys.map { $0[row] }
            let matches = (found[key] ?? []).prefix(Join.most - leftPlaces.count)
            leftPlaces += repeatElement(row, count: matches.count)
            rightPlaces += matches
        }
        let columns =
            left.selecting(leftPlaces).columns + right.selecting(rightPlaces).columns
        rows = Rows(schema: schema, columns: columns, count: leftPlaces.count)
    }

    /// The columns that have to agree, with texts numbered alike on both sides.
    private static func keys(
        _ left: Rows, _ right: Rows, _ pairs: [RowPlan.Pair]
    ) -> (left: [[Int64]], right: [[Int64]]) {
        var keys: (left: [[Int64]], right: [[Int64]]) = ([], [])
        for pair in pairs {
            let (a, b) = (left.columns[pair.left], right.columns[pair.right])
            keys.left.append(a.values)
            guard left.schema.columns[pair.left].kind == .text else {
                keys.right.append(b.values)
                continue
            }
            var places: [[UInt8]: Int64] = [:]
            for (place, text) in a.dictionary.enumerated() {
                places[Array(text.utf8)] = Int64(place)
            }
            let moved = b.dictionary.map { places[Array($0.utf8)] ?? Schema.null }
            // A value without a text is NULL, on either side.
            keys.left[keys.left.count - 1] = a.values.map {
                $0 >= 0 && $0 < a.dictionary.count ? $0 : Schema.null
            }
            keys.right.append(
                b.values.map { $0 >= 0 && $0 < moved.count ? moved[Int($0)] : Schema.null })
        }
        return keys
    }
}
