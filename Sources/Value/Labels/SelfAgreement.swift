// SPDX-License-Identifier: Apache-2.0

/// How far each record's label agrees with those of its nearest records: what finds wrong labels best
/// among methods that need no test records.
public struct SelfAgreement: Sendable, Hashable {
    /// How many neighbours are asked.
    public let k: Int

    /// Takes how many neighbours are asked, 30 by default.
    ///
    /// - Throws: ``ValueError/setting(_:)`` for fewer than 1.
    public init(k: Int = 30) throws(ValueError) {
        guard k >= 1 else { throw .setting("K = \(k); at least 1 neighbour wanted") }
        self.k = k
    }

    /// The share of each record's K nearest others that have its label, the near ones more than the far: 1 is
    /// agreement, 0 a label that nobody near has.
    ///
    /// A neighbour counts by 1 − d/D, where D is the distance of the K-th (a triangular kernel): many are asked, and those who
    /// are hardly near say hardly anything. Whoever is as far as the K-th counts nothing, so it does not matter which of those that are
    /// tied there is the K-th, and the scores do not depend on the order of the records. Where all K are equally far, it is the share
    /// of all who are that far. With K or fewer others, all are asked; a record alone has score 1.
    ///
    /// - Cost: all distances among the records: quadratic. 0.05 s for 1,400 × 64, some 20 minutes for
    ///   300,000 × 32.
    public func scores(of rows: LabelledRows, threads: Int = 2) -> [Double] {
        let count = rows.count
        guard count > 1 else { return [Double](repeating: 1, count: count) }
        let blocks = DistanceBlocks(rows.features)
        let size = 64
        return OrderedParts.merge(
            (count + size - 1) / size, threads: threads, into: [Double]()
        ) { part in
            scores(part * size..<min(count, (part + 1) * size), of: rows, blocks)
        } by: {
            $0 += $1
        }
    }

    private func scores(
        _ part: Range<Int>, of rows: LabelledRows, _ blocks: DistanceBlocks
    ) -> [Double] {
        var distances = [Double](repeating: 0, count: rows.count)
        var nearest = NearestFew(count: min(k, rows.count - 1))
        return part.map { row in
            rows.features.values.withUnsafeBufferPointer { values in
                distances.withUnsafeMutableBufferPointer { distances in
                    rows.labels.withUnsafeBufferPointer { labels in
                        guard let values = values.baseAddress, let near = distances.baseAddress,
                            let labels = labels.baseAddress
                        else { return 1 }
                        blocks.measure(
                            values + row * rows.features.columns, count: 1, into: near)
                        nearest.fill(near, count: rows.count, excluding: row)
                        return share(row, near, labels, rows.count, nearest)
                    }
                }
            }
        }
    }

    /// The matching share of all that are nearer than the K-th; where none is, of those as far.
    private func share(
        _ row: Int, _ distances: UnsafePointer<Double>, _ labels: UnsafePointer<Int32>,
        _ count: Int,
        _ nearest: NearestFew
    ) -> Double {
        let edge = nearest.farthest
        var (all, matching) = (0.0, 0.0)
        // The nearest come first; of those that are tied all weigh the same, so their order changes no sum.
        for other in nearest.rows where distances[other] < edge {
            let weight = 1 - (distances[other] / edge).squareRoot()
            all += weight
            matching += labels[other] == labels[row] ? weight : 0
        }
        // A weight of what is a hair nearer than the K-th may be rounded to nothing.
        if all > 0 { return matching / all }
        var (tied, matchingTied) = (0, 0)
        var other = 0
        while other < count {
            if distances[other] == edge, other != row {
                tied &+= 1
                matchingTied &+= labels[other] == labels[row] ? 1 : 0
            }
            other &+= 1
        }
        return Double(matchingTied) / Double(tied)
    }
}
