// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// SHA-256 (FIPS 180-4) of one string, and of many of one length.
package enum SHA256 {
    /// The digest of some bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes {
            RowHash.digests(
                ofRows: $0, count: 1, bytesPerRow: bytes.count, stride: bytes.count, prefix: [])
        }
    }

    /// The digests of prefix ‖ row for rows that lie behind each other.
    package static func digests(ofRows rows: [UInt8], width: Int, prefix: [UInt8]) -> [UInt8] {
        rows.withUnsafeBytes {
            RowHash.digests(
                ofRows: $0, count: rows.count / width, bytesPerRow: width, stride: width,
                prefix: prefix)
        }
    }
}
