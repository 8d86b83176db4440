// SPDX-License-Identifier: Apache-2.0

/// Cells that rows are counted in, so that where many lie shows in one release: each column is cut into a few parts, and
/// a cell is a part of every column.
///
/// Where a column is cut follows from the noised counts of its bins: into parts that leave the least squares within
/// them. How often follows from what a cut gains: columns that spread widely are cut more, others not at all. So the
/// cells lie where the rows are, however wide the public bounds.
struct CellGrid: Hashable, Sendable {
    /// One column.
    struct Column: Hashable, Sendable {
        /// The part of each code of the column's bins.
        let parts: [Int]
        /// Where the rows of each part lie on average, in the directions of the column.
        let middles: [[Double]]
    }

    /// How the columns' values become codes.
    let bins: ColumnBins
    /// The columns, in the order of the bins.
    let columns: [Column]
    /// The mean square of how far rows lie from where their cell is taken to lie, about.
    let within: Double

    /// The most parts of a column.
    static let mostParts = 16

    /// Cuts columns.
    ///
    /// - Parameters:
    ///   - counts: of each column the rows of each code, from 0 on, as far as noise lets them be known.
    ///   - most: how many cells there may be.
    init(_ bins: ColumnBins, counts: [[Double]], most: Int) {
        let cuts = zip(bins.columns, counts).map { ColumnCuts($0, counts: $1) }
        var parts = [Int](repeating: 1, count: cuts.count)
        var cells = 1
        while true {
            var best: (gain: Double, column: Int)?
            for (column, cuts) in cuts.enumerated() where parts[column] < cuts.most {
                let count = parts[column]
                guard cells / count * (count + 1) <= most else { continue }
                // Each part more makes so many cells more: the gain is that of as many more everywhere.
                let gain = (cuts.squares[count - 1] - cuts.squares[count]) * Double(count)
                if gain > (best?.gain ?? 1e-9) { best = (gain, column) }
            }
            guard let column = best?.column else { break }
            cells = cells / parts[column] * (parts[column] + 1)
            parts[column] += 1
        }
        self.bins = bins
        columns = zip(cuts, parts).map { $0.column(of: $1) }
        within = zip(cuts, parts).reduce(0) { $0 + $1.0.squares[$1.1 - 1] }
    }

    /// How many cells there are.
    var count: Int { columns.reduce(1) { $0 * $1.middles.count } }

    /// The cell of a row.
    func cell(of values: UnsafeBufferPointer<Int64>) -> Int {
        var cell = 0
        for (place, column) in columns.enumerated() {
            let code = Int(bins.columns[place].code(of: values[place]))
            cell = cell * column.middles.count + column.parts[code]
        }
        return cell
    }

    /// Where the rows of a cell lie, about.
    func middle(of cell: Int, in space: ClusterSpace) -> [Double] {
        var middle = [Double](repeating: 0, count: space.width)
        var rest = cell
        for (place, column) in columns.enumerated().reversed() {
            let own = column.middles[rest % column.middles.count]
            rest /= column.middles.count
            let first = space.first(of: place)
            for (direction, value) in own.enumerated() { middle[first + direction] = value }
        }
        return middle
    }

    /// One spelling for one meaning.
    var canonical: String { "\(bins.canonical): \(columns.map(\.parts))" }
}

extension ClusterSpace {
    /// The first direction of a column.
    func first(of column: Int) -> Int {
        coding.numbers.firstIndex { $0.column == column }
            ?? coding.choices.first { $0.column == column }?.first ?? 0
    }
}
