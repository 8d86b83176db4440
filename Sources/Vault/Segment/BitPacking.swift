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

    /// Reads `count` numbers into `out`.
    ///
    /// - Requires: `source` has at least ``byteCount(count:width:)`` bytes, `out` has room.
    static func unpack(
        _ source: UnsafeRawBufferPointer, width: Int, count: Int,
        into out: UnsafeMutablePointer<UInt64>
    ) {
        guard count > 0 else { return }
        guard width > 0, let base = source.baseAddress else {
            out.update(repeating: 0, count: count)
            return
        }
        let size = byteCount(count: count, width: width)
        if width > 57 {
            unpackWide(base, size: size, width: width, count: count, into: out)
            return
        }
        // An 8-byte load covers a number of up to 57 bits, wherever in its first byte it starts.
        // The last numbers all lie in the last 8 bytes, which are loaded once, so that nothing
        // behind the end is touched.
        let mask: UInt64 = (1 << UInt64(width)) &- 1
        let whole = size >= 8 ? min(count, ((size - 8) * 8) / width + 1) : 0
        var bit = 0
        for index in 0..<whole {
            let word = base.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
            out[index] = (UInt64(littleEndian: word) &>> UInt64(bit & 7)) & mask
            bit &+= width
        }
        guard whole < count else { return }
        let last = max(size - 8, 0)
        let word = bits(base, size: size, from: last)
        bit &-= last * 8
        for index in whole..<count {
            out[index] = (word &>> UInt64(bit)) & mask
            bit &+= width
        }
    }

    /// The same for widths of 58…64 bits, which may lie in nine bytes.
    private static func unpackWide(
        _ base: UnsafeRawPointer, size: Int, width: Int, count: Int,
        into out: UnsafeMutablePointer<UInt64>
    ) {
        let mask: UInt64 = width == 64 ? .max : (1 << UInt64(width)) &- 1
        for index in 0..<count {
            let bit = index * width
            let first = bit >> 3
            let shift = UInt64(bit & 7)
            let low = bits(base, size: size, from: first) >> shift
            // A shift by 64 gives 0: all bits were in the first eight bytes.
            let high = bits(base, size: size, from: first + 8) << (64 - shift)
            out[index] = (low | high) & mask
        }
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
