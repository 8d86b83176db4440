// SPDX-License-Identifier: Apache-2.0
package import Study
internal import Value
internal import Vault

/// Finds contributors who gave what one other contributor gave before.
///
/// Somebody is a copy when, of the rows that differ in the columns compared, at least ten, half of hers and half of one
/// other's are the same or nearly so, the other's came earlier, and few share as many with her: at most one contributor in
/// ten, or three, have half as many. So a few equal rows make nobody a copy, nor do rows that many have, nor a file so large
/// that it holds everybody's.
///
/// It looks twice: for rows that are equal, and for rows that are near, within a fiftieth of its bounds in each number
/// that has some and equal in all else (``Value/NearCopies``), where the other has no second row within twice that.
/// Where somebody's rows lie so close that one of them is near anything, only equal ones tell. What counts is when each row came, not when its contributor first came: else whoever came
/// early with something else could take what came later for her own.
package struct CopySearch {
    /// The fewest rows in common.
    fileprivate static let fewest = 10
    /// A row that came so often before is a common one, and nobody's.
    fileprivate static let mostNear = 128
    /// How many may share as much with a copy as its original: one in so many, or a few.
    private static let (oneIn, few) = (10, 3)
    /// How far apart a number may be, in parts of its bounds, and how far away the next row has to be.
    private static let (near, alone) = (0.02, 0.04)

    /// What is counted of each contributor, at one distance.
    fileprivate struct Tally {
        /// How many rows she gave that differ and are not common.
        var totals: [Int]
        /// How many of them are at rows that another one gave before.
        var shared: [[Int: Int]]
    }

    private var (equal, close): (Tally, Tally)
    /// By contributor, when her first row came; the largest number for one who gave none.
    private var arrivals: [UInt64]

    /// Among so many contributors.
    package init(people: Int) {
        let none = Tally(
            totals: [Int](repeating: 0, count: people),
            shared: [[Int: Int]](repeating: [:], count: people))
        (equal, close) = (none, none)
        arrivals = [UInt64](repeating: .max, count: people)
    }

    /// Compares the rows of a table, in some of its columns.
    ///
    /// - Parameters:
    ///   - segments: reads each segment as if it were a contributor's only one.
    ///   - owners: for each segment the place of its contributor.
    ///   - times: for each segment when it came, in any unit.
    ///   - most: how many rows of a contributor count.
    /// - Throws: what reading throws.
    /// - Cost: near linear in the rows; all of them are in memory as numbers, 8 bytes each.
    package mutating func compare(
        _ table: TableColumns, in segments: some CohortReader, owners: [Int], times: [UInt64],
        most: Int
    ) throws {
        let columns = table.columns.map { table.schema.columns[$0] }
        var points: [Double] = []
        var rowOwners: [Int] = []
        var rowTimes: [UInt64] = []
        // A row that she gave twice counts once.
        var known = arrivals.map { _ in Set<[Double]>() }
        try TableColumns.forEach(of: segments, reading: [table]) { segment, tables in
            let owner = owners[segment]
            arrivals[owner] = min(arrivals[owner], times[segment])
            for row in 0..<tables[0].count where known[owner].count < most {
                let point = zip(table.columns, columns).map {
                    CopySearch.number(tables[0].columns[$0], row, $1)
                }
                guard known[owner].insert(point).inserted else { continue }
                points += point
                rowOwners.append(owner)
                rowTimes.append(times[segment])
            }
        }
        guard !rowOwners.isEmpty, !columns.isEmpty else { return }
        let rows = try FeatureRows(flat: points, columns: columns.count)
        let order = CommitmentOrder(times: rowTimes)
        let bounded = Double(columns.count { $0.isNumberWithin })
        try equal.count(rows, order, rowOwners, within: 0, alone: 0)
        try close.count(
            rows, order, rowOwners, within: bounded * CopySearch.near * CopySearch.near,
            alone: bounded * CopySearch.alone * CopySearch.alone)
    }

    /// The places of those whose rows are copies, ascending.
    package var copies: [Int] {
        let people = arrivals.count { $0 < .max }
        let most = max(CopySearch.few, people / CopySearch.oneIn)
        return arrivals.indices.filter {
            equal.isCopy($0, amongAtMost: most) || close.isCopy($0, amongAtMost: most)
        }
    }

    /// A value as a number: those with bounds from 0 to 1 between them, everything else so far apart that nothing
    /// different is near.
    private static func number(
        _ filled: Rows.Column, _ row: Int, _ column: Schema.Column
    ) -> Double {
        let value = filled.values[row]
        guard value != Schema.null else { return -1000 }
        if !filled.dictionary.isEmpty {
            guard value >= 0, value < Int64(filled.dictionary.count) else { return -1000 }
            return apart(filled.dictionary[Int(value)].utf8.map { UInt64($0) })
        }
        guard column.isNumberWithin, let bounds = column.bounds else {
            return apart([UInt64(bitPattern: value)])
        }
        let inside = min(max(value, bounds.lowerBound), bounds.upperBound)
        return (Double(inside) - Double(bounds.lowerBound))
            / (Double(bounds.upperBound) - Double(bounds.lowerBound))
    }

    /// One of 2^24 places, a thousand apart from each other.
    private static func apart(_ parts: [UInt64]) -> Double {
        var hash = RowHash()
        for part in parts { hash.add(part) }
        return Double(hash.value >> 40) * 1000
    }
}

extension CopySearch.Tally {
    /// - Parameters:
    ///   - near: how near a row has to be to another's, squared.
    ///   - alone: within what distance, squared, she may have no second one.
    fileprivate mutating func count(
        _ rows: FeatureRows, _ order: CommitmentOrder, _ owners: [Int], within near: Double,
        alone: Double
    ) throws {
        let found = try NearCopies(radiusSquared: alone)
            .earlier(of: rows, order: order, most: CopySearch.mostNear)
        for (row, earlier) in found.enumerated() {
            guard let earlier else { continue }
            let owner = owners[row]
            totals[owner] += 1
            for (other, theirs) in Dictionary(grouping: earlier, by: { owners[$0] })
            where other != owner && theirs.count == 1
                && rows.squaredDistance(row, to: theirs[0], in: rows) <= near
            {
                shared[owner][other, default: 0] += 1
            }
        }
    }

    /// Whether somebody is a copy of one other, with whom and so many more at most she shares so much.
    fileprivate func isCopy(_ person: Int, amongAtMost most: Int) -> Bool {
        let original = shared[person].filter { other, count in
            count >= CopySearch.fewest && 2 * count >= totals[person] && 2 * count >= totals[other]
        }
        guard let best = original.values.max() else { return false }
        // Those who came later count too: two people alone in a pool of many kinds are alike, and no copies.
        let family = totals.indices.count { other in
            let common = (shared[person][other] ?? 0) + (shared[other][person] ?? 0)
            return other != person && 2 * common >= best
        }
        return family <= most
    }
}

extension Schema.Column {
    /// Whether it is a number whose values lie between two bounds.
    fileprivate var isNumberWithin: Bool {
        switch kind {
        case .integer, .decimal: bounds.map { $0.lowerBound < $0.upperBound } ?? false
        default: false
        }
    }
}
