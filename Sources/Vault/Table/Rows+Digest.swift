// SPDX-License-Identifier: Apache-2.0
public import Canon

extension Rows {
    /// The SHA-256 digest of the rows, in their order, whatever the order of the dictionaries.
    ///
    /// Hashed are: ``Schema/digest``, the number of rows (8 bytes), then for each column a byte that
    /// is 1 when it is filled, its values (8 bytes each) with texts numbered by first appearance,
    /// the number of texts (8 bytes) and each text with a 4-byte length. All little-endian. Two
    /// Rows have the same digest just when the same rows can be read from them. Cost: linear.
    ///
    /// - Requires: every value of a text column is NULL or the place of a text.
    public var digest: Canon.Digest {
        var writer = ByteWriter(reserving: 64 + columns.count * (count + 2) * 8)
        writer.write(schema.digest)
        writer.write(UInt64(count))
        for (column, described) in zip(columns, schema.columns) {
            let filled = column.values.count == count
            writer.write(UInt8(filled ? 1 : 0))
            guard filled else { continue }
            let canonical = described.kind == .text ? column.compacted() : column
            for value in canonical.values { writer.write(value) }
            writer.write(UInt64(described.kind == .text ? canonical.dictionary.count : 0))
            for text in canonical.dictionary where described.kind == .text { writer.write(text) }
        }
        return Canon.Digest(of: writer.bytes)
    }
}
