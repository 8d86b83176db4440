// SPDX-License-Identifier: Apache-2.0

/// Where a sealed segment lies.
public struct SegmentLocation: Hashable, Sendable, CustomStringConvertible {
    /// The number of the pack, from 1.
    public let pack: Int
    /// Where its record starts, in bytes from the start of the pack.
    public let offset: Int
    /// The length of the sealed bytes, without the record's frame.
    public let length: Int

    /// Takes what ``PackStore/append(_:)`` gave before.
    public init(pack: Int, offset: Int, length: Int) {
        self.pack = pack
        self.offset = offset
        self.length = length
    }

    /// Where the record ends.
    public var end: PackPosition {
        PackPosition(pack: pack, offset: offset &+ PackRecord.paddedLength(length))
    }

    /// The place, for people.
    public var description: String { "pack \(pack), byte \(offset)" }
}

/// A place between two records.
public struct PackPosition: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number of the pack, from 1.
    public let pack: Int
    /// Bytes from the start of the pack.
    public let offset: Int

    /// Takes what ``PackStore/end`` or ``SegmentLocation/end`` gave before.
    public init(pack: Int, offset: Int) {
        self.pack = pack
        self.offset = offset
    }

    /// Refuses places where no record can start.
    func check() throws(PackError) {
        guard pack > 0, offset >= PackRecord.headerLength,
            offset % PackRecord.alignment == 0
        else { throw .noSuchPosition(self) }
    }

    /// Orders by pack, then by offset.
    public static func < (left: PackPosition, right: PackPosition) -> Bool {
        (left.pack, left.offset) < (right.pack, right.offset)
    }

    /// The place, for people.
    public var description: String { "pack \(pack), byte \(offset)" }
}
