// SPDX-License-Identifier: Apache-2.0
package import Study
internal import Value
package import Vault

/// Finds contributors who gave what somebody else gave before: of whose rows half or more, and at least five, are
/// the same as, or very near to, rows that one other contributor gave earlier.
///
/// Rows are compared in all columns of a table. How near is near follows from the rows themselves: so near that of
/// one row of each contributor no more than one in twenty has another at that distance
/// (``Value/NearCopies``). Two people with a few equal rows are no copies; two with the same file are.
///
/// What counts is when each segment came, not when its contributor first came: else whoever came early with
/// something else could take what came later for her own.
package struct CopySearch {
    /// The fewest rows in common.
    private static let fewest = 5
    /// A row that so many came near before is a common one, and nobody's copy.
    private static let mostNear = 32

    /// By contributor, how many rows she gave that differ.
    private var totals: [Int]
    private var shared: [Pair: Int] = [:]

    private struct Pair: Hashable {
        let later: Int
        let earlier: Int
    }

    /// Among so many contributors.
    package init(people: Int) { totals = [Int](repeating: 0, count: people) }

    /// Compares the rows of a table.
    ///
    /// - Parameters:
    ///   - segments: reads each segment as if it were a contributor's only one.
    ///   - owners: for each segment the place of its contributor.
    ///   - times: for each segment when it came, in any unit.
    ///   - most: how many rows of a contributor count.
    /// - Throws: what reading throws.
    /// - Cost: near linear in the rows; all of them are in memory as numbers, 8 bytes each.
    package mutating func compare(
        _ schema: Schema, in segments: some CohortReader, owners: [Int], times: [UInt64], most: Int
    ) throws {
        var points: [Double] = []
        var places: [[Int]] = totals.map { _ in [] }
        var rowOwners: [Int] = []
        var rowTimes: [UInt64] = []
        let all = TableColumns(schema: schema, columns: Array(schema.columns.indices))
        try TableColumns.forEach(of: segments, reading: [all]) { segment, tables in
            let owner = owners[segment]
            for row in 0..<tables[0].count where places[owner].count < most {
                for (column, filled) in zip(schema.columns, tables[0].columns) {
                    points.append(CopySearch.point(filled, row, column))
                }
                places[owner].append(rowOwners.count)
                rowOwners.append(owner)
                rowTimes.append(times[segment])
            }
        }
        let sample = CopySearch.sample(of: places)
        guard sample.count > 1 else { return }
        let rows = try FeatureRows(flat: points, columns: schema.columns.count)
        let radius = try NearCopies.radiusSquared(from: rows.picked(sample), falseMerges: 0.05)
        let near = try NearCopies(radiusSquared: radius)
            .earlier(
                of: rows, order: CommitmentOrder(times: rowTimes), most: CopySearch.mostNear)
        for (row, earlier) in near.enumerated() {
            let owner = rowOwners[row]
            let owners = Set(earlier.map { rowOwners[$0] })
            // A row that she gave twice counts once.
            if owners.contains(owner) { continue }
            totals[owner] += 1
            for other in owners { shared[Pair(later: owner, earlier: other), default: 0] += 1 }
        }
    }

    /// The places of those whose rows are copies, ascending.
    package var copies: [Int] {
        let found = shared.filter { pair, count in
            count >= CopySearch.fewest && 2 * count >= totals[pair.later]
        }
        return Set(found.keys.map(\.later)).sorted()
    }

    /// One row of each of up to 1,024 contributors, another one of each, so that copies are hardly met by chance.
    private static func sample(of places: [[Int]]) -> [Int] {
        let all = places.enumerated().compactMap { owner, rows -> Int? in
            guard !rows.isEmpty else { return nil }
            let mixed = UInt64(owner + 1) &* 0x9e37_79b9_7f4a_7c15
            return rows[Int((mixed >> 33) % UInt64(rows.count))]
        }
        let step = max(1, all.count / 1024)
        return stride(from: 0, to: all.count, by: step).map { all[$0] }
    }

    /// A value as a number: numbers from 0 to 1 between their bounds, everything else so far apart that nothing
    /// different is near.
    private static func point(
        _ filled: Rows.Column, _ row: Int, _ column: Schema.Column
    ) -> Double {
        let value = filled.values[row]
        guard value != Schema.null else { return -1000 }
        if !filled.dictionary.isEmpty {
            guard filled.dictionary.indices.contains(Int(value)) else { return -1000 }
            let hash = filled.dictionary[Int(value)].utf8.reduce(UInt64(14_695_981_039_346_656_037))
            { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
            return Double(hash >> 44) * 1000
        }
        guard let bounds = column.bounds, bounds.lowerBound < bounds.upperBound else {
            // Days and places in lists keep their distance, moments that in minutes.
            return column.kind == .timestamp ? Double(value) / 60_000_000 : Double(value)
        }
        let inside = min(max(value, bounds.lowerBound), bounds.upperBound)
        return (Double(inside) - Double(bounds.lowerBound))
            / (Double(bounds.upperBound) - Double(bounds.lowerBound))
    }
}
