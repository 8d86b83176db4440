// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// The values of all columns outside the domain: at a point ζ, and of some at the next row's point.
struct Openings: Sendable {
    /// The values of one table.
    struct Table: Sendable {
        var main: [KoalaBear5] = []
        var next: [KoalaBear5] = []
        var sums: [KoalaBear5] = []
        /// Of the running sum at the next row, by coefficient.
        var nextSum: [KoalaBear5] = []
        var quotient: [KoalaBear5] = []

        /// In the order of the proof.
        var all: [KoalaBear5] { main + next + sums + nextSum + quotient }
    }

    var tables: [Table] = []

    /// In the order of the proof.
    var all: [KoalaBear5] { tables.flatMap(\.all) }
}

/// How columns and their claimed values are brought into one codeword for each table (DEEP: Ben-Sasson and
/// others, ePrint 2019/336):
///
///     D(x) = Σ wᵢ (pᵢ(x) − pᵢ(ζ)) / (x − ζ) + Σ wⱼ (pⱼ(x) − pⱼ(gζ)) / (x − gζ) + R(x)
///
/// The weights are powers of a challenge, from the first on, over all tables in order; R is the random
/// codeword, in the table that has it. D is of low degree when the claimed values are right.
struct Deep: Sendable {
    /// The weights of one table.
    struct Weights: Sendable {
        let main, next, sums, nextSum, quotient: [KoalaBear5]
    }

    let weights: [Weights]
    /// Of each table, Σ w · value at ζ and at the next row.
    let claimed: [(here: KoalaBear5, next: KoalaBear5)]

    init(_ shape: Shape, _ openings: Openings, gamma: KoalaBear5) {
        var power = gamma
        func take(_ count: Int) -> [KoalaBear5] {
            (0..<count).map { _ in
                defer { power *= gamma }
                return power
            }
        }
        func sum(_ weights: [KoalaBear5], _ values: [KoalaBear5]) -> KoalaBear5 {
            zip(weights, values).reduce(.zero) { $0 + $1.0 * $1.1 }
        }
        var all: [Weights] = []
        var claimed: [(KoalaBear5, KoalaBear5)] = []
        for (table, opened) in zip(shape.tables, openings.tables) {
            let weights = Weights(
                main: take(table.mainColumns), next: take(table.nextColumns.count),
                sums: take(table.sumColumns), nextSum: take(5),
                quotient: take(5 * Parameters.chunks))
            claimed.append(
                (
                    sum(weights.main, opened.main) + sum(weights.sums, opened.sums)
                        + sum(weights.quotient, opened.quotient),
                    sum(weights.next, opened.next) + sum(weights.nextSum, opened.nextSum)
                ))
            all.append(weights)
        }
        self.weights = all
        self.claimed = claimed
    }

    /// The weights of a main matrix's columns at the next row.
    private func next(_ table: Shape.Table, _ weights: Weights) -> [KoalaBear5] {
        var scalars = [KoalaBear5](repeating: .zero, count: table.mainColumns)
        for (column, weight) in zip(table.nextColumns, weights.next) { scalars[column] = weight }
        return scalars
    }

    /// D of one table from its extensions.
    func codeword(
        _ place: Int, _ shape: Shape, main: ColumnTiles, sums: ColumnTiles, quotient: ColumnTiles,
        zeta: KoalaBear5, threads: Int
    ) throws(TilesError) -> ExtensionColumn {
        let (table, weights) = (shape.tables[place], weights[place])
        let rows = table.domain.rows
        let here = try ExtensionColumn(rows: rows)
        let there = try ExtensionColumn(rows: rows)
        let points = table.domain.points
        let inverse = try ExtensionColumn(rows: rows)
        let after = zeta * table.root
        let sumsNext = [KoalaBear5](repeating: .zero, count: table.sumColumns - 5) + weights.nextSum
        let random =
            (0..<5).map { [.one, .x, .x * .x, .x * .x * .x, .x * .x * (.x * .x)][$0] }
            as [KoalaBear5]
        let batch = max(1, rows / (4 * threads))
        Parallel.each((rows + batch - 1) / batch, threads: threads) { part in
            let range = part * batch..<min((part + 1) * batch, rows)
            here.accumulate(main, weights.main, range)
            here.accumulate(sums, weights.sums, range)
            here.accumulate(quotient, weights.quotient, range)
            there.accumulate(main, next(table, weights), range)
            there.accumulate(sums, sumsNext, range)
            for (column, value, point) in [
                (here, claimed[place].here, zeta), (there, claimed[place].next, after),
            ] {
                for row in range { inverse[row] = KoalaBear5(points[row]) - point }
                inverse.invert(rows: range)
                column.add(.zero - value, rows: range)
                column.multiply(by: inverse, rows: range)
            }
            here.add(there, rows: range)
            if table.hasRandom {
                let scalars =
                    [KoalaBear5](repeating: .zero, count: 5 * Parameters.chunks) + random
                here.accumulate(quotient, scalars, range)
            }
        }
        return here
    }

    /// D of one table at one point, from the rows that were opened there.
    func value(
        _ place: Int, _ shape: Shape, main: [KoalaBear], sums: [KoalaBear], quotient: [KoalaBear],
        zeta: KoalaBear5, at point: KoalaBear
    ) -> KoalaBear5 {
        let (table, weights) = (shape.tables[place], weights[place])
        func sum(_ weights: [KoalaBear5], _ cells: some Sequence<KoalaBear>) -> KoalaBear5 {
            zip(weights, cells).reduce(.zero) { $0 + $1.0 * $1.1 }
        }
        let here =
            sum(weights.main, main) + sum(weights.sums, sums) + sum(weights.quotient, quotient)
        let there =
            sum(weights.next, table.nextColumns.map { main[$0] })
            + sum(weights.nextSum, sums[(table.sumColumns - 5)...])
        let x = KoalaBear5(point)
        var value =
            (here - claimed[place].here) * (x - zeta).inverseOrZero
            + (there - claimed[place].next) * (x - zeta * table.root).inverseOrZero
        if table.hasRandom {
            let cells = quotient[(5 * Parameters.chunks)...].prefix(5)
            var power = KoalaBear5.one
            for cell in cells {
                value += power * cell
                power *= .x
            }
        }
        return value
    }
}

extension ExtensionColumn {
    /// Adds Σ weight · column of the first columns of a matrix to some rows.
    fileprivate func accumulate(
        _ matrix: ColumnTiles, _ weights: [KoalaBear5], _ range: Range<Int>
    ) {
        for tile in 0..<matrix.tiles {
            let some = weights.dropFirst(16 * tile).prefix(16)
            guard some.contains(where: { $0 != .zero }) else { continue }
            let scalars = Array(some) + [KoalaBear5](repeating: .zero, count: 16 - some.count)
            accumulate(tile: tile, of: matrix, scalars: scalars, rows: range)
        }
    }
}
