// SPDX-License-Identifier: Apache-2.0

extension ByteSource {
    /// A new stream with a seed from this one: neither tells anything of the other.
    public mutating func split() -> ByteSource {
        var words = StreamWords(
            words: [take(8), take(8), take(8), take(8)])
        return ByteSource(seededBy: &words)
    }

    /// Four words, once.
    private struct StreamWords: RandomNumberGenerator {
        var words: [UInt64]

        mutating func next() -> UInt64 { words.removeFirst() }
    }
}
