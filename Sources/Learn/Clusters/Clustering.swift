// SPDX-License-Identifier: Apache-2.0

/// Clusters in the making.
///
/// First the rows in every bin of every column are counted, then those in cells that follow from these counts. The cells
/// that stand out from the noise are points with weights, and k-means over them gives the first centres. Then, round by
/// round, each centre is moved to the middle of its rows by noised sums. That noise decides where one begins, and that
/// beginning from a noised histogram is the remedy, is from Su, Cao, Li, Bertino, Jin (*Differentially Private k-Means
/// Clustering*, 2016) and from Chang, Ghazi, Kumar, Manurangsi (2021).
struct Clustering: Sendable {
    private let plan: ClusterPlan
    private var grid: CellGrid
    /// Where a usual row lies: what is left where nothing stands out.
    private var middle: [Double]
    private var moves: ClusterMoves?
    /// Of each centre the rows and the spread, as the last round had them.
    private var counts: [Double] = []
    private var spreads: [Double] = []
    /// Whether the last move was none.
    private(set) var isSettled = false

    /// How many deviations of noise the rows of a cell have to be; what is more counts, so that many cells in which
    /// there is noise alone weigh little together.
    private static let clear = 2.0
    /// How many deviations of noise the rows of a bin have to be.
    private static let clearBin = 1.5
    /// What is less is no move.
    private static let stillness = 1e-9
    /// How far a row counts in full, in usual distances from a centre.
    private static let reach = 2.0

    init(_ plan: ClusterPlan) {
        self.plan = plan
        let nothing = plan.bins.columns.map { [Double](repeating: 0, count: $0.codes) }
        grid = CellGrid(plan.bins, counts: nothing, most: 1)
        middle = grid.middle(of: 0, in: plan.space)
    }

    /// What the next round adds up.
    func sums(for kind: Schedule.Kind) -> ClusterSums {
        switch kind {
        case .counts: .counts(plan.bins)
        case .cells: .cells(grid)
        default: .moves(moves ?? first([middle], square: 1))
        }
    }

    /// Takes what a round let out, in units of one.
    mutating func take(_ values: [Double], sigma: Double, of kind: Schedule.Kind) {
        switch kind {
        case .counts: takeCounts(values, sigma)
        case .cells: takeCells(values, sigma)
        default: takeMoves(values, sigma)
        }
    }

    private mutating func takeCounts(_ values: [Double], _ sigma: Double) {
        var rest = values[...]
        let counts = plan.bins.columns.map { column in
            let own = rest.prefix(column.codes)
            rest = rest.dropFirst(column.codes)
            let clear = own.map { $0 > Clustering.clearBin * sigma ? $0 : 0 }
            // Where no bin stands out, what noise is drawn around still lies where the rows are.
            return clear.contains { $0 > 0 } ? clear : own.map { max($0, 0) }
        }
        middle = CellGrid(plan.bins, counts: counts, most: 1).middle(of: 0, in: plan.space)
        grid = CellGrid(plan.bins, counts: counts, most: plan.mostCells)
    }

    private mutating func takeCells(_ values: [Double], _ sigma: Double) {
        let least = max(Clustering.clear * sigma, 0.5)
        let cells = values.indices.filter { values[$0] > least }
        guard !cells.isEmpty else { return begin([middle], square: 1) }
        let points = WeightedPoints(
            points: cells.map { grid.middle(of: $0, in: plan.space) },
            weights: cells.map { values[$0] - least })
        let (centres, square) = points.centres(plan.clusters)
        begin(centres, square: square + grid.within)
    }

    private mutating func begin(_ centres: [[Double]], square: Double) {
        moves = first(centres, square: square)
        counts = centres.map { _ in 1 }
        spreads = centres.map { _ in square.squareRoot() }
    }

    private func first(_ centres: [[Double]], square: Double) -> ClusterMoves {
        ClusterMoves(
            space: plan.space, centres: centres.map(plan.space.inside),
            // Without noise every row counts in full.
            reach: plan.isExact
                ? plan.space.widest.squareRoot()
                : max(Clustering.reach * square.squareRoot(), 1e-3))
    }

    private mutating func takeMoves(_ values: [Double], _ sigma: Double) {
        guard let moves else { return }
        let (centres, counts, spreads) = moves.moved(by: values, sigma: sigma)
        (self.counts, self.spreads) = (counts, spreads)
        isSettled = zip(centres, moves.centres).allSatisfy { new, old in
            zip(new, old).allSatisfy { abs($0 - $1) < Clustering.stillness }
        }
        self.moves = ClusterMoves(space: plan.space, centres: centres, reach: moves.reach)
    }

    /// What the rounds done so far give.
    var form: ClusterSet {
        let centres = moves?.centres ?? [middle]
        let all = counts.reduce(0, +)
        return ClusterSet(
            space: plan.space, centres: centres,
            shares: centres.indices.map {
                all > 0 ? counts[$0] / all : 1 / Double(centres.count)
            }, spreads: moves == nil ? [1] : spreads)
    }
}
