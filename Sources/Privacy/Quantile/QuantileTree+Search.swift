// SPDX-License-Identifier: Apache-2.0

extension QuantileTree {
    /// The fixed point of the search: a share of one part is a count of 2^−56.
    static let whole: UInt128 = 1 << 56
    /// Children with less than 1 in so many of their parent's count are taken as empty.
    private static let negligible: UInt128 = 200

    /// Reads a quantile off noisy counters: any number of them at no further cost.
    ///
    /// The search of Google's paper: from the root down, into the child where the running sum of the
    /// children passes the wanted share of their total, which then is taken within that child.
    /// Negative counters are zero, and children below 0.005 of their total are skipped, else noise
    /// on empty parts would pull. A node without counts answers with its own middle part. Integers
    /// throughout, each step rounded down, so the answer is monotone in the level: a higher quantile
    /// is never a lower value.
    /// - Requires: ``nodes`` counters with noise on them. Counters without noise are private.
    /// - Returns: a value within ``bounds``; the lower bound for a wrong number of counters.
    /// - Cost: `height · branching` steps.
    public func quantile(_ level: QuantileLevel, of counters: [Int64]) -> Int64 {
        let share = UInt128(level.numerator) * Self.whole / UInt128(level.denominator)
        return search(share, of: counters).value
    }

    /// What a search found, and the steps it took.
    struct Found {
        /// The value.
        var value: Int64
        /// At each level, how many children were passed, the entered one included, the wanted share
        /// there, and the total of the children.
        var steps: [(passed: Int, share: UInt128, total: UInt128)] = []
    }

    /// Searches for a share of ``whole``.
    func search(_ share: UInt128, of counters: [Int64]) -> Found {
        guard counters.count == nodes else { return Found(value: bounds.lowerBound) }
        var share = min(share, Self.whole)
        var (part, level) = (0, 0)
        var found = Found(value: bounds.lowerBound)
        while level < height {
            let first = firstChild(level: level, part: part)
            let children = counted(counters[first..<first + branching])
            let total = children.reduce(0, +)
            guard total > 0 else { break }
            // The total is at most 2^8 · 2^63, and share 2^56: the product fits 127 bits.
            let target = share * total
            var before: UInt128 = 0
            var entered = 0
            for (place, count) in children.enumerated() where count > 0 {
                entered = place
                if (before + count) * Self.whole >= target { break }
                before += count
            }
            found.steps.append((entered + 1, share, total))
            let start = before * Self.whole
            share = target <= start ? 0 : min(Self.whole, (target - start) / children[entered])
            part = part * branching + entered
            level += 1
        }
        let values = values(level: level, part: part)
        // Within the part, evenly: the width is below 2^64.
        let width = UInt64(bitPattern: values.upperBound &- values.lowerBound)
        let inside = (UInt128(width) * share) >> 56
        found.value = values.lowerBound &+ Int64(truncatingIfNeeded: inside)
        return found
    }

    /// The children's counts, without the negative and the negligible.
    private func counted(_ children: ArraySlice<Int64>) -> [UInt128] {
        let counts = children.map { UInt128(max(0, $0)) }
        let total = counts.reduce(0, +)
        return counts.map { $0 * Self.negligible < total ? 0 : $0 }
    }
}
