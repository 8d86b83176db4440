// SPDX-License-Identifier: Apache-2.0
internal import CFields

extension NTT {
    /// Writes what one coset of an extension has in a tile: the values of the polynomials in the tile of the
    /// coefficients at s, s g, s g², …, in bit-reversed order.
    ///
    /// An extension is a row of such blocks: see ``EvaluationDomain``. Who takes them one by one needs no
    /// room for the whole.
    ///
    /// - Parameter start: s, for a block of a domain the point of its first row.
    /// - Throws: ``TilesError`` when both matrices have not the same form, or more rows than the tables
    ///   serve, before anything is changed.
    /// - Cost: n / 2 · log n butterflies for each column.
    public func evaluateBlock(
        tile: Int, of coefficients: ColumnTiles, start: KoalaBear, into block: ColumnTiles,
        path: KernelPath = .best
    ) throws(TilesError) {
        try check(coefficients.rowBits)
        guard block.rowBits == coefficients.rowBits, block.columns == coefficients.columns else {
            throw .shape(expected: coefficients.rows, got: block.rows)
        }
        fields_ntt_forward(
            path.code, block.tile(tile), coefficients.tile(tile), UInt32(coefficients.rowBits),
            forward, start.word)
    }

    /// Writes the values of the polynomials in a tile at s, s g, s g², … for g of order 2 to the given bits, in
    /// bit-reversed order: a part of a block, the first rows where s is the point of its first row.
    ///
    /// - Parameters:
    ///   - bits: at most those of the coefficients' rows.
    ///   - row: where they go in a matrix that has as many columns.
    /// - Throws: ``TilesError`` when the forms do not fit, or there are more rows than the tables serve, before
    ///   anything is changed.
    /// - Cost: a product for each coefficient, and few butterflies.
    public func evaluatePart(
        tile: Int, of coefficients: ColumnTiles, start: KoalaBear, bits: Int,
        into matrix: ColumnTiles, from row: Int, path: KernelPath = .best
    ) throws(TilesError) {
        try check(coefficients.rowBits)
        guard (0...coefficients.rowBits).contains(bits), matrix.columns == coefficients.columns,
            row >= 0, row <= matrix.rows - 1 << bits
        else { throw .shape(expected: coefficients.rows, got: matrix.rows) }
        let target = matrix.tile(tile) + 16 * row
        fields_ntt_residue(
            path.code, target, coefficients.tile(tile), UInt32(coefficients.rowBits), UInt32(bits),
            start.power(1 << UInt64(bits)).word)
        fields_ntt_forward(path.code, target, target, UInt32(bits), forward, start.word)
    }

    /// The sixteen values of some rows of a block, in the order of the rows; see
    /// ``evaluateBlock(tile:of:start:into:path:)``.
    ///
    /// - Parameters:
    ///   - rows: in rising order, none twice; they must exist.
    ///   - scratch: as many rows as the coefficients and sixteen columns; what is in it is lost.
    /// - Cost: for few rows about two passes over the tile, then a path for each row.
    public func evaluate(
        rows: [Int], tile: Int, of coefficients: ColumnTiles, start: KoalaBear,
        scratch: ColumnTiles, path: KernelPath = .best
    ) throws(TilesError) -> [[KoalaBear]] {
        try check(coefficients.rowBits)
        guard scratch.rowBits == coefficients.rowBits, scratch.columns == 16 else {
            throw .shape(expected: coefficients.rows, got: scratch.rows)
        }
        precondition(
            rows.allSatisfy { (0..<coefficients.rows).contains($0) }
                && zip(rows, rows.dropFirst()).allSatisfy(<), "rows are in rising order")
        fields_ntt_forward_rows(
            path.code, scratch.tile(0), coefficients.tile(tile), UInt32(coefficients.rowBits),
            forward, start.word, rows.map { UInt32($0) }, rows.count)
        return rows.map { scratch.row($0) }
    }

    /// Turns the columns of one tile from values at 1, g, g², …, in bit-reversed order, into coefficients, in
    /// place.
    ///
    /// - Throws: ``TilesError/tooManyRows(bits:limit:)`` before anything is changed.
    /// - Cost: n / 2 · log n butterflies and a product for each column.
    public func interpolateReversed(
        tile: Int, of matrix: ColumnTiles, path: KernelPath = .best
    ) throws(TilesError) {
        try interpolateExtension(tile: tile, of: matrix, path: path)
        let words = matrix.tile(tile)
        let count = KoalaBear(reducing: UInt64(matrix.rows)).inverseOrZero
        fields_mul_scalar(path.code, words, words, count.word, matrix.tileWords)
    }
}
