// SPDX-License-Identifier: Apache-2.0

/// Where the blocks of a segment lie, from its opened directory.
struct SegmentLayout: Sendable {
    private(set) var rows = 0
    /// For each column, where its sealed block starts, and at last where the segment ends.
    private(set) var starts: [Int] = []
    /// For each column, the length of its contents, without filling.
    private(set) var lengths: [Int] = []

    /// Reads the directory of a segment whose blocks begin at `start`; keeps the arrays' storage.
    ///
    /// - Throws: a fault at offset 0 when the segment is of another schema.
    mutating func parse(
        _ directory: UnsafeRawBufferPointer, schemaDigest: [UInt8], columns: Int, start: Int
    ) throws(ColumnBlock.Fault) {
        var cursor = BlockCursor(bytes: directory)
        let found = try cursor.take(schemaDigest.count)
        let isSame = schemaDigest.withUnsafeBytes { wanted in
            stride(from: 0, to: wanted.count, by: 8).allSatisfy {
                wanted.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
                    == found.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
            }
        }
        guard isSame else {
            throw ColumnBlock.Fault(offset: 0, reason: "another schema")
        }
        rows = try cursor.count(upTo: Segment.rowLimit, "rows")
        starts.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        var offset = start
        for _ in 0..<columns {
            let length = try cursor.count(upTo: Segment.byteLimit, "a block's bytes")
            starts.append(offset)
            lengths.append(length)
            offset += length + Segment.tagLength
        }
        try cursor.zeros("something stands after the last length")
        // Whatever the padding adds belongs to the last block.
        starts.append(Segment.paddedLength(offset))
    }

    /// How many bytes the segment must have.
    var end: Int { starts.last ?? 0 }
}
