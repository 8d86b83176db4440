// SPDX-License-Identifier: Apache-2.0

/// Rows laid out for measuring many distances at once: blocks of ``width`` rows, column by column.
///
/// A distance is Σ (aᵢ - bᵢ)², added up from the first column on, one pair of rows to a lane: the same
/// bits as ``FeatureRows/squaredDistance(_:to:in:)``, whatever the block or the machine. (The expansion
/// ‖a‖² - 2ab + ‖b‖² is faster by matrix product, but loses the digits in which near records differ.)
struct DistanceBlocks: Sendable {
    /// How many rows lie in one block: with its sums it stays in the first two caches.
    static let width = 512

    let rows: Int
    let columns: Int
    private let values: [Double]

    /// Turns rows on their side. Cost: one pass, a copy of the numbers.
    init(_ table: FeatureRows) {
        (rows, columns) = (table.count, table.columns)
        let (rows, columns) = (table.count, table.columns)
        values = [Double](unsafeUninitializedCapacity: rows * columns) { turned, count in
            table.values.withUnsafeBufferPointer { source in
                for start in stride(from: 0, to: rows, by: Self.width) {
                    let width = min(Self.width, rows - start)
                    let block = start * columns
                    for row in 0..<width {
                        var (from, to) = ((start + row) * columns, block + row)
                        for _ in 0..<columns {
                            turned[to] = source[from]
                            from += 1
                            to += width
                        }
                    }
                }
            }
            count = rows * columns
        }
    }

    /// Measures every row against some points, given one after another.
    ///
    /// - Parameter distances: filled with `rows` squared distances for each point.
    /// - Cost: per point rows · columns subtractions, products and sums, some 0.3 ns for the three.
    func measure(
        _ points: UnsafePointer<Double>, count: Int, into distances: UnsafeMutablePointer<Double>
    ) {
        values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            var start = 0
            while start < rows {
                let width = min(Self.width, rows - start)
                for point in 0..<count {
                    Self.measure(
                        base + start * columns, width: width, columns: columns,
                        from: points + point * columns,
                        into: distances + point * rows + start)
                }
                start += width
            }
        }
    }

    /// One block and one point. Pointers, because with them the compiler makes vector instructions of
    /// the inner loop; measured, checked indices cost three times as much.
    @inline(never)
    private static func measure(
        _ block: UnsafePointer<Double>, width: Int, columns: Int,
        from point: UnsafePointer<Double>, into sums: UnsafeMutablePointer<Double>
    ) {
        sums.update(repeating: 0, count: width)
        var column = 0
        while column + 4 <= columns {
            let (a, b) = (point[column], point[column + 1])
            let (c, d) = (point[column + 2], point[column + 3])
            let first = block + column * width
            let (second, third) = (first + width, first + 2 * width)
            let fourth = first + 3 * width
            var row = 0
            while row < width {
                let (p, q) = (first[row] - a, second[row] - b)
                let (r, s) = (third[row] - c, fourth[row] - d)
                sums[row] = sums[row] + p * p + q * q + r * r + s * s
                row &+= 1
            }
            column += 4
        }
        while column < columns {
            let a = point[column]
            let first = block + column * width
            var row = 0
            while row < width {
                let p = first[row] - a
                sums[row] += p * p
                row &+= 1
            }
            column += 1
        }
    }
}
