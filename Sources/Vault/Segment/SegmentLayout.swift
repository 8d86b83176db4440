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
            wanted.indices.reduce(UInt8(0)) { $0 | wanted[$1] ^ found[$1] } == 0
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
        while cursor.left > 0 {
            guard try cursor.byte() == 0 else {
                throw cursor.fault("something stands after the last length")
            }
        }
        // Whatever the padding adds belongs to the last block.
        starts.append(Segment.paddedLength(offset))
    }

    /// How many bytes the segment must have.
    var end: Int { starts.last ?? 0 }
}
