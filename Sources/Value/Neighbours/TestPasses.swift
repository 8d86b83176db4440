// SPDX-License-Identifier: Apache-2.0

/// Goes over test records on some threads and adds up what training records and groups get.
///
/// Sums are made in parts of test records whose number depends on the input alone, and parts are added
/// in their order: the same bits with any number of threads.
struct TestPasses {
    let blocks: DistanceBlocks
    let groups: Groups?

    /// How many test records are measured together while a block of training records is in the cache.
    private static let tile = 8

    /// Sums and sums of squares over test records.
    struct Sums: Sendable {
        var (points, pointSquares): ([Double], [Double])
        var (groups, groupSquares): ([Double], [Double])

        init(rows: Int, groups: Int) {
            (points, pointSquares) = (
                [Double](repeating: 0, count: rows), [Double](repeating: 0, count: rows)
            )
            (self.groups, groupSquares) = (
                [Double](repeating: 0, count: groups), [Double](repeating: 0, count: groups)
            )
        }

        mutating func add(_ other: Sums) {
            Self.add(&points, other.points)
            Self.add(&pointSquares, other.pointSquares)
            Self.add(&groups, other.groups)
            Self.add(&groupSquares, other.groupSquares)
        }

        private static func add(_ sums: inout [Double], _ more: [Double]) {
            for place in sums.indices { sums[place] += more[place] }
        }
    }

    func run(
        over test: FeatureRows, _ scorer: some Scorer, threads: Int
    ) throws(ValueError) -> Valuation {
        guard test.count > 0 else { throw .empty("test records") }
        guard test.columns == blocks.columns else {
            throw .shape("columns of test records", expected: blocks.columns, got: test.columns)
        }
        if let groups, groups.members.count != blocks.rows {
            throw .shape("groups of records", expected: blocks.rows, got: groups.members.count)
        }
        // At most 16 parts, each of whole tiles.
        let tiles = (test.count + Self.tile - 1) / Self.tile
        let size = (tiles + 15) / 16 * Self.tile
        let sums = OrderedParts.merge(
            (test.count + size - 1) / size, threads: threads,
            into: Sums(rows: blocks.rows, groups: groups?.count ?? 0)
        ) { part in
            sum(part * size..<min(test.count, (part + 1) * size), of: test, scorer)
        } by: {
            $0.add($1)
        }
        return Valuation(
            points: Estimates(
                sums: sums.points, squares: sums.pointSquares, count: test.count),
            groups: groups.map { _ in
                Estimates(sums: sums.groups, squares: sums.groupSquares, count: test.count)
            },
            testRecords: test.count)
    }

    /// The sums of one part.
    private func sum(_ tests: Range<Int>, of table: FeatureRows, _ scorer: some Scorer) -> Sums {
        let rows = blocks.rows
        var sums = Sums(rows: rows, groups: groups?.count ?? 0)
        var order = DistanceOrder(rows: scorer.needsOrder ? rows : 0)
        var distances = [Double](repeating: 0, count: rows * min(Self.tile, tests.count))
        var slots = [Double](repeating: 0, count: rows)
        table.values.withUnsafeBufferPointer { values in
            distances.withUnsafeMutableBufferPointer { distances in
                slots.withUnsafeMutableBufferPointer { slots in
                    guard let values = values.baseAddress, let near = distances.baseAddress,
                        let slots = slots.baseAddress
                    else { return }
                    for start in stride(from: tests.lowerBound, to: tests.upperBound, by: Self.tile)
                    {
                        let count = min(Self.tile, tests.upperBound - start)
                        blocks.measure(values + start * table.columns, count: count, into: near)
                        for test in 0..<count {
                            let mine = near + test * rows
                            if scorer.needsOrder { order.sort(mine) }
                            scorer.score(start + test, mine, order, into: slots)
                            add(slots, to: &sums)
                        }
                    }
                }
            }
        }
        return sums
    }

    /// Adds the values for one test record.
    private func add(_ slots: UnsafePointer<Double>, to sums: inout Sums) {
        let rows = blocks.rows
        sums.points.withUnsafeMutableBufferPointer { points in
            sums.pointSquares.withUnsafeMutableBufferPointer { squares in
                guard let points = points.baseAddress, let squares = squares.baseAddress else {
                    return
                }
                var row = 0
                while row < rows {
                    let value = slots[row]
                    points[row] += value
                    squares[row] += value * value
                    row &+= 1
                }
            }
        }
        guard let groups, groups.count > 0 else { return }
        // One test record's values have a sum of sizes of at most 1 + 1/2 + … + 1/N, below 64 for any
        // N: in units of 2^-56 they add up in 64 bits, without rounding, in any order of the rows.
        var units = [Int64](repeating: 0, count: groups.count)
        groups.members.withUnsafeBufferPointer { members in
            units.withUnsafeMutableBufferPointer { units in
                for row in 0..<rows {
                    units[Int(members[row])] &+= Int64((slots[row] * 0x1p56).rounded())
                }
            }
        }
        for group in 0..<groups.count {
            let value = Double(units[group]) * 0x1p-56
            sums.groups[group] += value
            sums.groupSquares[group] += value * value
        }
    }
}
