// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Privacy

/// 32 bytes that nobody else may see: a key, a share, or the secret that shares rebuild.
///
/// As a vector they are sixteen elements of the field of 2^16 elements, each of two bytes,
/// little-endian. What is done to them takes the same steps whatever they are.
struct SecretBytes: Sendable {
    /// Four of the elements in a word.
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64

    static let byteCount = 32
    static let zero = SecretBytes(0, 0, 0, 0)

    private init(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) {
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    /// Draws 256 bits.
    init(from source: inout ByteSource) {
        func word() -> UInt64 { UInt64(truncatingIfNeeded: source.below(wide: 1 << 64)) }
        self.init(word(), word(), word(), word())
    }

    /// Reads 32 bytes; nil for any other number of them.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == SecretBytes.byteCount else { return nil }
        func word(_ place: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self))
        }
        self.init(word(0), word(1), word(2), word(3))
    }

    /// Reads 32 bytes; nil for any other number of them.
    init?(_ bytes: [UInt8]) {
        guard let secret = bytes.withUnsafeBytes({ SecretBytes($0) }) else { return nil }
        self = secret
    }

    /// The bytes of a digest.
    init(_ digest: Digest) {
        self = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { room in
            digest.store(into: room, at: 0)
            return SecretBytes(UnsafeRawBufferPointer(room)) ?? .zero
        }
    }

    /// Lends the 32 bytes.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: (a.littleEndian, b.littleEndian, c.littleEndian, d.littleEndian)) {
            body($0)
        }
    }

    /// The 32 bytes.
    var bytes: [UInt8] { withBytes { Array($0) } }

    /// The sum, element by element.
    static func + (left: SecretBytes, right: SecretBytes) -> SecretBytes {
        SecretBytes(left.a ^ right.a, left.b ^ right.b, left.c ^ right.c, left.d ^ right.d)
    }

    /// Every element times one that everybody may know.
    ///
    /// By its bits from the highest: double, then add where the bit is one. Cost: some hundred
    /// nanoseconds.
    func times(_ scalar: UInt16) -> SecretBytes {
        var product = SecretBytes.zero
        for bit in (0..<16 as Range<UInt16>).reversed() {
            let mask = 0 &- UInt64(scalar &>> bit & 1)
            product.a = SecretBytes.doubled(product.a) ^ (a & mask)
            product.b = SecretBytes.doubled(product.b) ^ (b & mask)
            product.c = SecretBytes.doubled(product.c) ^ (c & mask)
            product.d = SecretBytes.doubled(product.d) ^ (d & mask)
        }
        return product
    }

    /// Four elements times x. The bit that leaves an element comes back as the modulus.
    @inline(__always)
    private static func doubled(_ word: UInt64) -> UInt64 {
        let leaving = word & 0x8000_8000_8000_8000
        return ((word ^ leaving) &<< 1) ^ ((leaving &>> 15) &* UInt64(BinaryField.modulus))
    }
}
