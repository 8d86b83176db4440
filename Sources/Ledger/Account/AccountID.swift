// SPDX-License-Identifier: Apache-2.0
public import Canon

/// The 128-bit id of an account, chosen by whoever opens it.
@frozen public struct AccountID: Hashable, Comparable, Sendable {
    @usableFromInline let high: UInt64
    @usableFromInline let low: UInt64

    /// Takes two big-endian words.
    @inlinable public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Orders as big-endian numbers.
    @inlinable public static func < (left: AccountID, right: AccountID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

/// The 128-bit id of a transfer, a hold, or the end of a hold, chosen by whoever asks for it.
///
/// The same id with the same request is one request; see ``Books``.
@frozen public struct TransferID: Hashable, Comparable, Sendable {
    @usableFromInline let high: UInt64
    @usableFromInline let low: UInt64

    /// Takes two big-endian words.
    @inlinable public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Orders as big-endian numbers.
    @inlinable public static func < (left: TransferID, right: TransferID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension AccountID: CustomStringConvertible {
    /// The first 16 bytes of a digest.
    public init(_ digest: Digest) { (high, low) = words(digest.bytes) }

    /// Reads exactly 16 bytes, big-endian; nil for any other length.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        (high, low) = words(bytes)
    }

    /// Reads 32 lower-case hexadecimal digits; nil for anything else.
    public init?(hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// The 16 bytes, big-endian.
    public var bytes: [UInt8] { Ledger.bytes(high, low) }
    /// 32 lower-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }
    /// The hexadecimal form.
    public var description: String { hex }
}

extension TransferID: CustomStringConvertible {
    /// The first 16 bytes of a digest.
    public init(_ digest: Digest) { (high, low) = words(digest.bytes) }

    /// Reads exactly 16 bytes, big-endian; nil for any other length.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        (high, low) = words(bytes)
    }

    /// Reads 32 lower-case hexadecimal digits; nil for anything else.
    public init?(hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// The 16 bytes, big-endian.
    public var bytes: [UInt8] { Ledger.bytes(high, low) }
    /// 32 lower-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }
    /// The hexadecimal form.
    public var description: String { hex }
}

/// The first two big-endian words of at least 16 bytes.
private func words(_ bytes: [UInt8]) -> (UInt64, UInt64) {
    var out: (UInt64, UInt64) = (0, 0)
    for index in 0..<8 {
        out.0 = out.0 << 8 | UInt64(bytes[index])
        out.1 = out.1 << 8 | UInt64(bytes[index + 8])
    }
    return out
}

private func bytes(_ high: UInt64, _ low: UInt64) -> [UInt8] {
    [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
}
