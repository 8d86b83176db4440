// SPDX-License-Identifier: Apache-2.0

/// Finds the record of a transfer id.
///
/// 256 tables by the top bits of the hash, each open addressing with linear probing, at most three
/// quarters full, growing alone: no step moves more than 1/256 of all ids. A cell is
///
///     bits 63…40  24 bits of the hash, which also give the cell's home
///     bits 39…0   the record's address, plus one; zero for an empty cell
///
/// so growing reads no record, and finding reads one record but for a chance in
/// 2^24 ÷ (cells of a table) for each cell passed. Cost: 8 bytes a cell, 11 to 21 an id.
struct TransferIndex: Sendable {
    private var tables: [Table] = Array(repeating: Table(), count: 256)

    fileprivate struct Table: Sendable {
        var cells: [UInt64] = Array(repeating: 0, count: 8)
        var count = 0
        var mask = 7
    }

    /// The addresses under which a hash was filed, each tried until one is the wanted record.
    @inline(__always) func find(_ hash: UInt64, where isWanted: (UInt64) -> Bool) -> UInt64? {
        let mark = hash >> 32 & 0xff_ffff
        let number = Int(hash >> 56)
        let mask = tables[number].mask
        // Through a pointer: the bounds check would fetch one more line of memory.
        return tables[number].cells.withUnsafeBufferPointer { cells in
            var place = Int(mark) & mask
            while true {
                let cell = cells[place]
                if cell == 0 { return nil }
                let address = cell & 0xff_ffff_ffff - 1
                if cell >> 40 == mark, isWanted(address) { return address }
                place = (place + 1) & mask
            }
        }
    }

    /// Files an address.
    ///
    /// - Requires: the address is below 2^40 − 1, which a tebibyte of records would exceed.
    mutating func insert(_ hash: UInt64, address: UInt64) {
        tables[Int(hash >> 56)].insert((hash >> 32 & 0xff_ffff) << 40 | (address + 1))
    }
}

extension TransferIndex.Table {
    fileprivate mutating func insert(_ cell: UInt64) {
        if (count + 1) * 4 > cells.count * 3 {
            let old = cells
            cells = Array(repeating: 0, count: old.count * 2)
            mask = cells.count - 1
            for moved in old where moved != 0 { put(moved) }
        }
        put(cell)
        count += 1
    }

    private mutating func put(_ cell: UInt64) {
        var place = Int(cell >> 40) & mask
        while cells[place] != 0 { place = (place + 1) & mask }
        cells[place] = cell
    }
}
