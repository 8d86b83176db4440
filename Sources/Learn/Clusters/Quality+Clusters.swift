// SPDX-License-Identifier: Apache-2.0

/// How good clusters are, on rows that were held out: the part of the squares of the rows' distances to the middle of all that
/// is gone when each is measured from the centre that is nearest.
extension Quality {
    /// A distance counts for no more than so many times the mean square of all, since the noise has to be as wide as the
    /// most that one row may add.
    private static let most = 8.0

    /// Adds a row: 1, and both squares in parts of the largest that counts, each of at most 1.
    static func add(
        _ values: UnsafeBufferPointer<Int64>, _ set: ClusterSet, to totals: inout [Double]
    ) {
        let largest = min(set.space.widest, max(most * set.square, 1e-6))
        totals[0] += 1
        totals[1] += min(set.space.nearest(values, of: set.centres).square / largest, 1)
        totals[2] += min(set.space.square(values, to: set.middle) / largest, 1)
    }

    /// Reads what was released.
    ///
    /// The interval has to hold for what rows may be, not for what they are: of n squares from 0 to 1 with the means a and b,
    /// the mean square of a − q·b is at most a + q²·b.
    static func gathered(_ sums: [Double], _ sigma: Double) -> [Measure] {
        let (count, near, whole) = (sums[0], max(sums[1], 0), sums[2])
        // What does not stand out from the noise says nothing.
        guard count > 1, whole > 2 * sigma else { return [] }
        let left = near / whole
        let noise = sigma * sigma * (1 + left * left)
        let drawn = near + left * left * whole
        return [measure("explained", 1 - left, (noise + drawn) / (whole * whole))]
    }
}
