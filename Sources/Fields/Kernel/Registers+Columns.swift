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
}
