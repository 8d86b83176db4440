// SPDX-License-Identifier: Apache-2.0

/// Wilson's score test of a probability (1927), at a false alarm of one in a million.
enum Wilson {
    /// The normal deviation that is passed once in a million, on both sides together.
    static let deviations = 4.891_638

    /// Whether so many successes are what this probability would give. At very small expectations,
    /// where the score is not normal, three more successes are granted.
    static func fits(_ probability: Double, successes: Int, of trials: Int) -> Bool {
        let (mean, n) = (probability * Double(trials), Double(trials))
        let deviation = (mean * (1 - probability)).squareRoot()
        let slack = mean < 25 || n - mean < 25 ? 12.0 : 1.0
        return abs(Double(successes) - mean) <= deviations * deviation + slack
    }
}
