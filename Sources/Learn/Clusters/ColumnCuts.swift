// SPDX-License-Identifier: Apache-2.0

/// The ways to cut one column into parts, from one on, each with the mean square of how far rows lie from the middle of
/// their part.
struct ColumnCuts {
    /// For one part, two, …: the mean square.
    let squares: [Double]
    private let cuts: [CellGrid.Column]

    /// How many parts there can be.
    var most: Int { squares.count }

    /// The column, cut into so many parts.
    func column(of parts: Int) -> CellGrid.Column { cuts[parts - 1] }

    /// - Parameter counts: the rows of each code; where all are nothing, they count as spread evenly.
    init(_ column: ColumnBins.Column, counts: [Double]) {
        switch column.kind {
        case .number(_, let low, let high, let edges):
            // Rows without a number lie nowhere in it.
            self.init(Bin.all(low, high, edges), counts: Array(counts.dropFirst()))
        case .choice:
            let isEmpty = !counts.contains { $0 > 0 }
            self.init(categories: isEmpty ? counts.map { _ in 1 } : counts)
        }
    }

    /// Where a bin of a number lies between the bounds, from −1 to 1, and how wide it is.
    private struct Bin {
        let middle: Double
        let width: Double

        static func all(_ low: Int64, _ high: Int64, _ edges: [Int64]) -> [Bin] {
            let (least, range) = (Double(low), Double(high) - Double(low))
            let lows = [least] + edges.map { Double($0) + 1 }
            let highs = edges.map { Double($0) } + [Double(high)]
            return zip(lows, highs).map {
                Bin(middle: ($0 + $1 - 2 * least) / range - 1, width: 2 * ($1 - $0) / range)
            }
        }
    }

    /// A number: parts are ranges, such that the squares within them are the least (by the last cut, as in Bellman's
    /// *A note on cluster analysis and dynamic programming*, 1973). NULL goes to the part in which the mean lies.
    ///
    /// Within a bin rows count as spread evenly.
    private init(_ bins: [Bin], counts: [Double]) {
        let isEmpty = !counts.contains { $0 > 0 }
        let weights = isEmpty ? bins.map { $0.width + 1e-9 } : counts
        let middles = bins.map(\.middle)
        let count = middles.count
        var sums = [(weight: 0.0, first: 0.0, second: 0.0)]
        for (middle, weight) in zip(middles, weights) {
            let last = sums[sums.count - 1]
            sums.append(
                (
                    last.weight + weight, last.first + weight * middle,
                    last.second + weight * middle * middle
                ))
        }
        func square(_ from: Int, _ to: Int) -> Double {
            let weight = sums[to].weight - sums[from].weight
            guard weight > 0 else { return 0 }
            let first = sums[to].first - sums[from].first
            return max(sums[to].second - sums[from].second - first * first / weight, 0)
        }
        let most = min(CellGrid.mostParts, count)
        // Of so many parts up to each bin: the least square, and where the last part begins.
        var best = [(0...count).map { square(0, $0) }]
        var begins = [[Int](repeating: 0, count: count + 1)]
        for parts in 1..<max(most, 1) {
            var (row, from) = (best[parts - 1], [Int](repeating: 0, count: count + 1))
            for end in 0...count {
                from[end] = end
                for begin in parts..<max(end, parts) {
                    let sum = best[parts - 1][begin] + square(begin, end)
                    if sum < row[end] { (row[end], from[end]) = (sum, begin) }
                }
            }
            best.append(row)
            begins.append(from)
        }
        let (whole, mean) = (sums[count].weight, sums[count].first / sums[count].weight)
        let within = zip(bins, weights).reduce(0) { $0 + $1.1 * $1.0.width * $1.0.width / 12 }
        squares = best.map { ($0[count] + within) / whole }
        cuts = best.indices.map { last in
            var starts: [Int] = []
            var end = count
            for parts in stride(from: last, through: 0, by: -1) {
                end = begins[parts][end]
                starts.insert(end, at: 0)
            }
            var (parts, values): ([Int], [[Double]]) = ([], [])
            for (part, start) in starts.enumerated() {
                let end = part + 1 < starts.count ? starts[part + 1] : count
                parts += (start..<end).map { _ in part }
                let weight = sums[end].weight - sums[start].weight
                let first = sums[end].first - sums[start].first
                values.append([weight > 0 ? first / weight : middles[min(start, count - 1)]])
            }
            let near = middles.indices.min { abs(middles[$0] - mean) < abs(middles[$1] - mean) }
            return CellGrid.Column(parts: [parts[near ?? 0]] + parts, middles: values)
        }
    }

    /// A choice: the most frequent categories have a part each, all others the last one.
    ///
    /// - Parameter counts: that of NULL first.
    private init(categories counts: [Double]) {
        // As rows lie: NULL is the last direction.
        let weights = Array(counts.dropFirst()) + [counts[0]]
        let order = weights.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }
        let whole = weights.reduce(0, +)
        var (squares, cuts): ([Double], [CellGrid.Column]) = ([], [])
        for alone in 0..<min(CellGrid.mostParts, weights.count) {
            var parts = [Int](repeating: alone, count: weights.count)
            for (part, place) in order.prefix(alone).enumerated() { parts[place] = part }
            let rest = order.dropFirst(alone)
            let weight = rest.reduce(0) { $0 + weights[$1] }
            let shares = weights.indices.map { place -> Double in
                guard parts[place] == alone else { return 0 }
                return weight > 0 ? weights[place] / weight : 1 / Double(rest.count)
            }
            let pure = shares.reduce(0) { $0 + $1 * $1 }
            squares.append(weight / whole * (1 - pure) / 2)
            let own = order.prefix(alone).map { place in
                weights.indices.map { $0 == place ? ClusterSpace.side : 0 }
            }
            cuts.append(
                CellGrid.Column(
                    parts: [parts[parts.count - 1]] + parts.dropLast(),
                    middles: own + [shares.map { $0 * ClusterSpace.side }]))
        }
        (self.squares, self.cuts) = (squares, cuts)
    }
}
