// SPDX-License-Identifier: Apache-2.0
internal import struct Crypto.SymmetricKey

/// The key of a node that wraps the keys of its segments.
///
/// It is rotated by epochs: every wrapped key is wrapped again by the next one, then the former is
/// destroyed, and with it whatever an old backup's wrapped keys could have opened. Cleared from
/// memory as far as ``SegmentKey`` says.
public struct NodeKey: Hashable, Sendable {
    /// How many bytes a key has.
    public static let byteCount = 32

    /// Which of the node's keys this is; counts up with every rotation.
    public let epoch: UInt32
    let material: SymmetricKey

    /// Takes the epoch and the 32 bytes.
    ///
    /// - Throws: ``KeyError/wrongLength(found:)``.
    public init(epoch: UInt32, bytes: [UInt8]) throws(KeyError) {
        guard bytes.count == NodeKey.byteCount else { throw .wrongLength(found: bytes.count) }
        self.epoch = epoch
        material = SymmetricKey(data: bytes)
    }

    /// Draws a fresh key for an epoch.
    ///
    /// - Requires: a cryptographic generator, such as `SystemRandomNumberGenerator`.
    public init(epoch: UInt32, using generator: inout some RandomNumberGenerator) {
        self.epoch = epoch
        material = SegmentKey(using: &generator).material
    }

    /// Lends the 32 bytes, to be written into a key file and nowhere else.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        material.withUnsafeBytes { body($0) }
    }

    /// Compares epochs, and keys in constant time.
    public static func == (left: NodeKey, right: NodeKey) -> Bool {
        left.epoch == right.epoch && left.material == right.material
    }

    /// Feeds the epoch only: keys are never hashed by their bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(epoch) }
}

extension NodeKey: CustomStringConvertible, CustomReflectable {
    /// Says which key it is, never its bytes.
    public var description: String { "NodeKey(epoch \(epoch), hidden)" }
    /// Shows the epoch only.
    public var customMirror: Mirror {
        Mirror(self, children: ["epoch": epoch], displayStyle: .struct)
    }
}
