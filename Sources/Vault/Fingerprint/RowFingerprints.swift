// SPDX-License-Identifier: Apache-2.0

/// Recognises rows that a contributor already gave, so that none is stored or paid twice.
///
/// Rows are compared by their values, texts by their UTF-8 bytes; NULL equals NULL. Hashes only
/// find candidates: no row is ever dropped because of a collision, and the hash is seeded for each
/// process, so that nobody can prepare rows that collide.
public enum RowFingerprints {
    /// What is left of new rows.
    public struct Kept: Hashable, Sendable {
        /// The rows to store, in their order.
        public let rows: Rows
        /// How many rows were known already, equal in every column.
        public let dropped: Int
        /// How many rows have a known key but differ in another column; the first one stays.
        public let conflicting: Int
    }

    /// Tells which of the new rows are to be stored.
    ///
    /// - With a key in the schema: of all rows, existing and new, that agree in the key columns,
    ///   only the first is kept.
    /// - Without: the difference of multisets. A file that is imported again adds nothing; two
    ///   equal purchases in one file stay two, and a later file with three adds one.
    ///
    /// Cost: linear; 10⁶ new rows of six columns take under a second.
    ///
    /// - Requires: both of the same schema, every column filled.
    public static func keep(new: Rows, existing: Rows) -> Kept {
        precondition(new.schema == existing.schema, "rows of the same schema")
        guard new.count > 0 else { return Kept(rows: new, dropped: 0, conflicting: 0) }
        let table = RowTable(existing: existing, new: new)
        return new.schema.key.isEmpty
            ? keepMultiset(table, new: new, existing: existing.count)
            : keepFirst(table, new: new, existing: existing.count)
    }

    private static func keepFirst(_ rows: RowTable, new: Rows, existing: Int) -> Kept {
        var index = RowIndex(capacity: rows.count)
        for row in 0..<existing { _ = index.place(of: row, in: rows, width: rows.keyWidth) }
        var kept: [Int] = []
        var dropped = 0
        var conflicting = 0
        for row in existing..<rows.count {
            let first = index.place(of: row, in: rows, width: rows.keyWidth)
            if first == row {
                kept.append(row - existing)
            } else if rows.equal(first, row, width: rows.width) {
                dropped += 1
            } else {
                conflicting += 1
            }
        }
        return Kept(rows: new.selecting(kept), dropped: dropped, conflicting: conflicting)
    }

    private static func keepMultiset(_ rows: RowTable, new: Rows, existing: Int) -> Kept {
        var index = RowIndex(capacity: rows.count)
        // For each row that is the first of its equals: how many existing ones are not matched yet.
        var unmatched = [Int32](repeating: 0, count: rows.count)
        for row in 0..<existing {
            unmatched[index.place(of: row, in: rows, width: rows.width)] += 1
        }
        var kept: [Int] = []
        for row in existing..<rows.count {
            let first = index.place(of: row, in: rows, width: rows.width)
            if unmatched[first] > 0 {
                unmatched[first] -= 1
            } else {
                kept.append(row - existing)
            }
        }
        return Kept(
            rows: new.selecting(kept), dropped: new.count - kept.count, conflicting: 0)
    }
}
