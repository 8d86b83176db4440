// SPDX-License-Identifier: Apache-2.0
internal import CFields

extension NTT {
    /// Interpolates all tiles, one after another; see ``interpolate(tile:of:path:)``.
    public func interpolate(_ matrix: ColumnTiles, path: KernelPath = .best) throws(TilesError) {
        for tile in 0..<matrix.tiles { try interpolate(tile: tile, of: matrix, path: path) }
    }

    /// Extends all tiles, one after another, by a blowup of 2 to the given power.
    ///
    /// - Throws: ``TilesError`` when the extension would have more than 2²⁴ rows or there is no memory.
    /// - Memory: the extension.
    public func extend(
        _ coefficients: ColumnTiles, blowupBits: Int, shift: KoalaBear, path: KernelPath = .best
    ) throws(TilesError) -> ColumnTiles {
        let extended = try ColumnTiles(
            rowBits: coefficients.rowBits + min(max(blowupBits, 0), 64),
            columns: coefficients.columns)
        for tile in 0..<coefficients.tiles {
            try evaluate(
                tile: tile, of: coefficients, shift: shift, into: extended, path: path)
        }
        return extended
    }

    /// The values of one polynomial over the extension at all points of a domain, in its row order.
    ///
    /// Missing coefficients are zero. One transform of one tile, of which the element takes five
    /// columns: meant for final polynomials, not for large columns.
    ///
    /// - Throws: ``TilesError`` when there are more coefficients than points, or more points than the
    ///   tables serve.
    public func evaluate(
        _ coefficients: [KoalaBear5], on domain: EvaluationDomain, path: KernelPath = .best
    ) throws(TilesError) -> [KoalaBear5] {
        guard coefficients.count <= domain.rows else {
            throw .shape(expected: domain.rows, got: coefficients.count)
        }
        let input = try ColumnTiles(rowBits: domain.rowBits, columns: 5)
        for (row, value) in coefficients.enumerated() { input.store(value, row: row) }
        let output = try ColumnTiles(rowBits: domain.rowBits, columns: 5)
        try evaluate(tile: 0, of: input, shift: domain.shift, into: output, path: path)
        return (0..<domain.rows).map { output.element(row: $0) }
    }

    /// The coefficients of the polynomial that has the given values on a domain, in its row order.
    ///
    /// - Throws: ``TilesError`` when there is not one value for each point, or more points than the
    ///   tables serve.
    public func interpolate(
        _ values: [KoalaBear5], on domain: EvaluationDomain, path: KernelPath = .best
    ) throws(TilesError) -> [KoalaBear5] {
        guard values.count == domain.rows else {
            throw .shape(expected: domain.rows, got: values.count)
        }
        let tile = try ColumnTiles(rowBits: domain.rowBits, columns: 5)
        for row in 0..<domain.rows { tile.store(values[row], row: domain.reversed(row)) }
        try interpolate(tile: 0, of: tile, path: path)
        let ratio = domain.shift.inverseOrZero
        var power = KoalaBear.one
        return (0..<domain.rows).map { row in
            defer { power *= ratio }
            return tile.element(row: row) * power
        }
    }
}

extension ColumnTiles {
    /// Spreads an element over the first five columns.
    fileprivate func store(_ element: KoalaBear5, row: Int) {
        for column in 0..<5 { self[row, column] = element[column] }
    }

    fileprivate func element(row: Int) -> KoalaBear5 {
        KoalaBear5(self[row, 0], self[row, 1], self[row, 2], self[row, 3], self[row, 4])
    }
}
