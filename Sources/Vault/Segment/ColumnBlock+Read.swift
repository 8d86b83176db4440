// SPDX-License-Identifier: Apache-2.0

/// Reads the opened contents of a block; every length is checked before it is used.
struct BlockCursor {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    var left: Int { bytes.count - offset }

    func fault(_ reason: String) -> ColumnBlock.Fault {
        ColumnBlock.Fault(offset: offset, reason: reason)
    }

    mutating func byte() throws(ColumnBlock.Fault) -> UInt8 {
        guard offset < bytes.count else { throw fault("the contents end too early") }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// Goes to the end, over nothing but zeros.
    ///
    /// - Throws: what `reason` says, behind the first byte that is none.
    mutating func zeros(_ reason: String) throws(ColumnBlock.Fault) {
        // Eight at a time while they are zero; of the rest, and of eight that are not, each by itself.
        while left >= 8, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) == 0 {
            offset += 8
        }
        while left > 0 {
            guard try byte() == 0 else { throw fault(reason) }
        }
    }

    /// Reads LEB128 in its shortest form.
    mutating func varint() throws(ColumnBlock.Fault) -> UInt64 {
        // Nearly all numbers are of one byte.
        if offset < bytes.count, bytes[offset] < 0x80 {
            defer { offset += 1 }
            return UInt64(bytes[offset])
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(ColumnBlock.Fault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let part = try byte()
            guard shift < 63 || part <= 1 else { throw fault("a number is too long") }
            value |= UInt64(part & 0x7f) << shift
            guard part & 0x80 != 0 else {
                guard part != 0 || shift == 0 else {
                    throw fault("a number is not in its shortest form")
                }
                return value
            }
            shift += 7
        }
    }

    /// Reads a count or length that may not exceed `limit`.
    mutating func count(upTo limit: Int, _ what: String) throws(ColumnBlock.Fault) -> Int {
        let value = try varint()
        guard value <= UInt64(limit) else { throw fault("\(what): \(value), at most \(limit)") }
        return Int(value)
    }

    mutating func take(_ count: Int) throws(ColumnBlock.Fault) -> UnsafeRawBufferPointer {
        guard count <= left else {
            throw fault("\(count) bytes wanted, \(left) left")
        }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}

extension ColumnBlock {
    /// Reads a list of `count` numbers into `out`, which has room for them.
    ///
    /// Cost: one pass; no allocation but for runs.
    static func read(
        _ cursor: inout BlockCursor, count: Int, into out: UnsafeMutablePointer<Int64>,
        runs: Bool = true
    ) throws(Fault) {
        let tag = try cursor.byte()
        guard let encoding = Encoding(rawValue: tag), runs || encoding != .runs else {
            cursor.offset -= 1
            throw cursor.fault("unknown encoding \(tag)")
        }
        switch encoding {
        case .constant:
            out.update(repeating: Int64(zigzag: try cursor.varint()), count: count)
        case .packed, .packedWithNulls:
            let width = try readWidth(&cursor)
            let base = Int64(zigzag: try cursor.varint())
            let scale = Int64(bitPattern: try cursor.varint())
            if encoding == .packedWithNulls {
                try readCodes(&cursor, width: width, count: count) { index, code in
                    out[index] = code == 0 ? Schema.null : base &- scale &+ scale &* code
                }
            } else if scale == 1 {
                try readCodes(&cursor, width: width, count: count) { out[$0] = base &+ $1 }
            } else {
                try readCodes(&cursor, width: width, count: count) {
                    out[$0] = base &+ scale &* $1
                }
            }
        case .delta:
            let width = try readWidth(&cursor)
            let first = Int64(zigzag: try cursor.varint())
            let base = Int64(zigzag: try cursor.varint())
            let scale = Int64(bitPattern: try cursor.varint())
            guard count > 0 else { throw cursor.fault("steps between no values") }
            out[0] = first
            var value = first
            try readCodes(&cursor, width: width, count: count - 1) { index, code in
                value = value &+ base &+ scale &* code
                out[index + 1] = value
            }
        case .runs:
            try readRuns(&cursor, count: count, into: out)
        }
    }

    /// Fills the array, whose count says how many numbers the list has.
    static func read(_ cursor: inout BlockCursor, into values: inout [Int64]) throws(Fault) {
        let fault = values.withUnsafeMutableBufferPointer { room -> Fault? in
            // An empty array may have no storage; the list is read all the same.
            var none: Int64 = 0
            return withUnsafeMutablePointer(to: &none) { spare -> Fault? in
                do throws(Fault) {
                    try read(&cursor, count: room.count, into: room.baseAddress ?? spare)
                    return nil
                } catch {
                    return error
                }
            }
        }
        if let fault { throw fault }
    }

    private static func readWidth(_ cursor: inout BlockCursor) throws(Fault) -> Int {
        let width = try cursor.byte()
        guard width <= 64 else { throw cursor.fault("a width of \(width) bits, at most 64") }
        return Int(width)
    }

    @inline(__always)
    private static func readCodes(
        _ cursor: inout BlockCursor, width: Int, count: Int,
        _ body: (_ index: Int, _ code: Int64) -> Void
    ) throws(Fault) {
        let codes = try cursor.take(BitPacking.byteCount(count: count, width: width))
        BitPacking.forEach(codes, width: width, count: count) { body($0, Int64(bitPattern: $1)) }
    }

    private static func readRuns(
        _ cursor: inout BlockCursor, count: Int, into out: UnsafeMutablePointer<Int64>
    ) throws(Fault) {
        let runs = try cursor.count(upTo: count, "runs")
        let room = UnsafeMutablePointer<Int64>.allocate(capacity: 2 * runs)
        defer { room.deallocate() }
        room.initialize(repeating: 0, count: 2 * runs)
        try read(&cursor, count: runs, into: room, runs: false)
        try read(&cursor, count: runs, into: room + runs, runs: false)
        var filled = 0
        for run in 0..<runs {
            let length = room[runs + run]
            guard length >= 1, length <= Int64(count - filled) else {
                throw cursor.fault("run \(run) has an impossible length")
            }
            (out + filled).update(repeating: room[run], count: Int(length))
            filled += Int(length)
        }
        guard filled == count else { throw cursor.fault("the runs cover \(filled) rows") }
    }

    /// Reads the texts, each valid UTF-8, or only checks their lengths where they are not wanted.
    ///
    /// - Returns: how many there are.
    static func readTexts(
        _ cursor: inout BlockCursor, into texts: inout [String], wanted: Bool
    ) throws(Fault) -> Int {
        texts.removeAll(keepingCapacity: true)
        // Every text takes a byte of length at least, so the count is bounded by what is left.
        let count = try cursor.count(upTo: cursor.left, "texts")
        var lengths = cursor
        var total = 0
        for _ in 0..<count { total += try cursor.count(upTo: cursor.left, "a text's bytes") }
        guard total <= cursor.left else { throw cursor.fault("the texts end too early") }
        guard wanted else {
            _ = try cursor.take(total)
            return count
        }
        texts.reserveCapacity(count)
        for _ in 0..<count {
            let bytes = try cursor.take(Int(lengths.varint()))
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw cursor.fault("a text is not UTF-8")
            }
            texts.append(text)
        }
        return count
    }
}
