// SPDX-License-Identifier: Apache-2.0

/// Ranks of numbers, and how two lists of them go together.
enum Ranks {
    /// The rank correlation of two lists (Spearman 1904), from −1 to 1; equal numbers share the mean of their ranks.
    ///
    /// - Returns: 0 for fewer than two numbers, or where all of one list are equal.
    /// - Requires: as many in both. NaN is equal to nothing, itself neither.
    /// - Cost: n log n.
    static func correlation(_ first: [Double], _ second: [Double]) -> Double {
        let (first, second) = (centred(first), centred(second))
        let product = zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
        let size = zip(first, second)
            .reduce((0.0, 0.0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
        guard size.0 > 0, size.1 > 0 else { return 0 }
        return product / (size.0 * size.1).squareRoot()
    }

    /// Ranks, less their middle.
    private static func centred(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end {
                ranks[order[place]] = Double(start + end - order.count) / 2
            }
            start = end
        }
        return ranks
    }
}
