// SPDX-License-Identifier: Apache-2.0
public import Canon

/// One contributor's rows of one table as encrypted bytes, version 1.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 4 | magic "DVS1": format and version, in the clear |
/// | 4 | 1 | k, the sealed directory's length in units of 64 bytes, 1…255, in the clear |
/// | 5 | 3 | zero |
/// | 8 | 64·k | the directory, sealed: 64·k − 16 bytes and a 16-byte tag |
/// | 8 + 64·k | … | the columns' blocks in the schema's order, each sealed: contents and tag |
///
/// The directory, once opened:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 32 | ``Schema/digest`` |
/// | 32 | 1…4 | number of rows, LEB128 |
/// | … | 1…5 each | length of each column's contents, LEB128 |
/// | … | … | zeros to the end |
///
/// Sealing is AES-256-GCM (NIST SP 800-38D) under the segment's own key. The nonce is the block's
/// number (4 bytes, little-endian: 0 for the directory, column + 1 for a column) and 8 zero bytes.
/// Fixed nonces are safe because the key is random, belongs to this segment alone and seals each
/// number once. They are also what binds a block: under one key there is exactly one ciphertext
/// for each number, so a block moved to another place, or taken from another segment, does not
/// open. There is nothing left for additional data to bind, and none is used: schema, row count
/// and all lengths are inside the sealed directory.
///
/// Whoever holds the bytes without the key (a disk thief, a backup) learns: that this is a
/// segment, whether it has few or many columns (k), and the total length in steps of 1/32 to 1/16
/// of itself (64 bytes at least), since the last block is filled up with zeros before it is
/// sealed. Not the table, not the schema, not the number of rows, not the length of any column.
/// In a pack also the order in which segments were stored.
///
/// A column's contents: see ``ColumnBlock``. `docs/formats/segment.md` repeats these tables.
public enum Segment {
    /// The most rows that one segment holds.
    public static let rowLimit = 1 << 22
    /// The most bytes that one sealed segment has.
    public static let byteLimit = 1 << 27

    /// "DVS1", read little-endian.
    static let magic: UInt32 = 0x3153_5644
    static let headerLength = 8
    static let tagLength = 16
    static let directoryUnit = 64

    /// The length that a segment of so many bytes is filled up to: the next multiple of a
    /// sixteenth of the power of two below it, and of 64 bytes at least.
    static func paddedLength(_ length: Int) -> Int {
        let power = length > 1 ? 1 << (Int.bitWidth - 1 - length.leadingZeroBitCount) : 1
        let step = max(64, power / 16)
        return (length + step - 1) / step * step
    }

    /// Encrypts the rows.
    ///
    /// Deterministic: the same rows under the same key give the same bytes. To seal many segments
    /// of one schema use one ``SegmentWriter``.
    ///
    /// - Requires: a fresh key, never used for other rows.
    /// - Throws: ``SegmentError`` when a column is missing, a value does not fit its column's kind,
    ///   or the rows are too many.
    public static func seal(_ rows: Rows, key: SegmentKey) throws(SegmentError) -> SealedSegment {
        try SegmentWriter(schema: rows.schema).seal(rows, key: key)
    }

    /// Decrypts the columns asked for, by their places; the others stay empty.
    ///
    /// To open many segments of one schema use one ``SegmentReader``.
    ///
    /// - Throws: ``SegmentError`` naming the place where the bytes are not what was sealed.
    public static func open(
        _ bytes: [UInt8], key: SegmentKey, schema: Schema, columns: [Int]
    ) throws(SegmentError) -> Rows {
        try SegmentReader(schema: schema).rows(of: bytes, key: key, columns: columns)
    }
}

/// A segment's encrypted bytes under their content address.
public struct SealedSegment: Hashable, Sendable {
    /// The SHA-256 digest of ``bytes``.
    public let id: Canon.Digest
    /// The bytes as they are stored.
    public let bytes: [UInt8]

    /// Takes sealed bytes and computes their id. Cost: one pass.
    public init(bytes: [UInt8]) {
        id = Canon.Digest(of: bytes)
        self.bytes = bytes
    }
}

extension Schema {
    /// The SHA-256 digest of the canonical published form (RFC 8785). Cost: builds that form.
    public var digest: Canon.Digest {
        guard let form = try? json.canonical() else {
            preconditionFailure("a schema's published form is texts and small whole numbers")
        }
        return Canon.Digest(of: form)
    }
}
