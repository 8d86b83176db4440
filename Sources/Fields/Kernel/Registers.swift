// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// Registers that each hold one element for many rows: what a list of operations, such as the constraints of
/// a proof, works with to treat all rows of a chunk at once.
///
/// Choose the rows so that all registers together fit the second cache, for instance 512 rows and 500 registers
/// for 1 MB.
///
/// - Memory: 4 bytes × rows (rounded up to sixteen) × registers, zeroed.
/// - Errors: a register that does not exist is a bug and traps; check a foreign list before.
/// - Threads: one thread at a time.
public final class Registers {
    // A class over raw memory, because the same registers serve all chunks, aligned for vectors.

    /// The number of registers.
    public let count: Int
    /// The number of rows of each.
    public let rows: Int
    let stride: Int
    private let words: UnsafeMutablePointer<UInt32>
    let code: Int32

    /// Makes registers of zeros.
    ///
    /// - Throws: ``TilesError/shape(expected:got:)`` unless the rows are in 1 ... 65 536 and the registers in
    ///   1 ... 65 536, ``TilesError/memory(bytes:)`` when there is no memory.
    public init(count: Int, rows: Int, path: KernelPath = .best) throws(TilesError) {
        for number in [count, rows] where !(1...65536).contains(number) {
            throw .shape(expected: 65536, got: number)
        }
        self.count = count
        self.rows = rows
        stride = (rows + 15) / 16 * 16
        code = path.code
        let bytes = 4 * stride * count
        guard let memory = fields_allocate(bytes) else { throw .memory(bytes: bytes) }
        words = memory.bindMemory(to: UInt32.self, capacity: bytes / 4)
    }

    deinit { fields_release(words, 4 * stride * count) }

    @inline(always)
    func place(_ register: Int, width: Int = 1) -> UnsafeMutablePointer<UInt32> {
        precondition(register >= 0 && register <= count - width, "there is no such register")
        return words + register * stride
    }

    /// The element of a register in a row; both must exist.
    public subscript(register: Int, row: Int) -> KoalaBear {
        get {
            precondition((0..<rows).contains(row), "there is no such row")
            return KoalaBear(word: place(register)[row])
        }
        set {
            precondition((0..<rows).contains(row), "there is no such row")
            place(register)[row] = newValue.word
        }
    }

    /// Puts one element into all rows of a register.
    public func fill(_ register: Int, with element: KoalaBear) {
        place(register).update(repeating: element.word, count: rows)
    }

    /// target = left + right
    public func add(_ left: Int, _ right: Int, into target: Int) {
        fields_add(code, place(target), place(left), place(right), rows)
    }

    /// target = left - right
    public func subtract(_ left: Int, _ right: Int, into target: Int) {
        fields_sub(code, place(target), place(left), place(right), rows)
    }

    /// target = left · right
    public func multiply(_ left: Int, _ right: Int, into target: Int) {
        fields_mul(code, place(target), place(left), place(right), rows)
    }

    /// target = left · scalar
    public func multiply(_ left: Int, by scalar: KoalaBear, into target: Int) {
        fields_mul_scalar(code, place(target), place(left), scalar.word, rows)
    }

    /// target = target + left · right
    public func addProduct(_ left: Int, _ right: Int, to target: Int) {
        fields_mul_add(code, place(target), place(left), place(right), rows)
    }

    /// target = target + left · scalar
    public func addProduct(_ left: Int, by scalar: KoalaBear, to target: Int) {
        fields_mul_add_scalar(code, place(target), place(left), scalar.word, rows)
    }

    /// The five registers from target on = target + left · scalar, an element of the extension.
    public func addProduct(_ left: Int, by scalar: KoalaBear5, to target: Int) {
        let start = place(target, width: 5)
        for c in 0..<5 {
            fields_mul_add_scalar(
                code, start + c * stride, place(left), scalar[c].word, rows)
        }
    }

    /// The five registers from target on = left · right, which are five registers each as elements of the
    /// extension.
    public func multiplyExtension(_ left: Int, _ right: Int, into target: Int) {
        fields_ext_mul(
            code, place(target, width: 5), stride, place(left, width: 5), stride,
            place(right, width: 5), stride, rows)
    }

    /// Reads rows of one tile of a matrix, from the given row on, into sixteen registers from target on.
    ///
    /// The rows must exist.
    public func load(tile: Int, of matrix: ColumnTiles, from row: Int, into target: Int) {
        precondition(row >= 0 && row <= matrix.rows - rows, "the matrix has no such rows")
        fields_tile_to_columns(
            code, place(target, width: 16), stride, matrix.tile(tile) + 16 * row, rows)
    }

    /// Writes sixteen registers from source on into rows of one tile of a matrix, which must exist.
    ///
    /// The caller keeps the columns past the last of the matrix zero.
    public func store(_ source: Int, tile: Int, of matrix: ColumnTiles, from row: Int) {
        precondition(row >= 0 && row <= matrix.rows - rows, "the matrix has no such rows")
        fields_columns_to_tile(
            code, matrix.tile(tile) + 16 * row, place(source, width: 16), stride, rows)
    }
}
