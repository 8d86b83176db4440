// SPDX-License-Identifier: Apache-2.0

/// How a regression goes down its loss by slopes with momentum, where people are few for its features.
///
/// Found by trials over six sets, of 142 to 26,000 people and 13 to 113 features, at four ε each: the less the slopes stand out from the noise, the
/// shorter they are cut, and the more hangs on where the middle of each number lies.
struct PlainDescent: Hashable, Sendable {
    /// How many slopes there are.
    let steps: Int
    /// What the middles and spreads of the numbers get of the privacy, in tenths.
    let first: UInt64
    /// What one slope may move the sum by, in rows.
    let clip: Double
    /// How far a step goes, times the root of the number of features, up to ``longest``.
    let rate: Double

    /// A step is no longer, however many features there are: noise would be carried as far.
    static let longest = 13.5

    /// - Parameters:
    ///   - clarity: how far the slope of all stands out from the noise, were it one step.
    ///   - rows: how many of each person count. Those of one person point the same way in part, so that their sum is
    ///     longer than the root of their number: it is cut less.
    init(clarity: Double, rows: Int) {
        switch clarity {
        case ..<15: (steps, first, clip, rate) = (20, 4, 0.25, 1.5)
        case ..<60: (steps, first, clip, rate) = (30, 3, rows > 1 ? 0.5 : 0.25, 2)
        default: (steps, first, clip, rate) = (30, 3, 0.5, 2.5)
        }
    }
}
