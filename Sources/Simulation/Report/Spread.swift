// SPDX-License-Identifier: Apache-2.0

/// How unevenly amounts are spread over people.
package enum Spread {
    /// The Gini coefficient: 0 where all have the same, near 1 where one has all; 0 for nobody and nothing.
    ///
    /// Σ (2i − n − 1) xᵢ / (n Σ xᵢ) over amounts in rising order: half the mean difference of any two, by their
    /// mean. Sums are exact.
    ///
    /// - Requires: amounts of 0 or more.
    package static func gini(_ amounts: [Int64]) -> Double {
        let sorted = amounts.sorted()
        let count = Int128(sorted.count)
        var (total, weighted): (Int128, Int128) = (0, 0)
        for (place, amount) in sorted.enumerated() {
            total += Int128(amount)
            weighted += (2 * Int128(place + 1) - count - 1) * Int128(amount)
        }
        guard total > 0 else { return 0 }
        return Double(weighted) / (Double(count) * Double(total))
    }

    /// The middle amount, of two the mean rounded down; 0 for none.
    package static func median(_ amounts: [Int64]) -> Int64 {
        let sorted = amounts.sorted()
        guard let last = sorted.last else { return 0 }
        let middle = sorted.count / 2
        guard sorted.count.isMultiple(of: 2) else { return sorted[middle] }
        return sorted.count == 1 ? last : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The mean, rounded down; 0 for none.
    package static func mean(_ amounts: [Int64]) -> Int64 {
        amounts.isEmpty ? 0 : amounts.reduce(0, +) / Int64(amounts.count)
    }

    /// The Lorenz curve: for each part of people, from those who have least, the part of all that they have.
    static func lorenz(_ amounts: [Int64]) -> [(people: Double, part: Double)] {
        let sorted = amounts.sorted()
        let total = Double(sorted.reduce(0, +))
        guard total > 0 else { return [] }
        var (points, sum): ([(people: Double, part: Double)], Int64) = ([(0, 0)], 0)
        for (place, amount) in sorted.enumerated() {
            sum += amount
            points.append((Double(place + 1) / Double(sorted.count), Double(sum) / total))
        }
        return points
    }
}
