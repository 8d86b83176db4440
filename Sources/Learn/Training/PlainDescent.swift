// SPDX-License-Identifier: Apache-2.0

/// How a regression goes down its loss by slopes with momentum, where people are few for its features.
///
/// Found by trials over 16 sets, of 142 to 26,000 people with a row each and 11 to 113 features, at four ε each, of some hundred
/// splits and noises: the less the slopes stand out from the noise, the fewer there are, the shorter they are cut, and the shorter
/// are the steps. Rows of one person point the same way in part, so that their sum is longer than the root of their number: where there are several they are cut
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
    /// How much of the last step the next one goes on with.
    let momentum: Double

    /// - Parameters:
    ///   - clarity: how far the slope of all stands out from the noise, were it one step.
    ///   - rows: how many of each person count.
    init(clarity: Double, features: Int, rows: Int) {
        let root = Double(features).squareRoot()
        guard rows == 1 else {
            (clip, norm, rate, momentum) = (0.5, 0.6, 1.2 * root, 0.9)
            switch clarity {
            case ..<15: (steps, first) = (10, 3)
            case ..<60: (steps, first) = (15, 3)
            default: (steps, first) = (30, 2)
            }
            return
        }
        (first, norm) = (2, 1)
        // A step is no longer than so much, however many features there are: noise would be carried as far. Where that holds
        // back a descent that noise hardly touches, it goes on for longer.
        switch clarity {
        case ..<15: (steps, clip, rate, momentum) = (15, 0.25, min(2 * root, 13.5), 0.8)
        case ..<60: (steps, clip, rate, momentum) = (20, 0.25, min(3 * root, 20), 0.8)
        case _ where features <= 45: (steps, clip, rate, momentum) = (20, 0.5, 4 * root, 0.8)
        default: (steps, clip, rate, momentum) = (30, 0.5, 13.5, 0.9)
        }
    }
}
