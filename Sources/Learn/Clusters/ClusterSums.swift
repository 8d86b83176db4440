// SPDX-License-Identifier: Apache-2.0

/// What a round of clusters adds up of each row.
enum ClusterSums: Hashable, Sendable {
    /// The rows of each code of every column: of norm √columns a row.
    case counts(ColumnBins)
    /// The rows of each cell: of norm 1 a row.
    case cells(CellGrid)
    /// How far rows lie from the centre that is nearest: see ``ClusterMoves``.
    case moves(ClusterMoves)

    /// How many numbers there are.
    var width: Int {
        switch self {
        case .counts(let bins): bins.columns.reduce(0) { $0 + $1.codes }
        case .cells(let grid): grid.count
        case .moves(let moves): moves.width
        }
    }

    /// Adds a row.
    func add(_ values: UnsafeBufferPointer<Int64>, to totals: inout [Double]) {
        switch self {
        case .counts(let bins):
            var first = 0
            for (place, column) in bins.columns.enumerated() {
                totals[first + Int(column.code(of: values[place]))] += 1
                first += column.codes
            }
        case .cells(let grid): totals[grid.cell(of: values)] += 1
        case .moves(let moves): moves.add(values, to: &totals)
        }
    }

    /// One spelling for one meaning.
    var canonical: String {
        switch self {
        case .counts(let bins): "counts \(bins.canonical)"
        case .cells(let grid): "cells \(grid.canonical)"
        case .moves(let moves): "moves \(moves.reach) \(moves.centres)"
        }
    }
}

/// How far the rows of each cluster lie from its centre, and where to: added up from the centre, not from zero, so that
/// the noise is as wide as a cluster and not as the whole space.
///
/// For each cluster there are 2 + ``ClusterSpace/width`` numbers: its rows, times ``countPart``; the squares of their distances
/// in parts of the reach, times ``squarePart``, of 1 at most; and the ways from the centre in parts of the reach, brought to a
/// length of 1 where they are longer. A row counts in one cluster, so its norm is at most √(0.7² + 0.3² + 1²).
struct ClusterMoves: Hashable, Sendable {
    let space: ClusterSpace
    /// At least one.
    let centres: [[Double]]
    /// How far a row counts in full.
    let reach: Double

    /// What a row counts: less of this is more noise on how many rows there are, and less on everything else.
    static let countPart = 0.7
    /// What the square of its distance counts, likewise.
    static let squarePart = 0.3
    /// The norm of what one row adds, at most.
    static let norm = (countPart * countPart + squarePart * squarePart + 1).squareRoot()

    var width: Int { centres.count * (2 + space.width) }

    func add(_ values: UnsafeBufferPointer<Int64>, to totals: inout [Double]) {
        let (place, square) = space.nearest(values, of: centres)
        let (centre, coding) = (centres[place], space.coding)
        let first = place * (2 + space.width)
        totals[first] += ClusterMoves.countPart
        totals[first + 1] += ClusterMoves.squarePart * min(square / (reach * reach), 1)
        let factor = 1 / max(square.squareRoot(), reach)
        for (direction, number) in coding.numbers.enumerated() {
            guard let z = ClusterSpace.place(values[number.column], of: number) else { continue }
            totals[first + 2 + direction] += (z - centre[direction]) * factor
        }
        for choice in coding.choices {
            let own = choice.place(of: values[choice.column])
            totals[first + 2 + own] += ClusterSpace.side * factor
            for direction in choice.first...choice.first + choice.categories.count {
                totals[first + 2 + direction] -= centre[direction] * factor
            }
        }
    }

    /// Where the centres go by what was let out, how many rows each has and how far they lie from it. What has too few
    /// rows to stand out from the noise stays where it is.
    func moved(by values: [Double], sigma: Double)
        -> (centres: [[Double]], counts: [Double], spreads: [Double])
    {
        var (moved, counts, spreads): ([[Double]], [Double], [Double]) = ([], [], [])
        let least = max(ClusterMoves.fewest * sigma / ClusterMoves.countPart, 1)
        for (place, centre) in centres.enumerated() {
            let first = place * (2 + space.width)
            let count = values[first] / ClusterMoves.countPart
            counts.append(max(count, 0))
            guard count > least else {
                moved.append(centre)
                spreads.append(reach / 2)
                continue
            }
            let square = values[first + 1] / ClusterMoves.squarePart / count
            spreads.append(reach * min(max(square, 0), 1).squareRoot())
            let way = values[(first + 2)..<(first + 2 + space.width)]
            moved.append(space.inside(zip(centre, way).map { $0 + $1 * reach / count }))
        }
        return (moved, counts, spreads)
    }

    /// How many deviations of noise a cluster's rows have to be.
    private static let fewest = 5.0
}
