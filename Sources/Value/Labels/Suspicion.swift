// SPDX-License-Identifier: Apache-2.0

/// Several scores of the same records made one, for finding the worst.
///
/// Each score says how good a record is on a scale of its own; what is averaged is the rank it gives.
public enum Suspicion {
    /// The mean rank of each record over the scores, from 0 for the worst to 1 for the best. Equal
    /// scores have their mean rank.
    ///
    /// ``SelfAgreement`` with ``NeighbourUtility/threshold(radiusSquared:)`` values is a good pair: one
    /// needs no test records, the other sees what misleads on them.
    ///
    /// - Throws: ``ValueError`` for no scores, scores of different lengths, or one that is no number.
    /// - Cost: a sort for each score.
    public static func ranks(of scores: [[Double]]) throws(ValueError) -> [Double] {
        guard let first = scores.first else { throw .empty("scores") }
        var sums = [Double](repeating: 0, count: first.count)
        for (row, score) in scores.enumerated() {
            guard score.count == first.count else {
                throw .shape("scores", expected: first.count, got: score.count)
            }
            if let bad = score.firstIndex(where: \.isNaN) {
                throw .number("scores", row: row, column: bad)
            }
            for (place, rank) in ranks(score).enumerated() { sums[place] += rank }
        }
        let scale = Double(scores.count) * Double(max(1, first.count - 1))
        return sums.map { $0 / scale }
    }

    /// The records of the lowest scores: a share of all, rounded down; of equal ones those that come
    /// first.
    public static func worst(_ share: Double, by score: [Double]) -> [Int] {
        precondition((0...1).contains(share), "a share from 0 to 1")
        let order = score.indices.sorted {
            score[$0] == score[$1] ? $0 < $1 : score[$0] < score[$1]
        }
        return Array(order.prefix(Int(share * Double(score.count))))
    }

    private static func ranks(_ score: [Double]) -> [Double] {
        let order = score.indices.sorted { score[$0] < score[$1] }
        var ranks = [Double](repeating: 0, count: score.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, score[order[end]] == score[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
            start = end
        }
        return ranks
    }
}
