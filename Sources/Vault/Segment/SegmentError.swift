// SPDX-License-Identifier: Apache-2.0

/// A segment that cannot be sealed or opened, and the place where it is wrong.
///
/// Names places, columns and lengths; never a value of a row.
public enum SegmentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A part of a segment.
    public enum Block: Hashable, Sendable, CustomStringConvertible {
        /// The sealed list of blocks.
        case directory
        /// The block of the column of that name.
        case column(String)

        /// Names the part.
        public var description: String {
            switch self {
            case .directory: "the directory"
            case .column(let name): "column \(name)"
            }
        }
    }

    /// The bytes do not start like a segment of this version.
    case notASegment
    /// The bytes have not the length that the segment's header and directory call for.
    case wrongLength(expected: Int, found: Int)
    /// A block does not open: other key, changed bytes, or a block of another place.
    case notAuthentic(Block, offset: Int)
    /// The segment holds rows of another schema.
    case wrongSchema
    /// A block opens but its contents break the format.
    case malformed(Block, offset: Int, reason: String)
    /// The schema has no column of that place.
    case noSuchColumn(Int)
    /// The rows to seal lack a column's values.
    case missingColumn(String)
    /// A value that its column's kind does not allow.
    case invalidValue(column: String, row: Int, reason: String)
    /// More rows or bytes than a segment holds.
    case tooLarge(what: String, found: Int, limit: Int)

    /// What is wrong, where, and how to mend it.
    public var description: String {
        switch self {
        case .notASegment:
            "byte 0: this is no segment of version 1; was the right record read?"
        case .wrongLength(let expected, let found):
            "the segment has \(found) bytes, \(expected) expected: it was cut or joined; restore "
                + "it from a backup"
        case .notAuthentic(let block, let offset):
            "byte \(offset): \(block) does not open: another segment's key, or changed bytes; "
                + "check the id, then restore the segment from a backup"
        case .wrongSchema:
            "the segment holds rows of another schema: read it with the schema it was sealed with"
        case .malformed(let block, let offset, let reason):
            "\(block), byte \(offset) of its contents: \(reason); seal the rows again"
        case .noSuchColumn(let place):
            "the schema has no column \(place): columns are counted from 0"
        case .missingColumn(let name):
            "column \(name) has no values: fill every column before sealing"
        case .invalidValue(let column, let row, let reason):
            "column \(column), row \(row): \(reason)"
        case .tooLarge(let what, let found, let limit):
            "\(found) \(what), at most \(limit) fit: split the rows into several segments"
        }
    }
}
