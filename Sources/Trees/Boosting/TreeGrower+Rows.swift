// SPDX-License-Identifier: Apache-2.0

extension TreeGrower {
    /// Brings what the rows of a leaf add into its order.
    mutating func gather(_ rows: Range<Int>) {
        ordered.withUnsafeMutableBufferPointer { ordered in
            places.withUnsafeBufferPointer { places in
                moments.withUnsafeBufferPointer { moments in
                    for (place, row) in rows.enumerated() {
                        ordered[place] = moments[Int(places[row])]
                    }
                }
            }
        }
    }

    /// The sums of a part of a leaf, whose rows were gathered, for one group by code.
    func gathered(_ rows: Range<Int>, _ part: Range<Int>, _ group: CodeGroups.Group) -> [Moments] {
        ordered.withUnsafeBufferPointer { ordered in
            places.withUnsafeBufferPointer { places in
                let first = rows.lowerBound + part.lowerBound
                return group.sums(
                    places: UnsafeBufferPointer(rebasing: places[first..<first + part.count]),
                    first: 0, moments: UnsafeBufferPointer(rebasing: ordered[part]))
            }
        }
    }

    /// Takes the sums of every group, each added up from those of its chunks of rows, to what is
    /// made of them. Groups are dealt to the threads; so are chunks, where there are more than one.
    func eachGroup<Result: Sendable>(
        rows: Int, sums: (CodeGroups.Group, Range<Int>) -> [Moments],
        then result: (_ group: Int, _ sums: [Moments]) -> Result
    ) -> [Result] {
        let threads = schedule.threads(for: rows)
        let size = min(schedule.rowsPerChunk, max(rows, 1))
        let chunks = (rows + size - 1) / size
        guard chunks > 1 else {
            return concurrently(groups.count, threads: threads) { group in
                result(group, sums(groups[group], 0..<rows))
            }
        }
        let parts = concurrently(groups.count * chunks, threads: threads) { item in
            let first = item % chunks * size
            return sums(groups[item / chunks], first..<min(first + size, rows))
        }
        return concurrently(groups.count, threads: threads) { group in
            var sum = parts[group * chunks]
            for part in parts[group * chunks + 1..<(group + 1) * chunks] {
                for place in sum.indices { sum[place] &+= part[place] }
            }
            return result(group, sum)
        }
    }

    /// What is left of the sums of a whole without those of a part.
    static func difference(_ whole: [Moments], _ part: [Moments]) -> [Moments] {
        [Moments](unsafeUninitializedCapacity: whole.count) { room, count in
            for place in whole.indices {
                (room.baseAddress! + place).initialize(to: whole[place] &- part[place])
            }
            count = whole.count
        }
    }

    /// Puts the rows that go left before those that go right, each in their order, and says where
    /// the second begin.
    mutating func part(_ rows: Range<Int>, by split: Split) -> Int {
        let column = split.feature * columns.rows
        return columns.codes.withUnsafeBufferPointer { codes in
            places.withUnsafeMutableBufferPointer { places in
                aside.withUnsafeMutableBufferPointer { aside in
                    var (left, right) = (rows.lowerBound, 0)
                    for place in rows {
                        let row = places[place]
                        let isLeft = Split.isLeft(
                            codes[column &+ Int(row)], last: split.code,
                            missingLeft: split.missingLeft)
                        // Written to both, kept in one: no branch to guess.
                        places[left] = row
                        aside[right] = row
                        left &+= isLeft ? 1 : 0
                        right &+= isLeft ? 0 : 1
                    }
                    for place in 0..<right { places[left &+ place] = aside[place] }
                    return left
                }
            }
        }
    }

    /// Adds each leaf's value to the scores of its rows.
    func move(_ scores: inout [Double], leaves: [Leaf], values: [Double]) {
        scores.withUnsafeMutableBufferPointer { scores in
            places.withUnsafeBufferPointer { places in
                for (leaf, value) in zip(leaves, values) {
                    for place in leaf.rows { scores[Int(places[place])] += value }
                }
            }
        }
    }
}
