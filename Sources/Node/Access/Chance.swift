// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Bytes of chance, for what must not be guessed.
enum Chance {
    static func bytes(_ count: Int, from random: () -> UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { withUnsafeBytes(of: random()) { bytes += $0 } }
        return Array(bytes.prefix(count))
    }

    /// 256 bits in hexadecimal digits.
    static func secret(from random: () -> UInt64) -> String {
        Hex.encode(bytes(32, from: random))
    }
}
