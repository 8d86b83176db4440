// SPDX-License-Identifier: Apache-2.0
package import Study
internal import Value
package import Vault

/// Finds contributors who gave what somebody else gave before: of whose rows half or more, and at least five, are
/// the same as, or very near to, rows of one contributor who came earlier.
///
/// Rows are compared in all columns of a table. How near is near follows from the rows themselves: so near that of
/// one row of each contributor no more than one in twenty has another at that distance
/// (``Value/NearCopies``). Two people with a few equal rows are no copies; two with the same file are.
package struct CopySearch {
    /// The fewest rows in common.
    static let fewest = 5

    /// By table: rows as points, and whose they are.
    private var points: [[Double]]
    private var owners: [[Int]]
    private let reads: [TableColumns]

    /// Compares whole rows of these tables.
    package init(_ schemas: [Schema]) {
        reads = schemas.map {
            TableColumns(schema: $0, columns: Array($0.columns.indices))
        }
        points = schemas.map { _ in [] }
        owners = schemas.map { _ in [] }
    }

    /// Finds the copies among a cohort.
    ///
    /// - Parameters:
    ///   - ranks: for each contributor how many gave their rows before her.
    ///   - most: how many rows of each table of a contributor count.
    /// - Returns: the places of those whose rows are copies, ascending.
    /// - Throws: what reading throws; ``Value/ValueError`` never, for tables that a schema allows.
    /// - Cost: near linear in the rows; all of them are in memory as numbers, 8 bytes each.
    package mutating func copies(
        among cohort: some CohortReader, ranks: [UInt64], most: Int
    ) throws -> [Int] {
        try TableColumns.forEach(of: cohort, reading: reads) { contributor, tables in
            for (table, rows) in tables.enumerated() { add(rows, of: contributor, at: table, most) }
        }
        var totals = [Int](repeating: 0, count: cohort.count)
        var shared: [Pair: Int] = [:]
        for table in reads.indices where owners[table].count > 1 {
            try compare(table, ranks, &totals, &shared)
        }
        let found = Set(
            shared.filter { pair, count in
                count >= CopySearch.fewest && 2 * count >= totals[pair.later]
            }.map(\.key.later))
        return found.sorted()
    }

    private struct Pair: Hashable {
        let later: Int
        let earlier: Int
    }

    private mutating func add(_ rows: Rows, of contributor: Int, at table: Int, _ most: Int) {
        for row in 0..<min(rows.count, most) {
            for (column, filled) in zip(rows.schema.columns, rows.columns) {
                points[table].append(CopySearch.point(filled, row, column))
            }
            owners[table].append(contributor)
        }
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

    private func compare(
        _ table: Int, _ ranks: [UInt64], _ totals: inout [Int], _ shared: inout [Pair: Int]
    ) throws {
        let width = reads[table].columns.count
        let rows = try FeatureRows(flat: points[table], columns: width)
        let owners = owners[table]
        let order = CommitmentOrder(times: owners.map { ranks[$0] })
        let radius = try NearCopies.radiusSquared(
            from: rows.picked(CopySearch.sample(of: owners)), falseMerges: 0.05)
        let clusters = try NearCopies(radiusSquared: radius).clusters(of: rows, order: order)
        for (row, representative) in clusters.representatives.enumerated() {
            let (owner, earlier) = (owners[row], owners[representative])
            // A row that she gave twice counts once.
            if owner == earlier, row != representative { continue }
            totals[owner] += 1
            if owner != earlier { shared[Pair(later: owner, earlier: earlier), default: 0] += 1 }
        }
    }

    /// One row of each of up to 1,024 contributors, another one of each, so that copies are hardly met by chance.
    private static func sample(of owners: [Int]) -> [Int] {
        var places: [Int] = []
        var start = 0
        while start < owners.count, places.count < 1024 {
            var end = start
            while end < owners.count, owners[end] == owners[start] { end += 1 }
            let mixed = UInt64(owners[start] + 1) &* 0x9e37_79b9_7f4a_7c15
            places.append(start + Int((mixed >> 33) % UInt64(end - start)))
            start = end
        }
        return places
    }
}
