// SPDX-License-Identifier: Apache-2.0

/// A stripe of many chunks side by side, which one transform treats at once: each row is of one
/// chunk, each symbol in it a column of its own.
///
/// A symbol is 16 bits, little-endian; a row is whole words of 64 bits. The memory is raw and its
/// owner's alone, so that the kernels work in place and without checks: indices come from
/// ``ErasureCode`` only.
struct Rows: ~Copyable {
    /// How many rows there are.
    let count: Int
    /// How many 64-bit words a row has.
    let width: Int
    /// Row after row.
    private let words: UnsafeMutablePointer<UInt64>
    /// The products of one factor with all low bytes, then with all high bytes. 4 KB that stay in the
    /// first cache while rows are read; 64 bits each, which is faster than widening them.
    private let products: UnsafeMutablePointer<UInt64>

    /// Makes rows of zeros.
    init(count: Int, width: Int) {
        self.count = count
        self.width = width
        words = .allocate(capacity: count * width)
        words.initialize(repeating: 0, count: count * width)
        products = .allocate(capacity: 512)
        products.initialize(repeating: 0, count: 512)
    }

    deinit {
        words.deallocate()
        products.deallocate()
    }

    /// The words of a row and of those after it.
    private func start(_ row: Int) -> UnsafeMutablePointer<UInt64> { words + row * width }
}

extension Rows {
    /// Fills a row with bytes, at most as many as it has, and zeros behind them.
    func load(_ source: UnsafeRawBufferPointer, into row: Int) {
        let target = UnsafeMutableRawBufferPointer(start: start(row), count: 8 * width)
        target.copyMemory(from: source)
        target[source.count...].initializeMemory(as: UInt8.self, repeating: 0)
    }

    /// Copies the first bytes of a row out, at most as many as it has.
    func store(_ row: Int, into target: UnsafeMutableRawBufferPointer) {
        target.copyMemory(from: UnsafeRawBufferPointer(start: start(row), count: target.count))
    }

    /// Fills a row with zeros.
    func clear(_ row: Int) { start(row).update(repeating: 0, count: width) }
}

extension Rows {
    /// Multiplies a row.
    func multiply(_ row: Int, by factor: Symbol) {
        prepare(factor)
        let row = start(row)
        for place in 0..<width { row[place] = product(row[place]) }
    }

    /// Adds so many rows to others: target + i gets source + i. They do not overlap.
    func add(_ source: Int, to target: Int, count: Int) {
        let (source, target) = (start(source), start(target))
        for place in 0..<count * width { target[place] ^= source[place] }
    }

    /// Adds a multiple of rows: target + i gets source + i times the factor. They do not overlap.
    func add(_ source: Int, times factor: Symbol, to target: Int, count: Int) {
        guard factor != .zero else { return }
        prepare(factor)
        let (source, target) = (start(source), start(target))
        for place in 0..<count * width { target[place] ^= product(source[place]) }
    }

    /// Fills the table with the products of a factor.
    private func prepare(_ factor: Symbol) {
        for bit in 0..<16 {
            let product = UInt64((factor * Symbol(1 << UInt16(bit))).bits)
            let table = products + bit / 8 * 256
            let half = 1 << (bit % 8)
            for place in 0..<half { table[half + place] = table[place] ^ product }
        }
    }

    /// The products of the four symbols of a word with the prepared factor.
    @inline(__always)
    private func product(_ word: UInt64) -> UInt64 {
        let word = UInt64(littleEndian: word)
        func symbol(_ shift: UInt64) -> UInt64 {
            products[Int(truncatingIfNeeded: word >> shift & 0xff)]
                ^ products[Int(truncatingIfNeeded: word >> (shift + 8) & 0xff) + 256]
        }
        let upper = symbol(48) << 16 ^ symbol(32)
        return ((upper << 16 ^ symbol(16)) << 16 ^ symbol(0)).littleEndian
    }
}
