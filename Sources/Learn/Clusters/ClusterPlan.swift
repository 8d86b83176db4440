// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// How clusters are looked for: fixed before anything is read, by the schema, the number of people and the privacy alone.
struct ClusterPlan: Hashable, Sendable {
    /// How many clusters are wanted.
    let clusters: Int
    /// Where rows lie.
    let space: ClusterSpace
    /// How the columns' values are counted.
    let bins: ColumnBins
    /// How many cells rows are counted in at most.
    let mostCells: Int

    /// How many clusters a model may have.
    static let possible = 2...50
    /// The most cells: each contributor's numbers for all of them are held at once.
    private static let cellsAtMost = 4096
    /// How many times the noise of a cell the rows of a usual one are.
    private static let clearness = 4.0

    /// Hundredths of the privacy for the columns' counts, the cells and all moves. Where people are few, most hangs on
    /// where the rows are at all.
    var parts: (counts: UInt64, cells: UInt64, moves: UInt64) {
        isThin ? (30, 40, 30) : (5, 50, 45)
    }
    /// How often centres are moved to the middle of their rows.
    static let moves = 2

    /// - Parameter rho: what all rounds but the measuring may cost.
    init(
        _ clusters: Int, _ space: ClusterSpace, _ bins: ColumnBins, people: Int, spending rho: Rho
    ) {
        (self.clusters, self.space, self.bins) = (clusters, space, bins)
        // Of r rows a person the noise is r times as wide, and the rows are r times as many.
        let mu = rho.part(1, of: 2).gaussianMu
        let clear = min(Double(people) * mu / ClusterPlan.clearness, Double(Self.cellsAtMost))
        isThin = clear < Double(4 * clusters)
        mostCells = max(Int(clear), min(4 * clusters, Self.cellsAtMost))
    }

    /// Whether people are so few that cells hardly stand out from the noise.
    let isThin: Bool

    /// Whether sums have no noise.
    var isExact = false

    /// The norm of what one row adds to the counts of the columns, at most: 1 for each.
    var countsNorm: Double { Double(bins.columns.count).squareRoot() }
}

extension Schedule {
    /// Rounds for clusters: the counts of each column's bins, the counts of cells, and moves of centres.
    ///
    /// Of sensitivity: a study clips the whole vector of a contributor to the round's radius, so that is how far she
    /// moves the sums, whatever her rows. The radius is r times the most that one row gives (√columns; 1;
    /// ``ClusterMoves/norm``), and by the triangle's inequality nothing is cut of r rows. Less would cut nearly everybody, since a person's
    /// rows are alike and lie in one cluster; and of r rows each the noise is to everybody's rows as of one row each.
    ///
    /// - Parameter measured: whether a part of the rows and of the privacy goes to measuring the model.
    init(
        _ clusters: Int, _ space: ClusterSpace, _ bins: ColumnBins, rows: Int, people: Int,
        spending whole: Rho, measured: Bool
    ) {
        let rho = measured ? whole.part(9, of: 10) : whole
        let plan = ClusterPlan(clusters, space, bins, people: people, spending: rho)
        // Sums of many rows need no finer lattice than those of one, and noise has a widest.
        let unit = Double(
            sign: .plus, exponent: max(8, 20 - Schedule.log2(rows)), significand: 1)
        let all = Double(rows)
        func round(_ kind: Kind, _ norm: Double, _ part: UInt64, of parts: UInt64 = 100) -> Round {
            Round(
                kind: kind, radius: Schedule.radius(norm, of: all, unit: unit),
                spending: rho.part(part, of: parts))
        }
        let moves = UInt64(ClusterPlan.moves)
        let move = round(.moves, ClusterMoves.norm, plan.parts.moves, of: 100 * moves)
        self.init(
            rounds: [
                round(.counts, plan.countsNorm, plan.parts.counts),
                round(.cells, 1, plan.parts.cells),
            ] + Array(repeating: move, count: ClusterPlan.moves)
                + Schedule.measuring(
                    .group, rows: rows, unit: unit, spending: whole, measured: measured),
            descent: .clusters(plan), unit: unit)
    }
}
