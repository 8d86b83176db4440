// SPDX-License-Identifier: Apache-2.0
package import Privacy

/// Somebody who could contribute.
package struct Contributor: Sendable, Hashable {
    /// How she comes by her rows.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// They are hers.
        case honest
        /// Numbers and categories drawn at random, and what is to be predicted too.
        case randomRows
        /// Rows of her own with the wrong one of two in what is to be predicted.
        case flippedLabels
        /// The rows of an honest person, each number moved a little.
        case noisyCopy

        /// Whether this is a way of cheating.
        package var isFraud: Bool { self != .honest }

        /// What people read.
        package var words: String {
            switch self {
            case .honest: "honest"
            case .randomRows: "random rows"
            case .flippedLabels: "flipped labels"
            case .noisyCopy: "copies with noise"
            }
        }
    }

    /// Her place among all, from 0; whoever has a smaller one committed to her rows earlier.
    package let place: Int
    /// How she comes by her rows.
    package let kind: Kind
    /// Her rows.
    package let rows: [[Int64]]
    /// What she wants.
    package let ask: Ask
    /// What of her privacy she gives at most.
    package let limit: Rho
    /// The round from which on she may come.
    package let arrival: Int
}
