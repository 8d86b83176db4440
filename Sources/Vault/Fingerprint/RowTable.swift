// SPDX-License-Identifier: Apache-2.0

/// Existing rows and then new ones, row by row in one array, key columns first, so that a row or
/// its key is one stretch of memory.
struct RowTable {
    let count: Int
    /// Numbers in a row.
    let width: Int
    /// Numbers in a row's key, at its start; the whole row where the schema has no key.
    let keyWidth: Int
    private let cells: [Int64]

    init(existing: Rows, new: Rows) {
        var all = existing
        all.append(new)
        let key = all.schema.key
        let order = key + all.columns.indices.filter { !key.contains($0) }
        let (count, width) = (all.count, order.count)
        (self.count, self.width) = (count, width)
        keyWidth = key.isEmpty ? width : key.count
        cells = [Int64](unsafeUninitializedCapacity: count * width) { room, filled in
            for (place, column) in order.enumerated() {
                // A text that stands twice in a dictionary must be one number here.
                let filled = all.columns[column]
                let values = filled.dictionary.isEmpty ? filled.values : filled.compacted().values
                precondition(values.count == count, "every column filled")
                for row in 0..<count {
                    (room.baseAddress! + row * width + place).initialize(to: values[row])
                }
            }
            filled = count * width
        }
    }

    /// Whether two rows agree in their first numbers.
    func equal(_ left: Int, _ right: Int, width compared: Int) -> Bool {
        for place in 0..<compared where cells[left * width + place] != cells[right * width + place]
        {
            return false
        }
        return true
    }

    /// The hash of a row's first numbers, seeded for the process.
    func hash(_ row: Int, width hashed: Int) -> Int {
        var hasher = Hasher()
        cells.withUnsafeBytes {
            hasher.combine(
                bytes: UnsafeRawBufferPointer(
                    rebasing: $0[row * width * 8..<(row * width + hashed) * 8]))
        }
        return hasher.finalize()
    }
}

/// Finds, for a row, the first row that equals it: a hash table with open addresses.
struct RowIndex {
    /// Row numbers; -1 where there is none.
    private var slots: [Int32]

    /// Makes room for so many rows, at most 2³¹ − 1.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
    }

    /// The first row that agrees with this one in its first numbers; the row itself when none was
    /// met, which it is from now on.
    mutating func place(of row: Int, in rows: RowTable, width: Int) -> Int {
        let mask = slots.count - 1
        var slot = rows.hash(row, width: width) & mask
        while slots[slot] >= 0 {
            let other = Int(slots[slot])
            if rows.equal(other, row, width: width) { return other }
            slot = (slot + 1) & mask
        }
        slots[slot] = Int32(row)
        return row
    }
}
