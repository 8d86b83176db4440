// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// SHA-256 (FIPS 180-4) of one string.
package enum SHA256 {
    /// The digest of some bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes {
            RowHash.digests(
                ofRows: $0, count: 1, bytesPerRow: bytes.count, stride: bytes.count, prefix: [])
        }
    }
}
