// SPDX-License-Identifier: Apache-2.0
internal import CFields

extension ColumnTiles {
    /// Writes the cells of consecutive rows as canonical little-endian numbers, four bytes each.
    ///
    /// Row i of the range goes to byte i · stride of the room, so that a caller can leave space
    /// behind each row for a salt. This is what Merkle leaves hash.
    ///
    /// - Requires: the rows exist, the stride is at least 4 · columns, and the room holds all.
    /// - Cost: one product for each cell; no memory.
    public func writeRows(
        _ range: Range<Int>, into room: UnsafeMutableRawBufferPointer, stride: Int,
        path: KernelPath = .best
    ) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= rows, "the matrix has no such rows")
        guard let base = room.baseAddress, !range.isEmpty else { return }
        precondition(
            stride >= 4 * columns && room.count >= stride * (range.count - 1) + 4 * columns,
            "the rows do not fit the room")
        fields_rows_to_bytes(
            path.code, base.assumingMemoryBound(to: UInt8.self), stride, words, tileWords,
            range.lowerBound, range.count, columns)
    }

    /// The bytes of ``writeRows(_:into:stride:path:)`` without gaps.
    public func bytes(ofRows range: Range<Int>, path: KernelPath = .best) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4 * columns * range.count)
        bytes.withUnsafeMutableBytes {
            writeRows(range, into: $0, stride: 4 * columns, path: path)
        }
        return bytes
    }

    /// Turns what the first rows have in the five columns from one on into what those before each come to, as
    /// coefficients of an element of the extension. Row i stands where the bits of i are turned around.
    ///
    /// - Returns: what all of them come to.
    public func addUp(rows count: Int, column: Int) -> KoalaBear5 {
        precondition(
            (0...rows).contains(count) && column >= 0 && column + 5 <= columns && rowBits > 0,
            "the matrix has no such cells")
        var total = [UInt32](repeating: 0, count: 5)
        fields_running_sum(words, tileWords, column, UInt32(rowBits), count, &total)
        func word(_ c: Int) -> KoalaBear { KoalaBear(word: total[c]) }
        return KoalaBear5(word(0), word(1), word(2), word(3), word(4))
    }

    /// Writes some columns of consecutive rows from their cells, row after row.
    ///
    /// - Requires: the rows and columns exist, and whole rows of cells.
    public func write(_ cells: [KoalaBear], from row: Int, column: Int, width: Int) {
        let count = cells.count / width
        precondition(
            row >= 0 && row <= rows - count && column >= 0 && column <= columns - width
                && cells.count == count * width, "there are no such cells")
        for place in 0..<width {
            let target =
                words + (column + place) / 16 * tileWords + 16 * row + (column + place) % 16
            for row in 0..<count { target[16 * row] = cells[width * row + place].word }
        }
    }
}
