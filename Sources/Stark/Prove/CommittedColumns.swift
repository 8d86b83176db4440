// SPDX-License-Identifier: Apache-2.0
public import Fields

/// Columns of a table that are committed to once, so that many proofs can be about the same cells.
///
/// The cells are those of the first rows; all others are random. Each proof shows ``shown(by:)`` numbers of every
/// column, and as long as it has so many random cells for each, all proofs together tell nothing of the rest.
/// Whoever commits has to count the proofs, and commit anew when they are spent.
///
/// Memory: four bytes for each cell, and a digest for each row of the extension.
public struct CommittedColumns: Sendable {
    let committed: Committed
    /// How many rows count.
    public let rows: Int
    /// How many proofs there may be.
    public let proofs: Int

    /// What stands for them in a statement.
    public var root: [UInt8] { committed.tree.root }
    var extended: Extension { committed.extensions[0] }
    /// How many columns there are.
    var columns: Int { extended.coefficients.columns - Parameters.saltColumns }

    /// How many numbers a proof shows of a column: a cell at each place that is looked at, and the five
    /// coefficients of a value outside the domain.
    public static func shown(by parameters: Parameters) -> Int { parameters.queries + 5 }

    /// Room for columns.
    public static func table(rowBits: Int, columns: Int) throws(TilesError) -> ColumnTiles {
        try ColumnTiles(rowBits: rowBits, columns: columns + Parameters.saltColumns)
    }

    /// How salts and random cells are drawn from a seed; another number with every change of that.
    private static let version = 2

    /// Commits to columns.
    ///
    /// - Parameters:
    ///   - table: made by ``table(rowBits:columns:)``, its first rows filled. It is used up.
    ///   - rows: how many of them count; at least ``Parameters/hiddenRows`` are left for what is random.
    ///   - longest: the logarithm of the rows of the longest table in every circuit that the columns will be in.
    ///   - seed: 32 bytes that nobody else knows. What hides the cells is made from them and the cells, so that
    ///     other cells never stand beside the same random ones; the same again are the same commitment, of which
    ///     there are no more proofs.
    public init(
        _ table: ColumnTiles, rows: Int, longest: Int, parameters: Parameters = .binding,
        seed: [UInt8], threads: Int = 2
    ) throws(TilesError) {
        let rows = min(rows, table.rows - Parameters.hiddenRows)
        precondition(seed.count == 32, "a seed of 32 bytes")
        let cells = SHA256.digest(RowHash.digests(ofRows: 0..<table.rows, of: [table]))
        // The way in which salts and random cells are drawn is one of the things that they are drawn from: were one drawn
        // otherwise and the other not, the same random cells would stand under two roots, each with all its proofs.
        let form = [
            CommittedColumns.version, rows, table.rows, table.columns, longest,
            parameters.blowupBits,
        ]
        let seed = Randomness.Seed(
            seed + cells + form.flatMap { littleEndian(UInt64($0)) }, Weakness())
        let columns = table.columns - Parameters.saltColumns
        var random = Randomness(seed: seed, label: "committed")
        for row in max(0, rows)..<table.rows {
            for column in 0..<columns { table[row, column] = random.element() }
        }
        let transform = try NTT(rowBits: table.rowBits)
        try Parallel.each(table.tiles, threads: threads) {
            (tile: Int) throws(TilesError) -> Void in
            try transform.interpolate(tile: tile, of: table)
        }
        let domain = try Shape.extended(table.rowBits, longest: longest, parameters)
        committed = try Committed(
            [Extension(table, domain, transform, seed, "committed")],
            height: domain.rowBits, in: try Workroom(rows: table.tiles << table.rowBits),
            threads: threads)
        self.rows = rows
        proofs = (table.rows - rows) / CommittedColumns.shown(by: parameters)
    }

    /// The cells, the random ones too, for who looks at a witness in the clear: see ``TraceCheck``.
    package func cells() throws(TilesError) -> ColumnTiles {
        let turned = try extended.trace(
            Array(0..<extended.coefficients.tiles), in: try Workroom(rows: extended.roomRows),
            threads: 1)
        let cells = try ColumnTiles(rowBits: turned.rowBits, columns: turned.columns)
        let domain = try EvaluationDomain(rowBits: turned.rowBits, shift: .one)
        for row in 0..<cells.rows {
            for column in 0..<columns { cells[row, column] = turned[domain.reversed(row), column] }
        }
        return cells
    }

    /// Whether they can be those of a table.
    func fit(_ table: Shape.Table) -> Bool {
        columns == table.committedColumns && extended.coefficients.rowBits == table.rowBits
            && extended.domain.shift == table.domain.shift
            && extended.domain.rowBits == table.domain.rowBits
    }

    /// What shows that the rows at some places of the longest extension are committed to.
    func opening(at indices: [Int], bits: Int, threads: Int) throws(TilesError) -> [UInt8] {
        let shift = bits - extended.domain.rowBits
        return try committed.opening(
            at: Set(indices.map { $0 >> shift }).sorted(), threads: threads)
    }
}
