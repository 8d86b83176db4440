// SPDX-License-Identifier: Apache-2.0

extension ByteSource {
    /// Draws a number uniformly from 0..<n; for n = 0 or 1 the answer is 0 and no byte is read.
    ///
    /// Reads ⌈b/8⌉ bytes big-endian, where b is the bit length of n − 1, masks them to b bits, and
    /// repeats while the value is n or more. No value is favoured: nothing is reduced modulo n.
    /// Cost: fewer than two tries on average.
    public mutating func below(_ n: UInt64) -> UInt64 {
        guard n > 1 else { return 0 }
        let bits = 64 &- (n &- 1).leadingZeroBitCount
        let mask = UInt64.max &>> UInt64(64 &- bits)
        let bytes = (bits &+ 7) &>> 3
        while true {
            let value = take(bytes) & mask
            if value < n { return value }
        }
    }

    /// Draws a number uniformly from 0..<n, like ``below(_:)``, for n of up to 128 bits.
    public mutating func below(wide n: UInt128) -> UInt128 {
        let last = n &- 1
        let high = UInt64(truncatingIfNeeded: last &>> 64)
        guard n > 1, high > 0 else {
            // n − 1 fits 64 bits; n itself may be 2^64, which is every value of eight bytes.
            let low = UInt64(truncatingIfNeeded: last)
            if n > 1, low == .max { return UInt128(take(8)) }
            return UInt128(below(UInt64(truncatingIfNeeded: n)))
        }
        let bits = 64 &- high.leadingZeroBitCount
        let mask = UInt64.max &>> UInt64(64 &- bits)
        let bytes = (bits &+ 7) &>> 3
        while true {
            let top = take(bytes) & mask
            let value = (UInt128(top) &<< 64) | UInt128(take(8))
            if value < n { return value }
        }
    }
}
