// SPDX-License-Identifier: Apache-2.0

/// Records that lie within a small distance of an earlier one.
///
/// In the order of commitments each record joins the earliest representative within the radius, or
/// becomes one itself. Distances to representatives alone count, so a chain of honest records that each
/// lie near the next does not fall together.
///
/// A copy with more noise than the radius is a record of its own, and worth what such a record is worth.
/// Labels do not count: append them as a column where they should.
public struct NearCopies: Sendable, Hashable {
    /// The squared radius.
    public let radiusSquared: Double

    /// Takes a squared radius.
    ///
    /// - Throws: ``ValueError/setting(_:)`` for one that is negative or not finite.
    public init(radiusSquared: Double) throws(ValueError) {
        guard radiusSquared >= 0, radiusSquared.isFinite else {
            throw .setting("a squared radius that is finite and not negative wanted")
        }
        self.radiusSquared = radiusSquared
    }

    /// A squared radius within which no more than a share of independent records have another one.
    ///
    /// - Parameters:
    ///   - independent: Records known to be nobody's copies, at least 2: those to test with.
    ///   - falseMerges: The share that may be merged wrongly, 0.005 by default.
    /// - Returns: a squared radius just below the first that is too large; 0 where so many are equal
    ///   that even that is.
    /// - Cost: all distances among them.
    public static func radiusSquared(
        from independent: FeatureRows, falseMerges: Double = 0.005
    ) throws(ValueError) -> Double {
        guard independent.count >= 2 else { throw .empty("independent records") }
        guard (0...1).contains(falseMerges) else { throw .setting("a share from 0 to 1 wanted") }
        let blocks = DistanceBlocks(independent)
        var distances = [Double](repeating: 0, count: independent.count)
        var nearest = NearestFew(count: 1)
        var gaps: [Double] = []
        independent.values.withUnsafeBufferPointer { values in
            distances.withUnsafeMutableBufferPointer { distances in
                guard let values = values.baseAddress, let near = distances.baseAddress else {
                    return
                }
                for row in 0..<independent.count {
                    blocks.measure(values + row * independent.columns, count: 1, into: near)
                    nearest.fill(near, count: independent.count, excluding: row)
                    gaps.append(nearest.farthest)
                }
            }
        }
        gaps.sort()
        // Nearest gaps come in pairs at least; below this one are no more than the share.
        let place = min(gaps.count - 1, Int(falseMerges * Double(gaps.count)))
        return max(0, gaps[place].nextDown)
    }

    /// Finds clusters.
    ///
    /// - Throws: ``ValueError/shape(_:expected:got:)`` for another number of commitments.
    /// - Cost: a look into 27 cells for each record and a distance for each representative there: near
    ///   linear as long as the radius is small beside the spread of the records. Numbers a trillion
    ///   times as large as the radius put all others in one cell, which is quadratic: clip columns first.
    public func clusters(
        of table: FeatureRows, order: CommitmentOrder
    ) throws(ValueError) -> Clusters {
        try order.check(table.count)
        var index = BallIndex(table, radiusSquared: radiusSquared)
        var representatives = Array(0..<table.count)
        for record in order.places {
            var earliest = record
            index.search(record) { other in
                if order.ranks[other] < order.ranks[earliest] { earliest = other }
            }
            representatives[record] = earliest
            if earliest == record { index.insert(record) }
        }
        return Clusters(representatives: representatives)
    }

    /// The earlier records within the radius of each: who may have been copied from.
    ///
    /// A record that has more than so many is a common one. Common ones say nothing of copying: they get nil, and
    /// later ones do not find them.
    ///
    /// - Parameter most: how many earlier ones make a record common, at least 1.
    /// - Throws: ``ValueError/shape(_:expected:got:)`` for another number of commitments,
    ///   ``ValueError/setting(_:)`` for a number below 1.
    /// - Cost: as ``clusters(of:order:)``, and a step for each pair that is found.
    public func earlier(
        of table: FeatureRows, order: CommitmentOrder, most: Int
    ) throws(ValueError) -> [[Int]?] {
        try order.check(table.count)
        guard most >= 1 else { throw .setting("at least 1 earlier record wanted") }
        var index = BallIndex(table, radiusSquared: radiusSquared)
        var found = [[Int]?](repeating: nil, count: table.count)
        for record in order.places {
            var near: [Int] = []
            index.search(record) { near.append($0) }
            guard near.count <= most else { continue }
            found[record] = near
            index.insert(record)
        }
        return found
    }
}
