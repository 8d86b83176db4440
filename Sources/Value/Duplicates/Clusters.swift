// SPDX-License-Identifier: Apache-2.0

/// Records that are copies of each other, each cluster represented by its earliest commitment.
///
/// Only representatives are valued, so a copy brings nothing, whoever made it: the quotient game of
/// Burnat and Davidson (arXiv:2605.07663), who prove that fairness to reported names and proof against
/// false ones cannot both be had without it.
public struct Clusters: Sendable, Hashable {
    /// The representative of each record, itself where it is no copy.
    public let representatives: [Int]
    /// The records that represent a cluster, in ascending order.
    public let places: [Int]

    /// Every record for itself.
    public init(count: Int) { self.init(representatives: Array(0..<count)) }

    /// Takes for each record one that represents itself.
    init(representatives: [Int]) {
        self.representatives = representatives
        places = representatives.indices.filter { representatives[$0] == $0 }
    }

    /// How many records there are.
    public var count: Int { representatives.count }

    /// Whether a record is a later copy.
    public func isCopy(_ record: Int) -> Bool { representatives[record] != record }

    /// How many records each representative stands for, itself included; 0 for copies.
    public var sizes: [Int] {
        var sizes = [Int](repeating: 0, count: count)
        for representative in representatives { sizes[representative] += 1 }
        return sizes
    }

    /// The coarser clusters in which whatever is together here or there is together.
    ///
    /// - Requires: clusters of the same records, found in the same order of commitments.
    public func joined(with other: Clusters, order: CommitmentOrder) -> Clusters {
        precondition(count == other.count, "clusters of the same records")
        var union = EarliestUnion(order)
        for record in 0..<count {
            union.join(record, representatives[record])
            union.join(record, other.representatives[record])
        }
        return union.clusters()
    }

    /// Values of representatives, in the order of ``places``, laid out over all records; copies get 0.
    public func expanded(_ values: [Double]) -> [Double] {
        precondition(values.count == places.count, "a value for each representative")
        var all = [Double](repeating: 0, count: count)
        for (value, place) in zip(values, places) { all[place] = value }
        return all
    }
}

extension Clusters {
    /// What part of its cluster's value each record gets: 1 for a representative and 0 for a copy, but
    /// equal parts for independent twins.
    ///
    /// Two people may honestly have the same record when it is a common one. How common is seen from
    /// records that no contributor knows: where a representative occurs among them at least `common`
    /// times, the first record of each owner in its cluster gets an equal part. A cluster's parts add up
    /// to 1 all the same. A record that is rare has one discoverer, the earliest.
    ///
    /// Whoever copies a common record gains a part of it from its owners, though never more than it is
    /// worth: set `common` so high that a copied record is worth next to nothing.
    ///
    /// - Parameters:
    ///   - occurrences: For each record, how often it occurs among the records nobody knows.
    ///   - common: From how many on it is common, at least 1.
    public func parts(
        owners: Groups, occurrences: [Int], common: Int, order: CommitmentOrder
    ) throws(ValueError) -> [Double] {
        try order.check(count)
        guard owners.members.count == count else {
            throw .shape("owners", expected: count, got: owners.members.count)
        }
        guard occurrences.count == count else {
            throw .shape("occurrences", expected: count, got: occurrences.count)
        }
        guard common >= 1 else { throw .setting("common from at least 1 occurrence on wanted") }
        var twins: [Int: [(owner: Int32, record: Int)]] = [:]
        for record in order.places {
            let representative = representatives[record]
            let owner = owners.members[record]
            let known = twins[representative, default: []]
            let mayShare = occurrences[representative] >= common
            if known.isEmpty || mayShare && !known.contains(where: { $0.owner == owner }) {
                twins[representative, default: []].append((owner, record))
            }
        }
        var parts = [Double](repeating: 0, count: count)
        for cluster in twins.values {
            for twin in cluster { parts[twin.record] = 1 / Double(cluster.count) }
        }
        return parts
    }
}

/// Sets of records that grow together, each rooted at its earliest one.
struct EarliestUnion {
    private var parents: [Int]
    private let ranks: [Int]

    init(_ order: CommitmentOrder) {
        parents = Array(order.places.indices)
        ranks = order.ranks
    }

    mutating func root(_ record: Int) -> Int {
        var root = record
        while parents[root] != root { root = parents[root] }
        var next = record
        while parents[next] != root { (parents[next], next) = (root, parents[next]) }
        return root
    }

    mutating func join(_ one: Int, _ other: Int) {
        let (a, b) = (root(one), root(other))
        guard a != b else { return }
        if ranks[a] < ranks[b] { parents[b] = a } else { parents[a] = b }
    }

    mutating func clusters() -> Clusters {
        Clusters(representatives: parents.indices.map { root($0) })
    }
}
