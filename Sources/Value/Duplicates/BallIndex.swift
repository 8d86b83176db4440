// SPDX-License-Identifier: Apache-2.0

/// Finds rows within a radius of a row, exactly, among those that were added.
///
/// Rows lie in the cells of a grid over the three directions in which the table varies most. A
/// projection on a direction of length 1 brings no two rows farther apart, so rows within a radius lie
/// in the same cell of that width or a neighbouring one; what is found there is measured in full.
struct BallIndex {
    private let table: FeatureRows
    private let radiusSquared: Double
    private let directions: [[Double]]
    private let width: Double
    private var cells: [Cell: [Int]] = [:]

    private struct Cell: Hashable {
        var x, y, z: Double
    }

    init(_ table: FeatureRows, radiusSquared: Double) {
        (self.table, self.radiusSquared) = (table, radiusSquared)
        let directions = PrincipalDirections.of(table, count: 3)
        self.directions = directions
        // What rounding may do to a projection: far less than 10^-12 of the largest numbers, and so
        // every cell's number is a whole one below 2^53.
        let size = table.values.reduce(0) { max($0, $1.magnitude) }
        width =
            radiusSquared.squareRoot() * (1 + 1e-9)
            + size * Double(table.columns).squareRoot() * 1e-12 + .leastNormalMagnitude
    }

    private func cell(_ row: Int) -> Cell {
        var place = [0.0, 0.0, 0.0]
        table.values.withUnsafeBufferPointer { values in
            for (number, direction) in directions.enumerated() {
                var (sum, at) = (0.0, row * table.columns)
                for weight in direction {
                    sum += weight * values[at]
                    at += 1
                }
                place[number] = (sum / width).rounded(.down)
            }
        }
        return Cell(x: place[0], y: place[1], z: place[2])
    }

    /// Adds a row.
    mutating func insert(_ row: Int) { cells[cell(row), default: []].append(row) }

    /// Calls back for each added row within the radius of a row, in no order.
    func search(_ row: Int, found: (Int) -> Void) {
        let middle = cell(row)
        for x in -1...1 {
            for y in -1...1 {
                for z in -1...1 {
                    let near = Cell(
                        x: middle.x + Double(x), y: middle.y + Double(y), z: middle.z + Double(z))
                    for other in cells[near] ?? [] where isNear(row, other) { found(other) }
                }
            }
        }
    }

    /// Whether Σ (aᵢ - bᵢ)² is at most the squared radius; given up as soon as it is not.
    private func isNear(_ row: Int, _ other: Int) -> Bool {
        table.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return true }
            let (a, b) = (base + row * table.columns, base + other * table.columns)
            var (sum, column) = (0.0, 0)
            while column < table.columns {
                let gap = a[column] - b[column]
                sum += gap * gap
                if sum > radiusSquared { return false }
                column &+= 1
            }
            return true
        }
    }
}

/// The directions in which a table varies most, roughly: they only serve to look in few places.
enum PrincipalDirections {
    /// Directions of length 1, or of 0 where nothing varies; by power iteration over up to 2,048 rows.
    static func of(_ table: FeatureRows, count: Int) -> [[Double]] {
        let columns = table.columns
        let step = max(1, table.count / 2048)
        let sample = stride(from: 0, to: table.count, by: step).map { Array(table[$0]) }
        var means = [Double](repeating: 0, count: columns)
        for row in sample {
            for column in 0..<columns { means[column] += row[column] / Double(sample.count) }
        }
        let centred = sample.map { row in zip(row, means).map { $0 - $1 } }
        var found: [[Double]] = []
        for number in 0..<count {
            // A start that no direction of a natural table is at right angles to.
            var direction = (0..<columns).map { 1 + Double(($0 + number) % 7) / 16 }
            for _ in 0..<8 {
                var next = [Double](repeating: 0, count: columns)
                for row in centred {
                    let along = dot(row, direction)
                    for column in 0..<columns { next[column] += along * row[column] }
                }
                for earlier in found {
                    let along = dot(next, earlier)
                    for column in 0..<columns { next[column] -= along * earlier[column] }
                }
                direction = normalised(next)
            }
            found.append(direction)
        }
        return found
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for place in a.indices { sum += a[place] * b[place] }
        return sum
    }

    /// Divided by the largest size first, so that squares do not overflow.
    private static func normalised(_ vector: [Double]) -> [Double] {
        let size = vector.reduce(0) { max($0, $1.magnitude) }
        guard size > 0, size.isFinite else { return vector.map { _ in 0 } }
        let scaled = vector.map { $0 / size }
        let length = dot(scaled, scaled).squareRoot()
        return scaled.map { $0 / length }
    }
}
