// SPDX-License-Identifier: Apache-2.0

/// What a study lets out: every number with its noise. Safe to show, store, and compute with.
///
/// Only ``StudyPlan/release(_:adding:)`` makes one.
public struct NoisedAnswer: Hashable, Sendable {
    /// The groups that were found and may be shown, in order; nil where groups are listed.
    public let keys: [GroupKey]?
    /// The numbers of each block.
    public let blocks: [NoisedBlock]

    init(keys: [GroupKey]?, blocks: [NoisedBlock]) {
        self.keys = keys
        self.blocks = blocks
    }
}

/// The noised numbers of one block.
public struct NoisedBlock: Hashable, Sendable {
    /// The numbers in lattice units, group by group.
    public let values: [Int64]
    /// The standard deviation of each number's noise, in lattice units.
    public let sigma: Int
    /// How the radius was chosen; nil where it was given.
    public let clip: ClipEstimate?

    init(values: [Int64], sigma: Int, clip: ClipEstimate? = nil) {
        self.values = values
        self.sigma = sigma
        self.clip = clip
    }
}

extension NoisedAnswer {
    /// An answer that was let out before, made of its only block's numbers as a receipt has them.
    package static func proven(_ values: [Int64], sigma: Int) -> NoisedAnswer {
        NoisedAnswer(keys: nil, blocks: [NoisedBlock(values: values, sigma: sigma)])
    }

    /// What an answer may look like, made of expected numbers: nobody's rows are in it.
    package static func expected(_ blocks: [NoisedBlock]) -> NoisedAnswer {
        NoisedAnswer(keys: nil, blocks: blocks)
    }
}

extension NoisedBlock {
    /// What the numbers of a block may look like.
    package static func expected(
        _ values: [Int64], sigma: Int, clip: ClipEstimate? = nil
    ) -> NoisedBlock {
        NoisedBlock(values: values, sigma: sigma, clip: clip)
    }
}
