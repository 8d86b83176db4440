// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// Number theoretic transforms of the columns of a matrix, up to a fixed number of rows.
///
/// With g the root of unity of order n, the transform of n coefficients gives the values of the
/// polynomial at 1, g, g², ...; a shift s moves the points to s, s g, s g², ...
///
/// **Order of rows.** Coefficients and traces are in natural order: row i is the coefficient of
/// Xⁱ, or the value at gⁱ. Low-degree extensions are in *bit-reversed* order, see ``EvaluationDomain``.
///
/// - Memory: 4 bytes for each of the most rows: two tables of twiddle factors, each half as long.
///   Transforms allocate nothing.
/// - Threads: a value of this type can be used by many threads at once on different tiles.
public struct NTT: Sendable {
    /// The logarithm of the most rows.
    public let rowBits: Int
    /// Twiddle k is g to (k with its bits reversed), so that a table serves all smaller sizes too.
    let forward: [UInt32]
    private let backward: [UInt32]

    /// Makes the tables: one product for each row.
    ///
    /// - Throws: ``TilesError/rowBits(_:)`` unless the logarithm is in 0 ... 24.
    public init(rowBits: Int) throws(TilesError) {
        guard let root = KoalaBear.rootOfUnity(log: rowBits) else { throw .rowBits(rowBits) }
        self.rowBits = rowBits
        forward = Self.twiddles(root: root, rowBits: rowBits)
        backward = Self.twiddles(root: root.inverseOrZero, rowBits: rowBits)
    }

    private static func twiddles(root: KoalaBear, rowBits: Int) -> [UInt32] {
        // Block k of a layer is the residue modulo X^m - r^2; its two halves are those modulo
        // X^(m/2) - r and X^(m/2) + r, and r is the twiddle. Setting bit j of k multiplies r by the
        // root of order 2^(j + 2).
        var roots = [root]
        while roots.count + 1 < rowBits { roots.append(roots[roots.count - 1].squared) }
        var factors = [KoalaBear.one]
        factors.reserveCapacity(1 << max(rowBits - 1, 0))
        for root in roots.reversed() where factors.count < 1 << max(rowBits - 1, 0) {
            factors += factors.map { $0 * root }
        }
        return factors.map(\.word)
    }

    func check(_ bits: Int) throws(TilesError) {
        guard bits <= rowBits else { throw .tooManyRows(bits: bits, limit: rowBits) }
    }

    /// Turns the columns of one tile from values at 1, g, g², ... into coefficients, in place.
    ///
    /// - Throws: ``TilesError/tooManyRows(bits:limit:)`` before anything is changed.
    /// - Cost: n / 2 · log n butterflies for each column, and one pass to reorder.
    public func interpolate(
        tile: Int, of matrix: ColumnTiles, path: KernelPath = .best
    ) throws(TilesError) {
        try check(matrix.rowBits)
        let words = matrix.tile(tile)
        let count = KoalaBear(reducing: UInt64(matrix.rows)).inverseOrZero
        fields_bit_reverse(path.code, words, UInt32(matrix.rowBits), count.word)
        fields_ntt_inverse(path.code, words, UInt32(matrix.rowBits), backward)
    }

    /// Turns the columns of one tile from values in the row order of an ``EvaluationDomain`` into
    /// coefficients, in place, but for a factor: coefficient i comes times n sⁱ, for n rows and the shift s.
    ///
    /// - Throws: ``TilesError/tooManyRows(bits:limit:)`` before anything is changed.
    /// - Cost: n / 2 · log n butterflies for each column.
    public func interpolateExtension(
        tile: Int, of matrix: ColumnTiles, path: KernelPath = .best
    ) throws(TilesError) {
        try check(matrix.rowBits)
        fields_ntt_inverse(
            path.code, matrix.tile(tile), UInt32(matrix.rowBits), backward)
    }

    /// Writes one tile of the low-degree extension: the values of the polynomials in the
    /// same tile of the coefficients, on a larger domain.
    ///
    /// Each coset of the smaller group is one block of rows, and one transform that reads the
    /// coefficients and writes the block.
    ///
    /// - Throws: ``TilesError`` when the extension has other columns or fewer rows, or more than the
    ///   tables serve, before anything is changed.
    /// - Cost: (N / 2) · log n butterflies for each column, for n coefficients and N values.
    public func evaluate(
        tile: Int, of coefficients: ColumnTiles, shift: KoalaBear, into values: ColumnTiles,
        path: KernelPath = .best
    ) throws(TilesError) {
        try check(coefficients.rowBits)
        guard values.columns == coefficients.columns else {
            throw .shape(expected: coefficients.columns, got: values.columns)
        }
        guard values.rowBits >= coefficients.rowBits else {
            throw .shape(expected: coefficients.rowBits, got: values.rowBits)
        }
        let domain = try EvaluationDomain(rowBits: values.rowBits, shift: shift)
        spread(coefficients, tile, to: values, tile, domain, path)
    }

    /// Writes one tile of the low-degree extension of a trace: its columns' values at 1, g, g², ... on a
    /// larger domain. The coefficients in between stand in a tile of the caller's.
    ///
    /// - Parameter scratch: as many rows as the trace and sixteen columns; what is in it is lost.
    /// - Throws: as ``evaluate(tile:of:shift:into:path:)``.
    /// - Cost: that of interpolating and of evaluating, and a copy.
    public func extend(
        tile: Int, of trace: ColumnTiles, shift: KoalaBear, into values: ColumnTiles,
        scratch: ColumnTiles, path: KernelPath = .best
    ) throws(TilesError) {
        guard scratch.rowBits == trace.rowBits, scratch.columns == 16 else {
            throw .shape(expected: trace.rows, got: scratch.rows)
        }
        guard values.columns == trace.columns, values.rowBits >= trace.rowBits else {
            throw .shape(expected: trace.columns, got: values.columns)
        }
        let domain = try EvaluationDomain(rowBits: values.rowBits, shift: shift)
        scratch.tile(0).update(from: trace.tile(tile), count: trace.tileWords)
        try interpolate(tile: 0, of: scratch, path: path)
        spread(scratch, 0, to: values, tile, domain, path)
    }

    private func spread(
        _ coefficients: ColumnTiles, _ source: Int, to values: ColumnTiles, _ target: Int,
        _ domain: EvaluationDomain, _ path: KernelPath
    ) {
        for block in 0..<1 << (values.rowBits - coefficients.rowBits) {
            let start = values.tile(target) + block * coefficients.tileWords
            // The first row of a block of n is the shift of its coset.
            let first = domain.point(at: block * coefficients.rows)
            fields_ntt_forward(
                path.code, start, coefficients.tile(source), UInt32(coefficients.rowBits),
                forward, first.word)
        }
    }
}
