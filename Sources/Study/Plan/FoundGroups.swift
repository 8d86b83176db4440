// SPDX-License-Identifier: Apache-2.0
internal import Canon
public import Privacy

/// Groups that are found in the data, and what hides that somebody alone has one.
///
/// A contributor with k groups gives each a vote of 1/√k; a group is answered when its votes and
/// their noise reach a threshold that a single contributor's groups pass with probability δ at most
/// (`WeightedGaussianSelection`).
public struct FoundGroups: Hashable, Sendable {
    /// How many groups of one contributor count; of more, some are drawn.
    public let most: Int
    /// How many contributors a group has at least, but for the noise of the votes.
    public let fewest: Int
    /// The probability that a group of one contributor shows.
    public let delta: ExactDecimal
    /// How many parts of the study's privacy the votes get.
    public let share: UInt64

    /// Describes the selection.
    public init(most: Int, fewest: Int, delta: ExactDecimal, share: UInt64) {
        self.most = most
        self.fewest = fewest
        self.delta = delta
        self.share = share
    }

    /// A vote of 1 in lattice units.
    static let vote: Int64 = 1 << 16

    func selection(spending rho: Rho) throws(SelectionError) -> WeightedGaussianSelection {
        try WeightedGaussianSelection(
            spending: rho, delta: delta, mostGroups: most, unit: FoundGroups.vote,
            fewestContributors: fewest)
    }

    var canonical: JSON {
        [
            "most": .integer(Int64(most)), "fewest": .integer(Int64(fewest)),
            "delta": .string(delta.description),
            "share": .string(String(share)),
        ]
    }
}

extension FoundGroups {
    /// The places of the groups that count: all of them, or as many as count with the lowest digests.
    ///
    /// The digests depend on the study, on all groups of the contributor, and on nothing else: not on
    /// the order of rows, and not on other contributors. Over studies every group is as likely to be
    /// kept as every other.
    func kept(of keys: [GroupKey], in study: Digest) -> [Int] {
        guard keys.count > most else { return Array(keys.indices) }
        let whole = Digest(of: study.bytes + keys.sorted().flatMap(\.bytes))
        let ranks = keys.map { Digest(of: whole.bytes, $0.bytes).bytes }
        return Array(
            keys.indices.sorted { ranks[$0].lexicographicallyPrecedes(ranks[$1]) }.prefix(most))
    }
}
