// SPDX-License-Identifier: Apache-2.0

/// Bytes that are not what their format says.
public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was wrong.
    public let reason: String
    /// Where, in bytes from the start.
    public let offset: Int

    /// Names what is wrong and where.
    public init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The reason and the place.
    public var description: String { "\(reason) at byte \(offset)" }
}

/// Reads what ``ByteWriter`` wrote; refuses to run past the end.
@frozen public struct ByteReader: Sendable {
    @usableFromInline let source: [UInt8]
    @usableFromInline var place: Int

    /// Reads all of the bytes.
    @inlinable public init(_ bytes: [UInt8]) {
        source = bytes
        place = 0
    }

    /// How many bytes are left.
    @inlinable public var left: Int { source.count - place }

    /// The next byte to read, from the start.
    @inlinable public var offset: Int { place }

    /// Reads a little-endian integer.
    @inlinable public mutating func read<Integer: FixedWidthInteger>(
        _ type: Integer.Type = Integer.self
    ) throws(FormatError) -> Integer {
        let width = Integer.bitWidth / 8
        guard left >= width else {
            throw FormatError("\(width) bytes wanted, \(left) left", at: place)
        }
        let value = source.withUnsafeBytes {
            Integer(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Integer.self))
        }
        place += width
        return value
    }

    /// Reads so many bytes as they are.
    public mutating func read(count: Int) throws(FormatError) -> [UInt8] {
        guard count >= 0, left >= count else {
            throw FormatError("\(count) bytes wanted, \(left) left", at: place)
        }
        defer { place += count }
        return Array(source[place..<place + count])
    }

    /// Reads the 32 bytes of a digest.
    public mutating func readDigest() throws(FormatError) -> Digest {
        guard left >= 32 else { throw FormatError("32 bytes wanted, \(left) left", at: place) }
        defer { place += 32 }
        return source.withUnsafeBytes { raw in
            Digest(raw: UnsafeRawBufferPointer(rebasing: raw[place..<place + 32]))
        }
    }

    /// Reads a 32-bit length and as many bytes.
    public mutating func readPrefixed() throws(FormatError) -> [UInt8] {
        let count = try read(UInt32.self)
        return try read(count: Int(count))
    }

    /// Reads a 32-bit length and as much UTF-8; refuses bytes that are not UTF-8.
    public mutating func readText() throws(FormatError) -> String {
        let start = place
        let bytes = try readPrefixed()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FormatError("text is not UTF-8", at: start)
        }
        return text
    }

    /// Reads a number in seven-bit groups, in its shortest form only.
    public mutating func readVarint() throws(FormatError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        let start = place
        while true {
            let byte = try read(UInt8.self)
            guard shift < 63 || byte <= 1 else { throw FormatError("number too long", at: start) }
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                guard byte != 0 || shift == 0 else {
                    throw FormatError("number not in its shortest form", at: start)
                }
                return value
            }
            shift += 7
        }
    }

    /// Fails unless every byte was read.
    public func finish() throws(FormatError) {
        guard left == 0 else { throw FormatError("\(left) bytes too many", at: place) }
    }
}
