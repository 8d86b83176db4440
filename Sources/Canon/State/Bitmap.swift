// SPDX-License-Identifier: Apache-2.0

/// A set of small numbers, one bit each.
struct Bitmap: Sendable {
    private var words: [UInt64] = []

    /// Makes room for the numbers below the width.
    mutating func grow(to width: Int) {
        let wanted = (width + 63) / 64
        if words.count < wanted {
            words.append(contentsOf: repeatElement(0, count: wanted - words.count))
        }
    }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    mutating func insert(_ index: Int) { words[index / 64] |= 1 << UInt64(index % 64) }

    mutating func remove(_ index: Int) { words[index / 64] &= ~(1 << UInt64(index % 64)) }

    /// Takes out every number, in rising order.
    mutating func drain(_ visit: (Int) -> Void) {
        for place in words.indices where words[place] != 0 {
            var word = words[place]
            words[place] = 0
            while word != 0 {
                visit(place * 64 + word.trailingZeroBitCount)
                word &= word - 1
            }
        }
    }
}
