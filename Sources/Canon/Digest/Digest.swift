// SPDX-License-Identifier: Apache-2.0

/// A SHA-256 digest: 32 bytes, ordered as big-endian numbers (FIPS 180-4).
@frozen public struct Digest: Hashable, Sendable, Comparable {
    @usableFromInline let a: UInt64
    @usableFromInline let b: UInt64
    @usableFromInline let c: UInt64
    @usableFromInline let d: UInt64

    /// The digest whose bytes are all zero; stands for "nothing before this".
    public static let zero = Digest(words: (0, 0, 0, 0))

    /// Takes four big-endian words.
    @inlinable public init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (a, b, c, d) = words
    }

    /// Reads 32 bytes; the buffer has exactly so many.
    init(raw: UnsafeRawBufferPointer) {
        func word(_ i: Int) -> UInt64 {
            UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: i * 8, as: UInt64.self))
        }
        self.init(words: (word(0), word(1), word(2), word(3)))
    }

    /// Reads exactly 32 bytes; nil for any other length.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self = Array(bytes).withUnsafeBytes { Digest(raw: $0) }
    }

    /// Reads 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// The 32 bytes, big-endian.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: (a.bigEndian, b.bigEndian, c.bigEndian, d.bigEndian)) { Array($0) }
    }

    /// Writes the 32 bytes, big-endian, into a buffer that has room for them at the offset.
    @inlinable public func store(into room: UnsafeMutableRawBufferPointer, at offset: Int) {
        room.storeBytes(of: a.bigEndian, toByteOffset: offset, as: UInt64.self)
        room.storeBytes(of: b.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
        room.storeBytes(of: c.bigEndian, toByteOffset: offset + 16, as: UInt64.self)
        room.storeBytes(of: d.bigEndian, toByteOffset: offset + 24, as: UInt64.self)
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }

    /// The first eight hexadecimal digits, for people to recognise; never for comparison.
    public var short: String { String(hex.prefix(8)) }

    /// Orders as big-endian numbers.
    @inlinable public static func < (left: Digest, right: Digest) -> Bool {
        (left.a, left.b, left.c, left.d) < (right.a, right.b, right.c, right.d)
    }
}

extension Digest: CustomStringConvertible {
    /// The hexadecimal form.
    public var description: String { hex }
}
