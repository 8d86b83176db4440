// SPDX-License-Identifier: Apache-2.0

/// The Castagnoli cyclic redundancy check (RFC 3720, appendix B.4), reflected, 32 bits.
///
/// Finds accidents, not forgery.
struct CRC32C {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { sum, _ in
            sum & 1 == 1 ? sum >> 1 ^ 0x82f6_3b78 : sum >> 1
        }
    }

    private var state: UInt32 = .max

    /// The check value of what was fed so far.
    var value: UInt32 { ~state }

    /// Feeds bytes.
    mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            state = CRC32C.table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ state >> 8
        }
    }

    /// Feeds some of the bytes of a buffer.
    mutating func update(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) {
        CRC32C.table.withUnsafeBufferPointer { table in
            for place in start..<end {
                state = table[Int(UInt8(truncatingIfNeeded: state) ^ bytes[place])] ^ state >> 8
            }
        }
    }

    /// The check value of the bytes.
    static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
        var sum = CRC32C()
        sum.update(bytes)
        return sum.value
    }
}
