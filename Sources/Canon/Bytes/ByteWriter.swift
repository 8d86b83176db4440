// SPDX-License-Identifier: Apache-2.0

/// Writes fixed-width little-endian numbers and length-prefixed bytes into one buffer.
///
/// Every binary format of the project is written with it and read with ``ByteReader``.
@frozen public struct ByteWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Starts empty.
    public init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Appends an integer, little-endian.
    @inlinable public mutating func write<Integer: FixedWidthInteger>(_ value: Integer) {
        withUnsafeBytes(of: value.littleEndian) { append($0) }
    }

    /// Appends the bytes as they are.
    public mutating func write(raw value: [UInt8]) { bytes.append(contentsOf: value) }

    /// Appends the 32 bytes of a digest.
    public mutating func write(_ digest: Digest) {
        let words = (
            digest.a.bigEndian, digest.b.bigEndian, digest.c.bigEndian, digest.d.bigEndian
        )
        withUnsafeBytes(of: words) { append($0) }
    }

    /// Appends a 32-bit length, then the bytes; more than 4 GiB is a programming error.
    public mutating func write(prefixed value: [UInt8]) {
        write(UInt32(value.count))
        write(raw: value)
    }

    /// Appends a 32-bit length, then the text as UTF-8.
    public mutating func write(_ text: String) { write(prefixed: Array(text.utf8)) }

    /// Appends an unsigned number in seven-bit groups, lowest first (LEB128).
    public mutating func write(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    @usableFromInline mutating func append(_ raw: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: raw)
    }
}
