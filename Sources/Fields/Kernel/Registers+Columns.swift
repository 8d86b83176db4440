// SPDX-License-Identifier: Apache-2.0
internal import CFields

extension Registers {
    /// Inverts the five registers from target on as elements of the extension; zeros stay zero.
    ///
    /// - Cost: as ``ExtensionColumn/invert(rows:path:)``.
    public func invertExtension(_ target: Int) {
        fields_ext_invert(code, place(target, width: 5), stride, rows, KoalaBear5.images)
    }

    /// Reads elements, from the given one on, into a register; there must be one for each row.
    public func load(_ elements: [KoalaBear], from start: Int, into target: Int) {
        precondition(start >= 0 && start <= elements.count - rows, "there are no such elements")
        elements.withWords { words in
            guard let words else { return }
            place(target).update(from: words + start, count: rows)
        }
    }

    /// Reads one column's cells of rows in any order, one for each row of a register.
    ///
    /// The rows and the column must exist.
    public func gather(
        column: Int, of matrix: ColumnTiles, rows places: ArraySlice<UInt32>, into target: Int
    ) {
        precondition(
            places.count == rows && (0..<matrix.columns).contains(column),
            "there is not one row for each")
        let cells = matrix.tile(column / 16) + column % 16
        let words = place(target)
        let last = UInt32(matrix.rows - 1)
        for (place, row) in places.enumerated() {
            precondition(row <= last, "the matrix has no such row")
            words[place] = cells[16 * Int(row)]
        }
    }

    /// Writes registers, from the given one on, into so many columns of rows of a matrix.
    ///
    /// The rows and columns must exist.
    public func store(
        _ source: Int, width: Int, column: Int, of matrix: ColumnTiles, from row: Int
    ) {
        precondition(
            row >= 0 && row <= matrix.rows - rows && column >= 0
                && column + width <= matrix.columns, "the matrix has no such cells")
        fields_columns_to_cells(
            matrix.words + 16 * row, matrix.tileWords, column, width,
            place(source, width: width), stride, rows)
    }

    /// Adds Σ scalarⱼ · cellⱼ of sixteen columns of rows of a matrix to the five registers from target on.
    ///
    /// - Requires: sixteen scalars, and that the tile and its rows exist.
    /// - Cost: 80 multiply-adds of words and 10 reductions for each row.
    public func accumulate(
        tile: Int, of matrix: ColumnTiles, from row: Int, scalars: [KoalaBear5], to target: Int
    ) {
        precondition(
            row >= 0 && row <= matrix.rows - rows && scalars.count == 16, "the shapes do not fit")
        let flat = scalars.flatMap { $0.coefficients.map(\.word) }
        fields_accumulate(
            code, place(target, width: 5), stride, matrix.tile(tile) + 16 * row, rows, flat)
    }

    /// Writes the five registers from source on into rows of a column, which must exist.
    public func store(_ source: Int, into column: ExtensionColumn, from row: Int) {
        precondition(row >= 0 && row <= column.rows - rows, "the column has no such rows")
        for part in 0..<5 {
            (column.words + part * column.rows + row).update(
                from: place(source + part), count: rows)
        }
    }
}
