// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// A matrix of KoalaBear elements, laid out for the kernels in tiles of sixteen columns.
///
/// Tile t holds the columns 16 t ..< 16 t + 16 as rows of sixteen words, which is 64 bytes and one
/// vector register; row i of tile t starts at byte (t · rows + i) · 64. Tiles follow each other. The
/// columns that the last tile has too many are zero and stay so under every transform.
///
/// - Memory: 64 bytes × rows × tiles, zeroed, on a 64-byte border; nothing else. On Linux the pages of
///   2 MiB and more are taken when they are first touched, so bound the sizes of foreign matrices.
/// - Threads: reading is free for all. Writers must keep to different tiles or different rows; a
///   reader must not meet a writer. The class does not check this.
public final class ColumnTiles: @unchecked Sendable {
    // A class around raw memory, because a matrix is hundreds of megabytes that must never be copied by
    // accident, and because threads write different tiles of one matrix. Hence also @unchecked: which
    // tile belongs to which thread is known only to the caller, and the properties are all constant.

    /// The logarithm to base two of the number of rows.
    public let rowBits: Int
    /// The number of columns that count.
    public let columns: Int
    /// The words, tile after tile.
    package let words: UnsafeMutablePointer<UInt32>
    /// What the words belong to, where not to the matrix itself.
    private let room: Workroom?

    /// Makes a matrix of zeros.
    ///
    /// - Throws: ``TilesError`` when the logarithm of the rows is not in 0 ... 24, the columns are not in
    ///   1 ... 65 536, or there is not enough memory.
    public init(rowBits: Int, columns: Int) throws(TilesError) {
        let bytes = try ColumnTiles.bytes(rowBits, columns)
        guard let memory = fields_allocate(bytes) else { throw .memory(bytes: bytes) }
        self.rowBits = rowBits
        self.columns = columns
        words = memory.bindMemory(to: UInt32.self, capacity: bytes / 4)
        room = nil
    }

    /// Makes a matrix in a room, from one of its rows on; its cells are what was there before, elements all.
    ///
    /// The caller sees to it that no two matrices that are still wanted stand in the same rows.
    ///
    /// - Throws: as ``init(rowBits:columns:)``, and ``TilesError/memory(bytes:)`` when the room is too small.
    public init(
        rowBits: Int, columns: Int, in room: Workroom, from row: Int = 0
    ) throws(TilesError) {
        let bytes = try ColumnTiles.bytes(rowBits, columns)
        guard row >= 0, row <= room.rows, bytes / 64 <= room.rows - row else {
            throw .memory(bytes: bytes)
        }
        (self.rowBits, self.columns, self.room) = (rowBits, columns, room)
        words = room.words + 16 * row
    }

    private static func bytes(_ rowBits: Int, _ columns: Int) throws(TilesError) -> Int {
        guard (0...KoalaBear.twoAdicity).contains(rowBits) else { throw .rowBits(rowBits) }
        guard (1...65536).contains(columns) else { throw .columns(columns) }
        return 64 << rowBits * ((columns + 15) / 16)
    }

    deinit { if room == nil { fields_release(words, wordCount * 4) } }

    /// The number of rows, a power of two.
    public var rows: Int { 1 << rowBits }
    /// The number of tiles: the columns by sixteen, rounded up.
    public var tiles: Int { (columns + 15) / 16 }
    /// The words of one tile.
    package var tileWords: Int { 16 << rowBits }
    /// The words of all tiles.
    package var wordCount: Int { tileWords * tiles }

    /// Where a tile starts.
    package func tile(_ index: Int) -> UnsafeMutablePointer<UInt32> {
        precondition((0..<tiles).contains(index), "the matrix has no such tile")
        return words + index * tileWords
    }

    @inline(always) private func place(_ row: Int, _ column: Int) -> Int {
        precondition(
            (0..<rows).contains(row) && (0..<columns).contains(column),
            "the matrix has no such cell")
        return column / 16 * tileWords + 16 * row + column % 16
    }

    /// One cell; the row and the column must exist.
    public subscript(row: Int, column: Int) -> KoalaBear {
        get { KoalaBear(word: words[place(row, column)]) }
        set { words[place(row, column)] = newValue.word }
    }

    /// The cells of one row, which must exist.
    public func row(_ row: Int) -> [KoalaBear] { (0..<columns).map { self[row, $0] } }

    /// The cells of one column, which must exist.
    public func column(_ column: Int) -> [KoalaBear] { (0..<rows).map { self[$0, column] } }

    /// Writes a column, which must exist, with one value for each row.
    public func replaceColumn(_ column: Int, with values: [KoalaBear]) {
        precondition(values.count == rows, "there is not one value for each row")
        for (row, value) in values.enumerated() { self[row, column] = value }
    }
}
