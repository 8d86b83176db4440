// SPDX-License-Identifier: Apache-2.0

/// Sums of parts as they come, one after another, each known up to any step from few noised sums.
///
/// Of parts 1, 2, 3, … each step t lets out one sum with fresh noise: that of the last 2^k parts, where 2^k is the largest
/// power of two that divides t. All parts up to any step are then a few of those sums beside each other, as many as t has ones
/// among its bits, and a part is in few of them. That is the binary tree of Dwork, Naor, Pitassi, Rothblum and of Chan, Shi, Song
/// (2010), without the nodes that no sum of all parts up to a step needs; Kairouz and others (2021) learn by it. What is kept from
/// one step to the next is what was let out and nothing else: adding it up again costs nothing.
public struct TreeAggregation: Hashable, Sendable {
    /// How many parts there are.
    public let parts: Int
    /// The most parts there may be.
    public static let most = 1 << 20

    /// - Requires: 1 to ``most`` parts.
    public init(parts: Int) {
        precondition((1...TreeAggregation.most).contains(parts), "1 to \(Self.most) parts")
        self.parts = parts
    }

    /// The parts whose sum step `step`, from 1 on, lets out.
    public func node(at step: Int) -> ClosedRange<Int> { step - (step & -step) + 1...step }

    /// The steps whose sums together are all parts up to a step, the latest first.
    public func nodes(upTo step: Int) -> [Int] {
        var (steps, rest): ([Int], Int) = ([], step)
        while rest > 0 {
            steps.append(rest)
            rest &= rest - 1
        }
        return steps
    }

    /// In how many of the sums a part is.
    ///
    /// - Requires: a part from 1 on.
    public func releases(of part: Int) -> Int {
        precondition(part >= 1, "parts are counted from 1")
        var (count, step) = (0, part)
        while step <= parts {
            count += 1
            step += step & -step
        }
        return count
    }

    /// In how many of them any part is at most: ⌈log₂(parts + 1)⌉, as often as the first.
    public var mostReleases: Int { Int.bitWidth - parts.leadingZeroBitCount }

    /// What all steps cost whoever is in one part alone, where each lets out a sum for `release`: a sum in which she is not
    /// does not hang on her, and costs her nothing. Whoever is in the first part pays exactly this, others less.
    ///
    /// - Throws: ``RhoError`` where it is more than can be written.
    public func charge(of release: Rho) throws(RhoError) -> Rho {
        try release.times(UInt64(mostReleases))
    }
}
