// SPDX-License-Identifier: Apache-2.0
import Synchronization

@testable import Query

/// A word that notes every operation on it, in order.
///
/// What comes out of a run of a kernel on these is the list of all that was done to a contributor's
/// data: two runs with equal traces did the same operations in the same order.
struct CountedWord: BlindWord {
    private let word: PlainWord

    /// Where operations are noted.
    @TaskLocal static var trace: Trace?

    private static func note(_ kind: UInt64, _ word: PlainWord) -> CountedWord {
        trace?.note(kind)
        return CountedWord(word: word)
    }

    private init(word: PlainWord) { self.word = word }
    init(_ value: Int64) { self = CountedWord.note(1, PlainWord(value)) }

    static func &+ (left: CountedWord, right: CountedWord) -> CountedWord {
        note(2, left.word &+ right.word)
    }
    static func &- (left: CountedWord, right: CountedWord) -> CountedWord {
        note(3, left.word &- right.word)
    }
    static func &* (left: CountedWord, right: CountedWord) -> CountedWord {
        note(4, left.word &* right.word)
    }
    static func & (left: CountedWord, right: CountedWord) -> CountedWord {
        note(5, left.word & right.word)
    }
    static func | (left: CountedWord, right: CountedWord) -> CountedWord {
        note(6, left.word | right.word)
    }
    static func ^ (left: CountedWord, right: CountedWord) -> CountedWord {
        note(7, left.word ^ right.word)
    }
    static prefix func ~ (word: CountedWord) -> CountedWord { note(8, ~word.word) }

    func high(times other: CountedWord) -> CountedWord {
        CountedWord.note(9, word.high(times: other.word))
    }
    func up(by places: CountedWord) -> CountedWord {
        CountedWord.note(10, word.up(by: places.word))
    }
    func down(by places: CountedWord) -> CountedWord {
        CountedWord.note(11, word.down(by: places.word))
    }
    var leadingZeros: CountedWord { CountedWord.note(12, word.leadingZeros) }
    var isNegative: CountedWord { CountedWord.note(13, word.isNegative) }
    func equals(_ other: CountedWord) -> CountedWord {
        CountedWord.note(14, word.equals(other.word))
    }
    func isLess(than other: CountedWord) -> CountedWord {
        CountedWord.note(15, word.isLess(than: other.word))
    }
    func isBelow(_ other: CountedWord) -> CountedWord {
        CountedWord.note(16, word.isBelow(other.word))
    }
    var opened: Int64 {
        CountedWord.trace?.note(17, isWayOut: true)
        return word.opened
    }
}

/// How many operations were done, and a digest of which ones in which order.
final class Trace: Sendable {
    struct Sum: Equatable {
        var count = 0
        var order: UInt64 = 0
        /// How many words were opened.
        var opened = 0
    }

    private let sum = Mutex(Sum())

    func note(_ kind: UInt64, isWayOut: Bool = false) {
        sum.withLock {
            $0.count += 1
            $0.opened += isWayOut ? 1 : 0
            $0.order = ($0.order ^ kind) &* 0x0000_0100_0000_01b3 &+ kind
        }
    }

    /// What the body does to words.
    static func of(_ body: () -> Void) -> Sum {
        let trace = Trace()
        CountedWord.$trace.withValue(trace, operation: body)
        return trace.sum.withLock { $0 }
    }
}
