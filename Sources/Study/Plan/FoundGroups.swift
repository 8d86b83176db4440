// SPDX-License-Identifier: Apache-2.0
package import Canon
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
    /// The places of the groups that count, rising: all of them, or a fair sample of as many as count.
    ///
    /// A contributor is told apart by her groups and how many rows she has in each, so hardly two lose the
    /// same ones, and nobody's name is needed where a step runs. The order of rows and other
    /// contributors have no part in it (`GroupSample`).
    ///
    /// - Parameter rows: how many rows each of the groups has; nil where nobody counted.
    package func kept(of keys: [GroupKey], rows: [Int]? = nil, in study: Digest) -> [Int] {
        guard keys.count > most else { return Array(keys.indices) }
        let contributor = keys.indices.sorted { keys[$0] < keys[$1] }.flatMap { place in
            keys[place].bytes + GroupKey([.number(Int64(rows?[place] ?? 1))]).bytes
        }
        return GroupSample(release: study.bytes, mostGroups: most)
            .keep(keys.map(\.bytes), of: contributor)
    }
}
