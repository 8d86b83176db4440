// SPDX-License-Identifier: Apache-2.0

/// How far each record's label agrees with those of its nearest records: what finds wrong labels best
/// among methods that need no test records.
public struct SelfAgreement: Sendable, Hashable {
    /// How many neighbours are asked.
    public let k: Int

    /// Takes how many neighbours are asked, 10 by default.
    ///
    /// - Throws: ``ValueError/setting(_:)`` for fewer than 1.
    public init(k: Int = 10) throws(ValueError) {
        guard k >= 1 else { throw .setting("K = \(k); at least 1 neighbour wanted") }
        self.k = k
    }

    /// The share of each record's K nearest others that have its label: 1 is agreement, 0 a label that
    /// nobody near has.
    ///
    /// Where the K-th and the next are equally far, the expected share over a random choice among the
    /// tied is taken: the scores do not depend on the order of the records. With K or fewer others, all
    /// are asked; a record alone has score 1.
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

    /// The matching share: all that are nearer than the K-th, and of those as far a fair part.
    private func share(
        _ row: Int, _ distances: UnsafePointer<Double>, _ labels: UnsafePointer<Int32>,
        _ count: Int,
        _ nearest: NearestFew
    ) -> Double {
        let edge = nearest.farthest
        let asked = nearest.rows.count
        var (inside, matchingInside, tied, matchingTied) = (0, 0, 0, 0)
        for other in nearest.rows where distances[other] < edge {
            inside += 1
            matchingInside += labels[other] == labels[row] ? 1 : 0
        }
        var other = 0
        while other < count {
            if distances[other] == edge, other != row {
                tied &+= 1
                matchingTied &+= labels[other] == labels[row] ? 1 : 0
            }
            other &+= 1
        }
        let fair = Double(asked - inside) * Double(matchingTied) / Double(tied)
        return (Double(matchingInside) + fair) / Double(asked)
    }
}
