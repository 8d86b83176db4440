// SPDX-License-Identifier: Apache-2.0

/// A key that cannot be used, and why. Never tells a byte of the key.
public enum KeyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A key must have exactly 32 bytes.
    case wrongLength(found: Int)
    /// The wrapped form has another length than ``WrappedKey/byteCount``.
    case wrappedLength(found: Int)
    /// The key was wrapped by the node key of one epoch, and another epoch's was given.
    case wrongEpoch(wrapped: UInt32, given: UInt32)
    /// The wrapped key does not open: other node key, other segment, or changed bytes.
    case notAuthentic

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .wrongLength(let found):
            "a key of 32 bytes wanted, \(found) found: give the whole key file"
        case .wrappedLength(let found):
            "a wrapped key of \(WrappedKey.byteCount) bytes wanted, \(found) found: read the "
                + "record again"
        case .wrongEpoch(let wrapped, let given):
            "the key was wrapped in epoch \(wrapped), the node key is of epoch \(given): use the "
                + "node key of epoch \(wrapped)"
        case .notAuthentic:
            "the wrapped key does not open: it belongs to another segment or node key, or its "
                + "bytes were changed"
        }
    }
}
