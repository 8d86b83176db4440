// SPDX-License-Identifier: Apache-2.0

/// A hash of a row's values, the same on every machine. Whoever wants can find rows that collide.
struct RowHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ part: UInt64) {
        value = (value ^ part) &* 0x9e37_79b9_7f4a_7c15
        value ^= value >> 29
    }
}
