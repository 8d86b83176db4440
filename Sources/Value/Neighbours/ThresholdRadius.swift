// SPDX-License-Identifier: Apache-2.0

/// A radius for ``NeighbourUtility/threshold(radiusSquared:)`` from the data.
///
/// The median over test records of the squared distance to the training record that has so many nearer
/// ones. A median over test records, which contributors do not see, cannot be moved by few of them;
/// still it is to be fixed before a round, from the records of rounds before.
public enum ThresholdRadius {
    /// Proposes a squared radius.
    ///
    /// - Parameter nearer: How many records are nearer, 20 by default; with no more training records
    ///   than that the farthest one is taken.
    /// - Throws: ``ValueError/empty(_:)`` for no records, ``ValueError/shape(_:expected:got:)`` for other
    ///   columns, ``ValueError/setting(_:)`` for a negative number.
    /// - Cost: all distances, and little else.
    public static func squared(
        training: FeatureRows, test: FeatureRows, nearer: Int = 20
    ) throws(ValueError) -> Double {
        guard training.count > 0, test.count > 0 else { throw .empty("records") }
        guard training.columns == test.columns else {
            throw .shape("columns of test records", expected: training.columns, got: test.columns)
        }
        guard nearer >= 0 else { throw .setting("a number of nearer records of at least 0 wanted") }
        let blocks = DistanceBlocks(training)
        var distances = [Double](repeating: 0, count: training.count)
        var kept = NearestFew(count: min(nearer + 1, training.count))
        var radii: [Double] = []
        test.values.withUnsafeBufferPointer { values in
            distances.withUnsafeMutableBufferPointer { distances in
                guard let values = values.baseAddress, let near = distances.baseAddress else {
                    return
                }
                for row in 0..<test.count {
                    blocks.measure(values + row * test.columns, count: 1, into: near)
                    kept.fill(near, count: training.count)
                    radii.append(kept.farthest)
                }
            }
        }
        radii.sort()
        let middle = radii.count / 2
        return radii.count.isMultiple(of: 2)
            ? (radii[middle - 1] + radii[middle]) / 2 : radii[middle]
    }
}

/// The few nearest rows, in order; of equal distances the rows that come first.
struct NearestFew {
    private let most: Int
    private(set) var rows: [Int] = []
    private var distances: [Double] = []

    /// Takes how many, at least 1.
    init(count: Int) {
        precondition(count > 0, "at least one row")
        most = count
    }

    /// The distance of the last of them.
    var farthest: Double { distances[distances.count - 1] }

    /// Finds them among so many distances.
    ///
    /// - Parameter excluded: A row that does not count.
    /// - Cost: mostly one comparison for each row.
    mutating func fill(_ all: UnsafePointer<Double>, count: Int, excluding excluded: Int = -1) {
        rows.removeAll(keepingCapacity: true)
        distances.removeAll(keepingCapacity: true)
        var bound = Double.infinity
        var row = 0
        while row < count {
            let distance = all[row]
            if distance < bound, row != excluded {
                insert(row, distance)
                if distances.count == most { bound = distances[most - 1] }
            }
            row &+= 1
        }
    }

    private mutating func insert(_ row: Int, _ distance: Double) {
        if distances.count == most {
            rows.removeLast()
            distances.removeLast()
        }
        var place = distances.count
        while place > 0, distances[place - 1] > distance { place -= 1 }
        rows.insert(row, at: place)
        distances.insert(distance, at: place)
    }
}
