// SPDX-License-Identifier: Apache-2.0

/// A stream of random bytes that the samplers read from.
///
/// The bytes come from a ChaCha20 key stream with fast key erasure, buffered 4 KiB at a time, so that
/// a draw costs no system call. Bytes that were given out are overwritten.
///
/// A source cannot be copied: two copies would give the same noise twice, and noise that occurs
/// twice can be subtracted. For the same reason do not `fork` a process that holds one.
public struct ByteSource: ~Copyable, Sendable {
    private enum Origin {
        case keystream(Keystream)
        case counterHash(CounterHash)
    }

    private var origin: Origin
    /// The bytes ahead, eight to a word, the first byte highest.
    private var words: [UInt64]
    private var position: Int
    /// The rest of the last word: `left` bytes, aligned to the top, zeros below.
    private var window: UInt64 = 0
    private var left = 0

    private init(origin: Origin) {
        self.origin = origin
        words = [UInt64](repeating: 0, count: Keystream.blockBytes / 8)
        position = words.count
    }

    /// Seeds a stream with 256 bits from the operating system (getrandom on Linux).
    public init() {
        var system = SystemRandomNumberGenerator()
        self.init(seededBy: &system)
    }

    /// Seeds a stream with 256 bits from the generator.
    ///
    /// The noise is as secret as the generator is unpredictable: a seeded one is for tests.
    public init(seededBy generator: inout some RandomNumberGenerator) {
        self.init(origin: .keystream(Keystream(seededBy: &generator)))
    }

    /// The stream of the known-answer vectors: SHA-256(seed ‖ u64_be(counter)), counter from 0.
    package init(knownAnswerSeed seed: String) {
        self.init(origin: .counterHash(CounterHash(seed: Array(seed.utf8))))
    }

    /// Takes the next `count` bytes, 1 to 8, as a big-endian number.
    mutating func take(_ count: Int) -> UInt64 {
        if left >= count {
            let value = window &>> UInt64(64 &- 8 &* count)
            // A shift in two steps, because a shift by 64 would be masked to one by 0.
            window = (window &<< UInt64(8 &* count &- 1)) &<< 1
            left &-= count
            return value
        }
        // Fewer than `count` are left: all of them, then the first bytes of the next word.
        let missing = count &- left
        let word = nextWord()
        let low = word &>> UInt64(64 &- 8 &* missing)
        let high =
            left == 0 ? 0 : (window &>> UInt64(64 &- 8 &* left)) &<< UInt64(8 &* missing)
        window = (word &<< UInt64(8 &* missing &- 1)) &<< 1
        left = 8 &- missing
        return high | low
    }

    private mutating func nextWord() -> UInt64 {
        if position == words.count { refill() }
        let word = words[position]
        words[position] = 0
        position &+= 1
        return word
    }

    private mutating func refill() {
        switch origin {
        case .keystream(var stream):
            stream.fill(&words)
            origin = .keystream(stream)
        case .counterHash(var stream):
            stream.fill(&words)
            origin = .counterHash(stream)
        }
        position = 0
    }
}
