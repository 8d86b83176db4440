// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// The lines of one group commit, as one row holds them.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 4 | number of lines, little-endian |
/// | 4 | 4 each | length of each leaf |
/// | … | | the leaves, one after another |
/// | end − 4 | 4 | CRC-like check: the first four bytes of the SHA-256 of all before |
enum JournalGroup {
    static func encode(_ leaves: [[UInt8]]) -> [UInt8] {
        var writer = ByteWriter(reserving: leaves.reduce(8) { $0 + $1.count + 4 })
        writer.write(UInt32(leaves.count))
        for leaf in leaves { writer.write(UInt32(leaf.count)) }
        for leaf in leaves { writer.write(raw: leaf) }
        writer.write(raw: Array(Digest(of: writer.bytes).bytes.prefix(4)))
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8]) throws(FormatError) -> [[UInt8]] {
        guard bytes.count >= 8 else { throw FormatError("a group of lines is cut off", at: 0) }
        let body = Array(bytes.dropLast(4))
        guard Digest(of: body).bytes.prefix(4).elementsEqual(bytes.suffix(4)) else {
            throw FormatError("the check of a group of lines fails", at: body.count)
        }
        var reader = ByteReader(body)
        let count = try reader.read(UInt32.self)
        guard Int(count) <= reader.left / 4 else { throw FormatError("too many lines", at: 0) }
        var lengths: [Int] = []
        for _ in 0..<count { lengths.append(Int(try reader.read(UInt32.self))) }
        var leaves: [[UInt8]] = []
        leaves.reserveCapacity(lengths.count)
        for length in lengths { leaves.append(try reader.read(count: length)) }
        try reader.finish()
        return leaves
    }
}
