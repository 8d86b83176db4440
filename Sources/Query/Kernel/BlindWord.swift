// SPDX-License-Identifier: Apache-2.0

/// 64 bits of a contributor's data: they can be reckoned with, but not looked at.
///
/// A word has no comparison that gives a Bool, so nothing that is written over words can take
/// another way, stop early or leave work out because of what they hold: a condition is a mask of 64
/// ones or zeros, and a choice is `mask.choose(_:_:)`, which works out both sides. Time can
/// depend on how many words there are, and on the plan, and on nothing else.
///
/// Each requirement is one machine instruction, or a few, whose time does not depend on the bits.
/// Division is none of them: processors take longer for longer quotients, so it is made of
/// multiplications (`Reciprocal`).
protocol BlindWord {
    /// A word that everybody may know.
    init(_ value: Int64)

    static func &+ (left: Self, right: Self) -> Self
    static func &- (left: Self, right: Self) -> Self
    /// The low half of the product.
    static func &* (left: Self, right: Self) -> Self
    static func & (left: Self, right: Self) -> Self
    static func | (left: Self, right: Self) -> Self
    static func ^ (left: Self, right: Self) -> Self
    static prefix func ~ (word: Self) -> Self

    /// The high half of the product of two unsigned words.
    func high(times other: Self) -> Self
    /// Places are 0…63; more count modulo 64.
    func up(by places: Self) -> Self
    /// Towards the low bits, zeros following. Places as above.
    func down(by places: Self) -> Self
    /// How many zeros stand above the highest one.
    ///
    /// - Requires: a word that is not 0.
    var leadingZeros: Self { get }

    /// A mask: whether a signed word is below 0.
    var isNegative: Self { get }
    /// A mask.
    func equals(_ other: Self) -> Self
    /// A mask, of signed words.
    func isLess(than other: Self) -> Self
    /// A mask, of unsigned words.
    func isBelow(_ other: Self) -> Self

    /// The way out: for a contributor's sums, when all is done, and for a place in a list that has
    /// been brought within it. Nothing may branch on what comes out.
    var opened: Int64 { get }
}

/// 0. Nobody writes it, which makes it safe; but another module could, so the optimiser must not
/// reckon with what it holds.
///
/// A mask that it knew to be made of one bit, it would turn into a jump again wherever it takes
/// that for faster.
@exclusivity(unchecked) package nonisolated(unsafe) var unknownZero: Int64 = 0

/// The word that studies run on: an Int64, at the speed of one.
struct PlainWord: BlindWord {
    let opened: Int64

    @inline(__always) init(_ value: Int64) { opened = value }

    @inline(__always) private init(_ value: UInt64) { opened = Int64(bitPattern: value) }
    @inline(__always) private var unsigned: UInt64 { UInt64(bitPattern: opened) }

    @inline(__always) static func &+ (left: PlainWord, right: PlainWord) -> PlainWord {
        PlainWord(left.opened &+ right.opened)
    }
    @inline(__always) static func &- (left: PlainWord, right: PlainWord) -> PlainWord {
        PlainWord(left.opened &- right.opened)
    }
    @inline(__always) static func &* (left: PlainWord, right: PlainWord) -> PlainWord {
        PlainWord(left.opened &* right.opened)
    }
    @inline(__always) static func & (left: PlainWord, right: PlainWord) -> PlainWord {
        PlainWord(left.opened & right.opened)
    }
    @inline(__always) static func | (left: PlainWord, right: PlainWord) -> PlainWord {
        PlainWord(left.opened | right.opened)
    }
    @inline(__always) static func ^ (left: PlainWord, right: PlainWord) -> PlainWord {
        PlainWord(left.opened ^ right.opened)
    }
    @inline(__always) static prefix func ~ (word: PlainWord) -> PlainWord {
        PlainWord(~word.opened)
    }

    @inline(__always) func high(times other: PlainWord) -> PlainWord {
        PlainWord(unsigned.multipliedFullWidth(by: other.unsigned).high)
    }
    @inline(__always) func up(by places: PlainWord) -> PlainWord {
        PlainWord(unsigned &<< places.unsigned)
    }
    @inline(__always) func down(by places: PlainWord) -> PlainWord {
        PlainWord(unsigned &>> places.unsigned)
    }
    // A word that is not 0 has the same with a one at its low end, and the compiler then needs no
    // case for 0.
    @inline(__always) var leadingZeros: PlainWord {
        PlainWord(Int64((unsigned | 1).leadingZeroBitCount))
    }

    @inline(__always) var isNegative: PlainWord {
        PlainWord((opened &>> 63) ^ unknownZero)
    }
    @inline(__always) func equals(_ other: PlainWord) -> PlainWord {
        let difference = opened ^ other.opened
        return PlainWord(~difference & (difference &- 1)).isNegative
    }
    @inline(__always) func isLess(than other: PlainWord) -> PlainWord {
        let (a, b) = (opened, other.opened)
        return PlainWord((a & ~b) | (~(a ^ b) & (a &- b))).isNegative
    }
    @inline(__always) func isBelow(_ other: PlainWord) -> PlainWord {
        let (a, b) = (opened, other.opened)
        return PlainWord((~a & b) | (~(a ^ b) & (a &- b))).isNegative
    }
}
