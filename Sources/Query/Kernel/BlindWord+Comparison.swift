// SPDX-License-Identifier: Apache-2.0

/// A sign of comparison as three masks, so that all of them are worked out in the same way.
struct ComparisonMasks<Word: BlindWord> {
    private let less: Word
    private let equal: Word
    private let inverted: Word

    init(_ sign: Scalar.Comparison) {
        let (no, yes) = (Word(0), Word(-1))
        (less, equal, inverted) =
            switch sign {
            case .equal: (no, yes, no)
            case .unequal: (no, yes, yes)
            case .less: (yes, no, no)
            case .atMost: (yes, yes, no)
            case .greater: (yes, yes, yes)
            case .atLeast: (yes, no, yes)
            }
    }

    /// 1, 0, or NULL when either word is.
    @inline(__always) func truth(_ left: Word, _ right: Word) -> Word {
        truth(left.isLess(than: right), left.equals(right), left.isNull | right.isNull)
    }

    /// Compares left · leftFactor with right · rightFactor, exactly; 1, 0 or NULL.
    ///
    /// - Requires: factors that are not negative.
    @inline(__always) func truth(
        _ left: Word, times leftFactor: Word, _ right: Word, times rightFactor: Word
    ) -> Word {
        let (a, b) = (left.wide(times: leftFactor), right.wide(times: rightFactor))
        let equalHigh = a.high.equals(b.high)
        return truth(
            a.high.isLess(than: b.high) | (equalHigh & a.low.isBelow(b.low)),
            equalHigh & a.low.equals(b.low), left.isNull | right.isNull)
    }

    @inline(__always) private func truth(_ isLess: Word, _ isEqual: Word, _ isNull: Word) -> Word {
        (((isLess & less) | (isEqual & equal)) ^ inverted).truth.orNull(if: isNull)
    }
}

extension BlindWord {
    /// The signed product, in two words, of a signed word and one that is not negative.
    @inline(__always) fileprivate func wide(times factor: Self) -> (high: Self, low: Self) {
        (high(times: factor) &- (isNegative & factor), self &* factor)
    }
}
