// SPDX-License-Identifier: Apache-2.0
internal import struct Crypto.SymmetricKey

/// The random key of one segment, and of no other: destroy it and the segment is gone.
///
/// How far its bytes are cleared: they live in one buffer that all copies of this value share, and
/// swift-crypto overwrites that buffer when the last copy goes; the key schedule that the cipher
/// makes of it is overwritten after each use. Not cleared are registers and spilled stack words,
/// what the system swapped out or dumped, and the array given to ``init(bytes:)``, which belongs
/// to the caller.
public struct SegmentKey: Hashable, Sendable {
    /// How many bytes a key has.
    public static let byteCount = 32

    let material: SymmetricKey

    init(material: SymmetricKey) { self.material = material }

    /// Draws a fresh key. Every segment must get its own.
    ///
    /// - Requires: a cryptographic generator, such as `SystemRandomNumberGenerator`.
    public init(using generator: inout some RandomNumberGenerator) {
        var words = (generator.next(), generator.next(), generator.next(), generator.next())
        material = withUnsafeBytes(of: &words) { SymmetricKey(data: $0) }
        words = (0, 0, 0, 0)
        withExtendedLifetime(words) {}
    }

    /// Takes the 32 bytes of a key.
    ///
    /// - Throws: ``KeyError/wrongLength(found:)``.
    public init(bytes: [UInt8]) throws(KeyError) {
        guard bytes.count == SegmentKey.byteCount else {
            throw .wrongLength(found: bytes.count)
        }
        material = SymmetricKey(data: bytes)
    }

    /// Feeds a fixed word: keys are compared in constant time and never hashed by their bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(SegmentKey.byteCount) }
}

extension SegmentKey: CustomStringConvertible, CustomReflectable {
    /// Says that there is a key, never which.
    public var description: String { "SegmentKey(hidden)" }
    /// Shows nothing, so that no dump of a value that holds a key tells it.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
