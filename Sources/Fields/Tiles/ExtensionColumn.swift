// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// A column of elements of the extension of degree five, as five arrays of words: coefficient c of
/// row i is word c · rows + i.
///
/// - Memory: 20 bytes for each row, zeroed.
/// - Threads: as ``ColumnTiles``; writers must keep to different rows.
public final class ExtensionColumn: @unchecked Sendable {
    // A class over raw memory for the same reasons as ColumnTiles.

    /// The number of rows.
    public let rows: Int
    /// The words, coefficient after coefficient.
    package let words: UnsafeMutablePointer<UInt32>

    /// Makes a column of zeros.
    ///
    /// - Throws: ``TilesError`` when the rows are not in 1 ... 2²⁴, or there is not enough memory.
    public init(rows: Int) throws(TilesError) {
        guard (1...1 << KoalaBear.twoAdicity).contains(rows) else {
            throw .shape(expected: 1 << KoalaBear.twoAdicity, got: rows)
        }
        guard let memory = fields_allocate(20 * rows) else { throw .memory(bytes: 20 * rows) }
        self.rows = rows
        words = memory.bindMemory(to: UInt32.self, capacity: 5 * rows)
    }

    /// Makes a column of the given elements.
    ///
    /// - Throws: as ``init(rows:)``.
    public convenience init(_ elements: [KoalaBear5]) throws(TilesError) {
        try self.init(rows: elements.count)
        for (index, element) in elements.enumerated() { self[index] = element }
    }

    deinit { fields_release(words, 20 * rows) }

    /// The element of a row, which must exist.
    public subscript(row: Int) -> KoalaBear5 {
        get {
            precondition((0..<rows).contains(row), "the column has no such row")
            func word(_ c: Int) -> KoalaBear { KoalaBear(word: words[c * rows + row]) }
            return KoalaBear5(word(0), word(1), word(2), word(3), word(4))
        }
        set {
            precondition((0..<rows).contains(row), "the column has no such row")
            for c in 0..<5 { words[c * rows + row] = newValue[c].word }
        }
    }

    /// The elements of all rows.
    public var elements: [KoalaBear5] { (0..<rows).map { self[$0] } }
}
