// SPDX-License-Identifier: Apache-2.0

/// Records of one owner that are an earlier owner's with the columns in another order.
///
/// Two steps. A row's numbers in ascending order do not depend on the order of columns, and sorting
/// brings no two rows farther apart, so a copy's signature lies within the radius of its original's:
/// nothing is missed. Whether one order of columns turns the matched records of two owners into each
/// other is then checked column by column; independent records do not pass that, for few columns agree
/// over several records.
///
/// Not found: another order in each record, columns that are scaled or mixed, fewer records than
/// ``fewestRecords``, records of fewer than ``fewestValues`` different numbers. To a classifier by neighbours such records lie near nothing, and
/// ``NeighbourUtility/threshold(radiusSquared:)`` pays them 0.
public struct PermutedCopies: Sendable, Hashable {
    /// The squared radius around signatures; small, since signatures of independent records are near.
    public let radiusSquared: Double
    /// How many records of an owner must match, at least 2.
    public let fewestRecords: Int
    /// How many different numbers a record must have.
    public static let fewestValues = 4

    /// Takes a squared radius, and how many records of an owner must match.
    ///
    /// - Throws: ``ValueError/setting(_:)`` for a radius that is negative or not finite, or fewer than 2.
    public init(radiusSquared: Double, fewestRecords: Int = 3) throws(ValueError) {
        guard radiusSquared >= 0, radiusSquared.isFinite, fewestRecords >= 2 else {
            throw .setting("a squared radius of at least 0 and at least 2 records wanted")
        }
        (self.radiusSquared, self.fewestRecords) = (radiusSquared, fewestRecords)
    }

    /// Finds clusters.
    ///
    /// - Parameter owners: The owner of each record.
    /// - Throws: ``ValueError/shape(_:expected:got:)`` for other numbers of owners or commitments.
    /// - Cost: as ``NearCopies/clusters(of:order:)`` over signatures, and for each two owners with
    ///   matches, the columns squared times the matches. Copies of one set by many add one set each.
    public func clusters(
        of table: FeatureRows, owners: Groups, order: CommitmentOrder
    ) throws(ValueError) -> Clusters {
        try order.check(table.count)
        guard owners.members.count == table.count else {
            throw .shape("owners", expected: table.count, got: owners.members.count)
        }
        let signatures = try FeatureRows(
            flat: (0..<table.count).flatMap { table[$0].sorted() }, columns: table.columns)
        var index = BallIndex(signatures, radiusSquared: radiusSquared)
        var union = EarliestUnion(order)
        // One owner after another, by first commitments. What is found to be a copy is not looked for
        // again, so a thousand copies of one set are compared with one set each.
        for all in Self.byOwner(owners, order) {
            let mine = all.filter { Self.isTelling(signatures[$0]) }
            var matches: [Int32: [Match]] = [:]
            for record in mine {
                for (owner, found) in nearest(to: record, in: index, signatures, owners, order) {
                    matches[owner, default: []].append(Match(copy: record, original: found))
                }
            }
            var found = Set<Int>()
            for pairs in matches.values where pairs.count >= fewestRecords {
                for match in verified(pairs, table) {
                    union.join(match.copy, match.original)
                    found.insert(match.copy)
                }
            }
            for record in mine where !found.contains(record) { index.insert(record) }
        }
        return union.clusters()
    }

    /// Records of zeros and ones have the same signature as many others, and prove nothing.
    private static func isTelling(_ signature: ArraySlice<Double>) -> Bool {
        var values = 1
        for (one, next) in zip(signature, signature.dropFirst()) where one != next { values += 1 }
        return values >= fewestValues
    }

    private struct Match {
        let copy, original: Int
    }

    /// The records of each owner in the order of commitments, the owner who began first coming first.
    private static func byOwner(_ owners: Groups, _ order: CommitmentOrder) -> [[Int]] {
        var records: [[Int]] = []
        var places: [Int32: Int] = [:]
        for record in order.places {
            let owner = owners.members[record]
            let place = places[owner] ?? records.count
            if place == records.count {
                places[owner] = place
                records.append([])
            }
            records[place].append(record)
        }
        return records
    }

    /// For each owner in the index the record whose signature is nearest, of equal ones the earliest.
    private func nearest(
        to record: Int, in index: BallIndex, _ signatures: FeatureRows, _ owners: Groups,
        _ order: CommitmentOrder
    ) -> [Int32: Int] {
        var nearest: [Int32: (record: Int, gap: Double)] = [:]
        index.search(record) { other in
            let owner = owners.members[other]
            let gap = signatures.squaredDistance(record, to: other, in: signatures)
            if let known = nearest[owner],
                (known.gap, order.ranks[known.record]) <= (gap, order.ranks[other])
            {
                return
            }
            nearest[owner] = (other, gap)
        }
        return nearest.mapValues(\.record)
    }

    /// The matches that one order of columns explains; none when there are too few.
    private func verified(_ matches: [Match], _ table: FeatureRows) -> [Match] {
        var matches = matches
        for _ in 0..<4 {
            guard matches.count >= fewestRecords else { return [] }
            let columns = alignment(matches, table)
            let kept = matches.filter { match in
                let (copy, original) = (table[match.copy], table[match.original])
                var sum = 0.0
                for (column, other) in columns.enumerated() {
                    let gap = original[original.startIndex + column] - copy[copy.startIndex + other]
                    sum += gap * gap
                }
                return sum <= radiusSquared
            }
            if kept.count == matches.count { return matches }
            matches = kept
        }
        return []
    }

    /// For each column of the originals the one of the copies that fits best, none twice.
    private func alignment(_ matches: [Match], _ table: FeatureRows) -> [Int] {
        let columns = table.columns
        func column(_ column: Int, _ record: (Match) -> Int) -> [Double] {
            matches.map { table.values[record($0) * columns + column] }
        }
        let copies = (0..<columns).map { column($0, \.copy) }
        var pairs: [(gap: Double, original: Int, copy: Int)] = []
        for original in 0..<columns {
            let wanted = column(original, \.original)
            for copy in 0..<columns {
                let offered = copies[copy]
                var gap = 0.0
                for place in wanted.indices {
                    gap += (wanted[place] - offered[place]) * (wanted[place] - offered[place])
                }
                pairs.append((gap, original, copy))
            }
        }
        pairs.sort { ($0.gap, $0.original, $0.copy) < ($1.gap, $1.original, $1.copy) }
        var chosen = [Int](repeating: -1, count: columns)
        var isTaken = [Bool](repeating: false, count: columns)
        for pair in pairs where chosen[pair.original] < 0 && !isTaken[pair.copy] {
            chosen[pair.original] = pair.copy
            isTaken[pair.copy] = true
        }
        return chosen
    }
}
