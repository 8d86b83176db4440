// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// What the operations of SQL do with one row's values, in fixed time. NULL is `Schema.null`.
extension BlindWord {
    @inline(__always) static var null: Self { Self(Schema.null) }

    /// A mask.
    @inline(__always) var isNull: Self { equals(.null) }

    /// Of a mask: the one word where it is all ones, the other where it is zero.
    @inline(__always) func choose(_ word: Self, _ other: Self) -> Self {
        other ^ ((word ^ other) & self)
    }

    /// NULL where the mask says so.
    @inline(__always) func orNull(if mask: Self) -> Self { mask.choose(.null, self) }

    /// The size of a signed word, as an unsigned one.
    @inline(__always) var magnitude: Self { self &- ((self &+ self) & isNegative) }

    /// Minus this where the mask is all ones.
    @inline(__always) func negated(if mask: Self) -> Self { (self ^ mask) &- mask }

    // MARK: Numbers

    @inline(__always) func plus(_ other: Self) -> Self {
        let sum = self &+ other
        let overflow = ((self ^ sum) & (other ^ sum)).isNegative
        return sum.orNull(if: overflow | isNull | other.isNull)
    }

    @inline(__always) func minus(_ other: Self) -> Self {
        let difference = self &- other
        let overflow = ((self ^ other) & (self ^ difference)).isNegative
        return difference.orNull(if: overflow | isNull | other.isNull)
    }

    @inline(__always) func times(_ other: Self) -> Self {
        let low = self &* other
        // From the unsigned high half to the signed one.
        let high = self.high(times: other) &- (isNegative & other) &- (other.isNegative & self)
        let fits = high.equals(low.isNegative)
        return low.orNull(if: ~fits | isNull | other.isNull)
    }

    /// The product over a divisor, truncated.
    @inline(__always) func times(
        _ other: Self, over divisor: Self, _ reciprocal: Reciprocal<Self>
    ) -> Self {
        let (left, right) = (magnitude, other.magnitude)
        let value = left.ratio(
            of: right, over: divisor, reciprocal, isNegative: (self ^ other).isNegative)
        return value.orNull(if: isNull | other.isNull)
    }

    /// This times a factor over another word, truncated; NULL where that is 0.
    @inline(__always) func times(_ factor: Self, over other: Self) -> Self {
        let isZero = other.equals(Self(0))
        let divisor = isZero.choose(Self(1), other.magnitude)
        let value = magnitude.ratio(
            of: factor, over: divisor, Reciprocal(divisor), isNegative: (self ^ other).isNegative)
        return value.orNull(if: isNull | other.isNull | isZero)
    }

    /// This · factor / divisor with a sign, of unsigned words; NULL where it leaves Int64.
    @inline(__always) private func ratio(
        of factor: Self, over divisor: Self, _ reciprocal: Reciprocal<Self>, isNegative: Self
    ) -> Self {
        let high = self.high(times: factor)
        let fits = high.isBelow(divisor)
        let quotient = reciprocal.quotient(high & fits, self &* factor)
        return quotient.negated(if: isNegative).orNull(if: ~fits | quotient.isNegative)
    }

    @inline(__always) var absolute: Self { magnitude }

    @inline(__always) func clipped(_ low: Self, _ high: Self) -> Self {
        let raised = isLess(than: low).choose(low, self)
        return high.isLess(than: raised).choose(high, raised).orNull(if: isNull)
    }

    // MARK: Truth: 0, 1 or NULL

    /// 1 where the mask is all ones.
    @inline(__always) var truth: Self { self & Self(1) }

    /// Three-valued and: false wins over NULL.
    @inline(__always) func and(_ other: Self) -> Self {
        let isFalse = equals(Self(0)) | other.equals(Self(0))
        return Self(1).orNull(if: isNull | other.isNull) & ~isFalse
    }

    /// Three-valued or: true wins over NULL.
    @inline(__always) func or(_ other: Self) -> Self {
        let isTrue = equals(Self(1)) | other.equals(Self(1))
        return isTrue.choose(Self(1), Self(0).orNull(if: isNull | other.isNull))
    }

    /// Three-valued not.
    @inline(__always) var not: Self { equals(Self(0)).truth.orNull(if: isNull) }
}
