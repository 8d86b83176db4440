// SPDX-License-Identifier: Apache-2.0

extension UInt128 {
    /// ⌊√self⌋, exactly. Cost: about six divisions.
    var squareRoot: UInt64 {
        guard self > 0 else { return 0 }
        // Newton from above: the first guess is a power of two that is at least the root, every step
        // stays at least the floor of it, and the first step that does not fall is the answer.
        let bits = UInt128.bitWidth - leadingZeroBitCount
        var guess = UInt128(1) << UInt128((bits + 1) / 2)
        while true {
            let next = (guess + self / guess) >> 1
            if next >= guess { return UInt64(truncatingIfNeeded: guess) }
            guess = next
        }
    }

    /// ⌈√self⌉, exactly; at most 2^64, so it may need 65 bits.
    var squareRootRoundedUp: UInt128 {
        let floor = UInt128(squareRoot)
        return floor * floor == self ? floor : floor + 1
    }
}
