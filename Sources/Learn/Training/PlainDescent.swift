// SPDX-License-Identifier: Apache-2.0

/// How a regression goes down its loss by slopes with momentum, where people are few for its features.
///
/// Found by trials over six sets, of 142 to 26,000 people with a row each and 13 to 113 features, at four ε each: the less the slopes
/// stand out from the noise, the shorter they are cut, and the more hangs on where the middle of each number lies. Rows of one
/// person point the same way in part, so that their sum is longer than the root of their number: where there are several they are cut
/// less, there are fewer steps, and the middle of rows counts for more than their ends.
struct PlainDescent: Hashable, Sendable {
    /// How many slopes there are.
    let steps: Int
    /// What the middles and spreads of the numbers get of the privacy, in tenths.
    let first: UInt64
    /// What one slope may move the sum by, in rows.
    let clip: Double
    /// The norm that counts as one, in parts of that of a usual row: see ``Standard``.
    let norm: Double
    /// How far a step goes along the mean slope.
    let rate: Double

    /// A step is no longer, however many features there are: noise would be carried as far.
    private static let longest = 13.5

    /// - Parameters:
    ///   - clarity: how far the slope of all stands out from the noise, were it one step.
    ///   - rows: how many of each person count.
    init(clarity: Double, features: Int, rows: Int) {
        let root = Double(features).squareRoot()
        guard rows == 1 else {
            (clip, norm, rate) = (0.5, 0.6, 1.2 * root)
            switch clarity {
            case ..<15: (steps, first) = (10, 3)
            case ..<60: (steps, first) = (15, 3)
            default: (steps, first) = (30, 2)
            }
            return
        }
        norm = 1
        let pace: Double
        switch clarity {
        case ..<15: (steps, first, clip, pace) = (20, 4, 0.25, 1.5)
        case ..<60: (steps, first, clip, pace) = (30, 3, 0.25, 2)
        default: (steps, first, clip, pace) = (30, 3, 0.5, 2.5)
        }
        rate = min(pace * root, PlainDescent.longest)
    }
}
