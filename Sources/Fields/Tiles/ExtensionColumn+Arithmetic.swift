// SPDX-License-Identifier: Apache-2.0
internal import CFields

extension ExtensionColumn {
    private func check(_ range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= rows, "the column has no such rows")
    }

    /// Adds to every row of a range the combination Σ scalarⱼ · cellⱼ of sixteen columns of a matrix.
    ///
    /// This is the batching of DEEP quotients: one call for each tile, and the ranges of different
    /// threads may differ. Scalars past the columns of the matrix meet cells that are zero.
    ///
    /// - Requires: the matrix has as many rows as the column, the tile and the range exist, and there
    ///   are sixteen scalars.
    /// - Cost: 80 multiply-adds of words and 10 reductions for each row.
    public func accumulate(
        tile: Int, of matrix: ColumnTiles, scalars: [KoalaBear5], rows range: Range<Int>,
        path: KernelPath = .best
    ) {
        precondition(matrix.rows == rows && scalars.count == 16, "the shapes do not fit")
        check(range)
        let flat = scalars.flatMap { $0.coefficients.map(\.word) }
        fields_accumulate(
            path.code, words + range.lowerBound, rows, matrix.tile(tile) + 16 * range.lowerBound,
            range.count, flat)
    }

    /// Multiplies a range of rows by the same rows of another column, 25 products each.
    ///
    /// - Requires: both columns have the rows.
    public func multiply(
        by other: ExtensionColumn, rows range: Range<Int>, path: KernelPath = .best
    ) {
        check(range)
        other.check(range)
        let start = words + range.lowerBound
        fields_ext_mul(
            path.code, start, rows, start, rows, other.words + range.lowerBound, other.rows,
            range.count)
    }

    /// Adds the same rows of another column to a range of rows.
    ///
    /// - Requires: both columns have the rows.
    public func add(_ other: ExtensionColumn, rows range: Range<Int>, path: KernelPath = .best) {
        check(range)
        other.check(range)
        for c in 0..<5 {
            let place = words + c * rows + range.lowerBound
            fields_add(
                path.code, place, place, other.words + c * other.rows + range.lowerBound,
                range.count)
        }
    }

    /// Adds one element to a range of rows, which must exist.
    public func add(_ element: KoalaBear5, rows range: Range<Int>, path: KernelPath = .best) {
        check(range)
        let ones = [KoalaBear](repeating: .one, count: range.count)
        for c in 0..<5 {
            ones.withWords {
                fields_mul_add_scalar(
                    path.code, words + c * rows + range.lowerBound, $0, element[c].word,
                    range.count)
            }
        }
    }

    /// Inverts a range of rows, which must exist; zeros stay zero.
    ///
    /// - Cost: three products for each row, and one inversion for each 32 · 16 of them at most
    ///   (Montgomery's trick); 20 KiB of stack.
    public func invert(rows range: Range<Int>, path: KernelPath = .best) {
        check(range)
        fields_ext_invert(
            path.code, words + range.lowerBound, rows, range.count, KoalaBear5.images)
    }
}
