// SPDX-License-Identifier: Apache-2.0
internal import CFields

extension ColumnTiles {
    /// Combines the rows of one tile: Σ weightᵢ · cell (i, j) for each of its sixteen columns j.
    ///
    /// With the powers of a point as weights this evaluates sixteen polynomials outside their domain from
    /// their coefficients. Columns past the last give zero.
    ///
    /// - Requires: one weight for each row, or for each of the first ones, and that the tile exists.
    /// - Cost: five multiply-adds for each cell.
    public func combination(
        tile: Int, weights: ExtensionColumn, path: KernelPath = .best
    ) -> [KoalaBear5] {
        precondition(weights.rows <= rows, "there are more weights than rows")
        var sums = [UInt32](repeating: 0, count: 80)
        fields_combine_rows(
            path.code, &sums, self.tile(tile), weights.rows, weights.words, weights.rows)
        return (0..<16).map { column in
            func word(_ c: Int) -> KoalaBear { KoalaBear(word: sums[16 * c + column]) }
            return KoalaBear5(word(0), word(1), word(2), word(3), word(4))
        }
    }
}
