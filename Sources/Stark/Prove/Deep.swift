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

    /// D of one table over its whole domain.
    ///
    /// The sums of polynomials are made from coefficients, a quarter or less of their values; only what comes
    /// of them is extended.
    func codeword(
        _ place: Int, _ shape: Shape, main: Extension, committed: Extension?, sums: Extension,
        quotient: Extension, zeta: KoalaBear5, threads: Int
    ) throws(TilesError) -> ExtensionColumn {
        let table = shape.tables[place]
        let combined = try combination(
            place, table, main.coefficients, committed?.coefficients, sums.coefficients,
            quotient.coefficients, threads: threads)
        let word = try ExtensionColumn(rows: table.domain.rows)
        let points = table.trace.points
        let rows = Deep.chunk
        let workers = min(threads, main.blocks)
        try Parallel.each(workers, threads: threads) { (worker: Int) throws(TilesError) -> Void in
            let values = try ColumnTiles(rowBits: table.rowBits, columns: 16)
            let registers = try Registers(count: 26, rows: rows)
            for block in stride(from: worker, to: main.blocks, by: workers) {
                let start = main.start(of: block)
                try main.transform.evaluateBlock(
                    tile: 0, of: combined, start: start, into: values)
                for row in stride(from: 0, to: table.rows, by: rows) {
                    registers.load(tile: 0, of: values, from: row, into: 0)
                    registers.load(points, from: row, into: 15)
                    for (sum, claim, point) in [
                        (0, claimed[place].here, zeta), (5, claimed[place].next, zeta * table.root),
                    ] {
                        for part in 0..<5 {
                            registers.fill(16 + part, with: .zero - point[part])
                            registers.fill(21, with: claim[part])
                            registers.subtract(sum + part, 21, into: sum + part)
                        }
                        registers.addProduct(15, by: start, to: 16)
                        registers.invertExtension(16)
                        registers.multiplyExtension(sum, 16, into: sum)
                    }
                    for part in 0..<5 {
                        registers.add(part, 5 + part, into: part)
                        registers.add(part, 10 + part, into: part)
                    }
                    registers.store(0, into: word, from: block << table.rowBits + row)
                }
            }
        }
        return word
    }

    /// How many rows are treated at once.
    private static let chunk = 512

    /// The coefficients of Σ w p for ζ, of that for the next row, and of the random codeword, in five columns
    /// each.
    private func combination(
        _ place: Int, _ table: Shape.Table, _ main: ColumnTiles, _ committed: ColumnTiles?,
        _ sums: ColumnTiles, _ quotient: ColumnTiles, threads: Int
    ) throws(TilesError) -> ColumnTiles {
        let weights = weights[place]
        let sumsNext = [KoalaBear5](repeating: .zero, count: table.sumColumns - 5) + weights.nextSum
        let random =
            [KoalaBear5](repeating: .zero, count: 5 * Parameters.chunks)
            + (table.hasRandom ? (0..<5).map { KoalaBear5.x.power(UInt64($0)) } : [])
        // No committed column is looked at in the next row.
        let first = table.committedColumns
        let sources: [(ColumnTiles?, [KoalaBear5], Int)] = [
            (committed, Array(weights.main[..<first]), 0),
            (main, Array(weights.main[first...]), 0), (sums, weights.sums, 0),
            (quotient, weights.quotient, 0),
            (main, Array(next(table, weights)[first...]), 5), (sums, sumsNext, 5),
            (quotient, random, 10),
        ]
        let parts = sources.flatMap { matrix, weights, target in
            Deep.tiles(matrix == nil ? [] : weights).compactMap { tile, scalars in
                matrix.map { (matrix: $0, tile: tile, scalars: scalars, target: target) }
            }
        }
        let combined = try ColumnTiles(rowBits: table.rowBits, columns: 16)
        let chunks = table.rows / Deep.chunk
        let workers = min(threads, chunks)
        try Parallel.each(workers, threads: threads) { (worker: Int) throws(TilesError) -> Void in
            let registers = try Registers(count: 16, rows: Deep.chunk)
            for chunk in stride(from: worker, to: chunks, by: workers) {
                let row = chunk * Deep.chunk
                for register in 0..<16 { registers.fill(register, with: .zero) }
                for part in parts {
                    registers.accumulate(
                        tile: part.tile, of: part.matrix, from: row, scalars: part.scalars,
                        to: part.target)
                }
                registers.store(0, tile: 0, of: combined, from: row)
            }
        }
        return combined
    }

    /// The weights of a matrix's first columns, tile by tile, without the tiles that have none.
    private static func tiles(_ weights: [KoalaBear5]) -> [(tile: Int, scalars: [KoalaBear5])] {
        stride(from: 0, to: weights.count, by: 16).compactMap { first in
            let some = weights[first...].prefix(16)
            guard some.contains(where: { $0 != .zero }) else { return nil }
            return (
                first / 16, some + [KoalaBear5](repeating: .zero, count: 16 - some.count)
            )
        }
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
