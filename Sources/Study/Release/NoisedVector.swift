// SPDX-License-Identifier: Apache-2.0

/// What a study lets out: every number with its noise. Safe to show, store, and compute with.
///
/// Only ``StudyPlan/release(_:adding:)`` makes one.
public struct NoisedVector: Hashable, Sendable {
    /// The noised numbers, in lattice units.
    public let values: [Int64]
    /// The standard deviation of each number's noise, in lattice units.
    public let sigma: Int

    init(values: [Int64], sigma: Int) {
        self.values = values
        self.sigma = sigma
    }
}
