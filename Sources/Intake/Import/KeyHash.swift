// SPDX-License-Identifier: Apache-2.0

/// 64 bits that tell rows of one file apart: FNV-1a over words, then a multiply-xorshift finish.
///
/// Two different rows of ten million share a value with a chance under one in 300,000; a person who
/// forces one only loses a row of her own.
struct KeyHash {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ value: Int64) { mix(UInt64(bitPattern: value)) }

    mutating func add(_ text: String) {
        var word: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            word = word << 8 | UInt64(byte)
            count += 1
            if count & 7 == 0 {
                mix(word)
                word = 0
            }
        }
        mix(word)
        mix(UInt64(count))
    }

    private mutating func mix(_ word: UInt64) {
        state = (state ^ word) &* 0x9e37_79b9_7f4a_7c15
        state ^= state >> 29
    }

    var value: UInt64 {
        var out = state
        out = (out ^ (out >> 30)) &* 0xbf58_476d_1ce4_e5b9
        out = (out ^ (out >> 27)) &* 0x94d0_49bb_1331_11eb
        return out ^ (out >> 31)
    }
}
