// SPDX-License-Identifier: Apache-2.0

/// Why trees could not be grown, or not be asked. Everything is checked before work begins.
public enum TreesError: Error, Hashable, Sendable {
    /// There is no row.
    case noRows
    /// There is no feature.
    case noFeatures
    /// More rows than the integers of the sums are proven for.
    case tooManyRows(most: Int, got: Int)
    /// A number of columns other than the number of features.
    case features(expected: Int, got: Int)
    /// A column, or the labels, longer or shorter than the others.
    case rows(expected: Int, got: Int)
    /// A label that is not finite; or, where a probability is learnt, other than 0 and 1.
    case label(row: Int)
    /// Bounds, edges, or a number of bins or categories that make no bins.
    case bins
    /// A setting out of its range.
    case setting(Setting)
    /// A release of another length than the step takes.
    case release(expected: Int, got: Int)
    /// Columns that were cut by other bins than the model's.
    case otherBins
    /// Another release, where the model has had all there are.
    case finished

    /// A setting that can be out of its range.
    public enum Setting: Hashable, Sendable {
        /// Number of trees, or of epochs.
        case rounds
        /// Number of leaves of a tree.
        case leaves
        /// Size of a step.
        case learningRate
        /// Least rows of a leaf.
        case leastRows
        /// A penalty, or another least value.
        case penalty
        /// Number of features that move at once.
        case featuresPerStep
        /// How much of a move is made again.
        case momentum
        /// Largest residual that counts.
        case clip
        /// How the work is cut.
        case schedule
        /// Width of the noise.
        case noise
    }
}
