// SPDX-License-Identifier: Apache-2.0

extension ByteSource {
    /// Tosses a coin that is true with probability exactly e^(−numerator/denominator).
    ///
    /// Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy", arXiv:2004.00010,
    /// Algorithm 1. A Bernoulli(r/(d·k)) is drawn as Bernoulli(r/d) and Bernoulli(1/k), so no
    /// fraction ever grows and no bignum is needed. Any numerator; a denominator of 0 is read as 1.
    /// Cost: a handful of draws below the denominator, whatever the numerator.
    public mutating func bernoulliExp(
        minus numerator: UInt128, over denominator: UInt128
    ) -> Bool {
        bernoulliExp(minus: (high: 0, low: numerator), over: max(denominator, 1))
    }

    /// The same for a numerator of 256 bits and a denominator of at least 1.
    mutating func bernoulliExp(
        minus numerator: (high: UInt128, low: UInt128), over denominator: UInt128
    ) -> Bool {
        // e^−(q + r/d) is q coins of e^−1 and one of e^−(r/d). Each whole part is taken off only
        // once its coin came up, so the loop ends after 1.6 rounds on average and needs no division.
        var (high, low) = numerator
        while high > 0 || low >= denominator {
            guard bernoulliExpMinusOne() else { return false }
            if low < denominator { high &-= 1 }
            low &-= denominator
        }
        if let small = UInt64(exactly: denominator) {
            return bernoulliExp(fraction: UInt64(truncatingIfNeeded: low), of: small)
        }
        var k: UInt64 = 1
        while below(wide: denominator) < low, k == 1 || below(k) == 0 { k &+= 1 }
        return k & 1 == 1
    }

    /// e^(−r/d) for r ≤ d: the number of the first failure among coins r/d, r/2d, r/3d, … is odd.
    mutating func bernoulliExp(fraction r: UInt64, of d: UInt64) -> Bool {
        var k: UInt64 = 1
        while below(d) < r, k == 1 || below(k) == 0 { k &+= 1 }
        return k & 1 == 1
    }

    /// e^(−1): the case r = d, whose first factor is always true and reads nothing.
    mutating func bernoulliExpMinusOne() -> Bool {
        var k: UInt64 = 2
        while below(k) == 0 { k &+= 1 }
        return k & 1 == 1
    }
}
