// SPDX-License-Identifier: Apache-2.0

extension KoalaBear {
    /// How many bytes an element takes.
    public static let byteCount = 4

    /// The number in 0 ..< p, little-endian.
    public var bytes: [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    /// Reads four little-endian bytes; nil for another length or a number that is not below p.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let value = bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        self.init(canonical: value)
    }
}

extension KoalaBear5 {
    /// How many bytes an element takes.
    public static let byteCount = 20

    /// The five coefficients, lowest first, four little-endian bytes each.
    public var bytes: [UInt8] { coefficients.flatMap(\.bytes) }

    /// Reads 20 bytes; nil for another length or a coefficient that is not below p.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let all = Array(bytes)
        let parts = (0..<5).compactMap { KoalaBear(bytes: all[4 * $0..<4 * $0 + 4]) }
        guard parts.count == 5 else { return nil }
        self.init(parts[0], parts[1], parts[2], parts[3], parts[4])
    }
}
