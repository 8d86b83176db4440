// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// A sum of clipped contributions. Nobody can look inside: the numbers are private to this module
/// and leave it only through ``StudyPlan/release(_:adding:)``.
public struct Partial: Sendable {
    /// The sums, block by block.
    private(set) var blocks: [BlockSum]
    /// Where the groups that were found stand; empty where groups are listed.
    private(set) var places: [GroupKey: Int] = [:]
    /// The votes for each group that was found.
    private(set) var votes: [Int64] = []
    /// How many contributors were added.
    private(set) var people = 0

    private let isListed: Bool

    init(groups: StudyGroups, blocks: [StudyBlock]) {
        var count = 0
        if case .listed(let listed) = groups { count = listed }
        self.blocks = blocks.map { BlockSum($0, groups: count) }
        if case .listed = groups { isListed = true } else { isListed = false }
    }

    /// Where each of the groups stands, new ones last; nil where groups are listed.
    private mutating func rows(of keys: [GroupKey]) -> [Int]? {
        guard !isListed else { return nil }
        return keys.map { key in
            if let place = places[key] { return place }
            let place = votes.count
            places[key] = place
            votes.append(0)
            for block in blocks.indices { blocks[block].grow() }
            return place
        }
    }

    /// Adds one contributor, clipped block by block.
    ///
    /// - Parameter vote: what she votes in each of her groups, where groups are found.
    mutating func add(
        _ contribution: inout Contribution, voting vote: Int64, clipping clips: [BlockClip]
    ) {
        let rows = rows(of: contribution.keys)
        if let rows { for row in rows { votes[row] &+= vote } }
        for block in blocks.indices {
            clips[block].add(
                &contribution.blocks[block], touched: contribution.touched[block],
                to: &blocks[block], at: rows)
        }
        people += 1
    }

    /// Adds another sum; the order of merging never matters.
    ///
    /// - Requires: partials of one plan, of together at most ``StudyLimits/people`` contributors.
    public mutating func merge(_ other: Partial) {
        precondition(
            other.blocks.map(\.width) == blocks.map(\.width) && other.isListed == isListed,
            "partials of one plan")
        precondition(other.people <= StudyLimits.people - UInt64(people), "sums are proven to fit")
        let keys = other.places.sorted { $0.value < $1.value }.map(\.key)
        let rows = rows(of: keys)
        if let rows { for (row, vote) in zip(rows, other.votes) { votes[row] &+= vote } }
        for block in blocks.indices { blocks[block].merge(other.blocks[block], at: rows) }
        people += other.people
    }
}
