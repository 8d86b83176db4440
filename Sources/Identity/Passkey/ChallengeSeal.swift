// SPDX-License-Identifier: Apache-2.0
public import Canon
internal import Crypto

/// Makes challenges that say themselves when they were made, so that nobody has to keep them: 8 bytes of
/// chance, 8 of time, and the first 16 of an HMAC-SHA256 (RFC 2104) over both.
///
/// Whether a challenge was answered before is for the caller to remember.
public struct ChallengeSeal: Sendable {
    /// How many bytes a challenge has.
    public static let bytes = 32
    private static let head = 16

    private let key: SymmetricKey

    /// - Parameter key: 32 bytes of chance, which nobody else knows.
    public init(key: [UInt8]) {
        precondition(key.count == 32, "a key of 256 bits")
        self.key = SymmetricKey(data: key)
    }

    /// A challenge made now.
    public func challenge(_ chance: UInt64, at now: Timestamp) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(chance)
        writer.write(UInt64(bitPattern: now.milliseconds))
        return writer.bytes + code(over: writer.bytes)
    }

    /// When a challenge was made, and what chance is in it; nil when it was not made with this key.
    ///
    /// - Guarantees: takes the same time for every wrong code.
    public func open(_ challenge: [UInt8]) -> (chance: UInt64, made: Timestamp)? {
        guard challenge.count == ChallengeSeal.bytes else { return nil }
        let head = Array(challenge.prefix(ChallengeSeal.head))
        let other = zip(code(over: head), challenge.dropFirst(ChallengeSeal.head))
        guard other.reduce(UInt8(0), { $0 | ($1.0 ^ $1.1) }) == 0 else { return nil }
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        return (
            word(head[..<8]), Timestamp(milliseconds: Int64(bitPattern: word(head[8...])))
        )
    }

    private func code(over bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key).prefix(16))
    }
}
