// SPDX-License-Identifier: Apache-2.0
internal import CFields

extension ExtensionColumn {
    /// Makes the column 1, x, x², ...: one product for each row.
    ///
    /// - Throws: as ``init(rows:)``.
    public convenience init(powersOf x: KoalaBear5, rows: Int) throws(TilesError) {
        try self.init(rows: rows)
        var power = KoalaBear5.one
        for row in 0..<rows {
            self[row] = power
            power *= x
        }
    }

    /// Makes the column of all points of a domain, in its row order, less one element: the
    /// denominators of a quotient, once inverted.
    ///
    /// - Throws: as ``init(rows:)``.
    public convenience init(
        pointsOf domain: EvaluationDomain, minus element: KoalaBear5
    ) throws(TilesError) {
        try self.init(rows: domain.rows)
        let least = KoalaBear5.zero - element
        for (row, point) in domain.points.enumerated() { self[row] = least + point }
    }

    /// The rows of a range, which must exist, as canonical bytes: 20 for each row, see
    /// ``KoalaBear5/bytes``. 8 · 20 of them are a leaf of a layer that folds by eight.
    public func bytes(ofRows range: Range<Int>, path: KernelPath = .best) -> [UInt8] {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= rows, "the column has no such rows")
        var numbers = [UInt32](repeating: 0, count: 5 * range.count)
        fields_ext_to_rows(path.code, &numbers, words + range.lowerBound, rows, range.count)
        return numbers.withUnsafeBytes { Array($0) }
    }
}
