// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// Memory that matrices use one after another: pages that are new to a process are zeroed when they are first
/// touched, which takes about as long as the transform that writes them.
///
/// - Memory: 64 bytes for each row of a tile, zeroed at first, on a 64-byte border.
/// - Threads: as ``ColumnTiles``.
public final class Workroom: @unchecked Sendable {
    // A class over raw memory for the same reasons as ColumnTiles.

    /// How many rows of sixteen columns there are.
    public let rows: Int
    let words: UnsafeMutablePointer<UInt32>

    /// Makes room for so many rows of sixteen columns.
    ///
    /// - Throws: ``TilesError/memory(bytes:)`` when there is not enough memory.
    public init(rows: Int) throws(TilesError) {
        guard rows > 0, rows <= Int.max / 64, let memory = fields_allocate(64 * rows) else {
            throw .memory(bytes: rows)
        }
        self.rows = rows
        words = memory.bindMemory(to: UInt32.self, capacity: 16 * rows)
    }

    deinit { fields_release(words, 64 * rows) }

    /// Keeps the memory of all large matrices and columns that are released during some work for those that are
    /// made then, and gives it back to the system at its end.
    ///
    /// - Memory: at most what was there at once, but for what pieces leave between them.
    public static func keepingMemory<Result, Failure: Error>(
        during work: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        fields_hold_memory()
        defer { fields_give_memory_back() }
        return try work()
    }
}
