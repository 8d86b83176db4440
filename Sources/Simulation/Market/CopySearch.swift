// SPDX-License-Identifier: Apache-2.0
internal import Value

/// Finds people who bring the rows of an earlier one again, moved a little.
///
/// One row alone tells nothing: in a census many people are nearly the same. But half of somebody's rows, each near
/// a row of one other person, are no chance. What is near is measured on rows that nobody has, so cheats cannot move
/// it.
struct CopySearch {
    private let rows: FeatureRows
    private let owners: [[Int]]

    /// How often an honest row may have a near one among the rows of one other person.
    private static let chance = 0.02

    /// Takes everybody's rows, and which are whose, in the order in which they were committed to.
    init(_ rows: FeatureRows, _ owners: [[Int]]) {
        self.rows = rows
        self.owners = owners
    }

    /// The squared radius within which one row in fifty has another among so many rows of somebody else.
    ///
    /// - Parameter hidden: rows that nobody has, each independent of the others.
    static func radiusSquared(
        of hidden: FeatureRows, rowsPerPerson: Int
    ) throws(ValueError) -> Double {
        let nearest = (0..<hidden.count).map { row in
            let first = (row / rowsPerPerson + 1) * rowsPerPerson
            return (0..<rowsPerPerson).lazy.map { (first + $0) % hidden.count }
                .filter { $0 != row }
                .map { hidden.squaredDistance(row, to: $0, in: hidden) }.min() ?? 0
        }.sorted()
        return nearest[Int(chance * Double(nearest.count))]
    }

    /// For each person the first earlier one near whose rows at least half of hers lie; nil for most.
    ///
    /// - Cost: a comparison of any two rows, most of which ends after a few numbers.
    func copies(within radiusSquared: Double) -> [Int?] {
        let columns = rows.columns
        return rows.values.withUnsafeBufferPointer { values in
            func isNear(_ one: Int, _ other: Int) -> Bool {
                var (mine, theirs, sum) = (one * columns, other * columns, 0.0)
                let end = mine + columns
                while mine < end, sum <= radiusSquared {
                    let gap = values[mine] - values[theirs]
                    sum += gap * gap
                    mine += 1
                    theirs += 1
                }
                return sum <= radiusSquared
            }
            return owners.enumerated().map { place, own in
                owners[..<place].firstIndex { earlier in
                    // Half of them must be near: give up as soon as more than half are not.
                    var far = 0
                    for row in own where !earlier.contains(where: { isNear(row, $0) }) {
                        far += 1
                        if 2 * far > own.count { return false }
                    }
                    return !own.isEmpty
                }
            }
        }
    }
}
