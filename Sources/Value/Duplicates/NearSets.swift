// SPDX-License-Identifier: Apache-2.0

/// Sets of tokens, such as the words of a text, that have nearly the same members as an earlier one.
///
/// MinHash with banding (Broder 1997): 64 minima in 16 bands of 4; sets that agree in a band are compared
/// in full, so no two sets fall together by chance. Of sets whose Jaccard similarity is 0.8 one pair in
/// some 5,000 is missed, at 0.9 one in 10^7.
public struct NearSets: Sendable, Hashable {
    /// The Jaccard similarity, |A ∩ B| / |A ∪ B|, from which on sets are copies.
    public let similarity: Double
    private static let bands = 16
    private static let rows = 4

    /// Takes the least similarity, above 0.5 and at most 1.
    ///
    /// - Throws: ``ValueError/setting(_:)`` for another one: too many pairs would be missed.
    public init(similarity: Double) throws(ValueError) {
        guard similarity > 0.5, similarity <= 1 else {
            throw .setting("a similarity above 0.5 and at most 1 wanted")
        }
        self.similarity = similarity
    }

    /// Finds clusters, each record joining the earliest similar representative.
    ///
    /// - Parameters:
    ///   - sets: Each record's tokens, as keyed 64-bit hashes; repeated ones count once. Empty sets are
    ///     nobody's copies.
    ///   - seed: Whatever nobody knows before commitments are closed.
    /// - Throws: ``ValueError/shape(_:expected:got:)`` for another number of commitments.
    /// - Cost: 64 mixes for each token, and a comparison for each candidate.
    public func clusters(
        of sets: [[UInt64]], order: CommitmentOrder, seed: UInt64
    ) throws(ValueError) -> Clusters {
        try order.check(sets.count)
        let sets = sets.map { Set($0) }
        var buckets: [Band: [Int]] = [:]
        var representatives = Array(sets.indices)
        for record in order.places where !sets[record].isEmpty {
            let bands = Self.bands(of: sets[record], seed: seed)
            var candidates = Set<Int>()
            for band in bands { candidates.formUnion(buckets[band] ?? []) }
            let earliest = candidates.sorted { order.ranks[$0] < order.ranks[$1] }
                .first { isSimilar(sets[record], sets[$0]) }
            if let earliest {
                representatives[record] = earliest
            } else {
                for band in bands { buckets[band, default: []].append(record) }
            }
        }
        return Clusters(representatives: representatives)
    }

    private struct Band: Hashable {
        let number: Int
        let minima: SIMD4<UInt64>
    }

    private static func bands(of set: Set<UInt64>, seed: UInt64) -> [Band] {
        (0..<bands).map { number in
            var minima = SIMD4<UInt64>(repeating: .max)
            for row in 0..<rows {
                let salt = mixed(seed &+ UInt64(number * rows + row))
                var least = UInt64.max
                for token in set { least = min(least, mixed(token ^ salt)) }
                minima[row] = least
            }
            return Band(number: number, minima: minima)
        }
    }

    private func isSimilar(_ one: Set<UInt64>, _ other: Set<UInt64>) -> Bool {
        let (small, large) = one.count < other.count ? (one, other) : (other, one)
        guard Double(small.count) >= similarity * Double(large.count) else { return false }
        let common = small.count { large.contains($0) }
        return Double(common) >= similarity * Double(one.count + other.count - common)
    }

    /// A bijection of 64 bits without visible order (SplitMix64's finish).
    private static func mixed(_ word: UInt64) -> UInt64 {
        var mixed = word &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
