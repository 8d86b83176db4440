// SPDX-License-Identifier: Apache-2.0

/// Unsigned numbers of a fixed width of 0…64 bits, one after the other, lowest bit first.
///
/// Number i takes the bits i·width ..< (i + 1)·width of the bytes read as one little-endian
/// number. The loops are plain and not generic: they are the hot end of every study.
enum BitPacking {
    /// The bits that the number needs.
    static func width(of number: UInt64) -> Int { UInt64.bitWidth - number.leadingZeroBitCount }

    /// The bytes that so many numbers take.
    ///
    /// - Requires: count ≤ ``Segment/rowLimit``, width ≤ 64.
    static func byteCount(count: Int, width: Int) -> Int { (count * width + 7) / 8 }

    /// Appends the numbers; bits above the width must be zero.
    static func pack(_ numbers: [UInt64], width: Int, to bytes: inout [UInt8]) {
        guard width > 0 else { return }
        let end = bytes.count + byteCount(count: numbers.count, width: width)
        bytes.reserveCapacity(end + 8)
        var pending: UInt64 = 0
        var filled = 0
        for number in numbers {
            pending |= number << filled
            filled += width
            if filled >= 64 {
                withUnsafeBytes(of: pending.littleEndian) { bytes.append(contentsOf: $0) }
                filled -= 64
                // A shift by 64 gives 0: nothing of the number was left over.
                pending = number >> (width - filled)
            }
        }
        while bytes.count < end {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
        }
    }

    /// Reads `count` numbers, one after the other.
    ///
    /// - Requires: `source` has at least ``byteCount(count:width:)`` bytes.
    @inline(__always)
    static func forEach(
        _ source: UnsafeRawBufferPointer, width: Int, count: Int,
        _ body: (_ index: Int, _ number: UInt64) -> Void
    ) {
        guard width > 0, let base = source.baseAddress else {
            for index in 0..<count { body(index, 0) }
            return
        }
        let size = byteCount(count: count, width: width)
        let mask = UInt64.max &>> UInt64(64 &- width)
        var bit = 0
        guard width <= 57 else {
            for index in 0..<count {
                body(index, wide(base, size: size, at: bit) & mask)
                bit &+= width
            }
            return
        }
        // An 8-byte load covers a number of up to 57 bits, wherever in its first byte it starts.
        // The last numbers all lie in the last 8 bytes, which are loaded once, so that nothing
        // behind the end is touched.
        let whole = size >= 8 ? min(count, ((size - 8) * 8) / width + 1) : 0
        for index in 0..<whole {
            let word = base.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
            body(index, (UInt64(littleEndian: word) &>> UInt64(bit & 7)) & mask)
            bit &+= width
        }
        let last = max(size - 8, 0)
        let word = bits(base, size: size, from: last)
        bit &-= last * 8
        for index in whole..<max(whole, count) {
            body(index, (word &>> UInt64(bit)) & mask)
            bit &+= width
        }
    }

    /// The 64 bits from a bit on, which may lie in nine bytes.
    private static func wide(_ base: UnsafeRawPointer, size: Int, at bit: Int) -> UInt64 {
        let first = bit >> 3
        let shift = UInt64(bit & 7)
        let low = bits(base, size: size, from: first) >> shift
        // A shift by 64 gives 0: all bits were in the first eight bytes.
        return low | bits(base, size: size, from: first + 8) << (64 - shift)
    }

    /// The 64 bits from a byte on, with zeros after the last one.
    private static func bits(_ base: UnsafeRawPointer, size: Int, from start: Int) -> UInt64 {
        if start + 8 <= size {
            return UInt64(littleEndian: base.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        }
        var word: UInt64 = 0
        for place in start..<max(start, size) {
            word |=
                UInt64(base.load(fromByteOffset: place, as: UInt8.self))
                << UInt64((place - start) * 8)
        }
        return word
    }
}
