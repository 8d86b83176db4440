// SPDX-License-Identifier: Apache-2.0

extension KoalaBear {
    /// How many bytes an element takes.
    public static let byteCount = 4

    /// The number in 0 ..< p, little-endian.
    public var bytes: [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    /// Appends ``bytes`` without an array of their own.
    @inlinable func append(to bytes: inout [UInt8]) {
        let value = value
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// Reads four little-endian bytes; nil for another length or a number that is not below p.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let value = bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        self.init(canonical: value)
    }
}

extension Sequence<KoalaBear> {
    /// The bytes of all elements in turn.
    @inlinable public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(KoalaBear.byteCount * underestimatedCount)
        for element in self { element.append(to: &bytes) }
        return bytes
    }
}

extension Sequence<KoalaBear5> {
    /// The bytes of all elements in turn.
    @inlinable public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(KoalaBear5.byteCount * underestimatedCount)
        for element in self {
            for place in 0..<5 { element[place].append(to: &bytes) }
        }
        return bytes
    }
}

extension KoalaBear5 {
    /// How many bytes an element takes.
    public static let byteCount = 20

    /// The five coefficients, lowest first, four little-endian bytes each.
    public var bytes: [UInt8] { coefficients.bytes }

    /// Reads 20 bytes; nil for another length or a coefficient that is not below p.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let all = Array(bytes)
        let parts = (0..<5).compactMap { KoalaBear(bytes: all[4 * $0..<4 * $0 + 4]) }
        guard parts.count == 5 else { return nil }
        self.init(parts[0], parts[1], parts[2], parts[3], parts[4])
    }
}
