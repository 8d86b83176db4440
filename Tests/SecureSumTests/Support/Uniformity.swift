// SPDX-License-Identifier: Apache-2.0

/// How far numbers are from being evenly spread, in standard deviations.
enum Uniformity {
    /// Chi-square over the values of bytes, 255 degrees of freedom.
    static func deviation(ofBytes bytes: [UInt8]) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        let expected = Double(bytes.count) / 256
        let statistic = counts.reduce(0.0) {
            $0 + (Double($1) - expected) * (Double($1) - expected) / expected
        }
        return abs(statistic - 255) / (2 * 255.0).squareRoot()
    }

    /// Kolmogorov-Smirnov between two samples: the largest gap of the distributions, times the root
    /// of the effective number; above 1.95 once in a thousand.
    static func gap(_ one: [UInt64], _ other: [UInt64]) -> Double {
        let (one, other) = (one.sorted(), other.sorted())
        var (i, j) = (0, 0)
        var most = 0.0
        while i < one.count, j < other.count {
            let value = min(one[i], other[j])
            while i < one.count, one[i] == value { i += 1 }
            while j < other.count, other[j] == value { j += 1 }
            let gap = Double(i) / Double(one.count) - Double(j) / Double(other.count)
            most = max(most, abs(gap))
        }
        let size = Double(one.count) * Double(other.count) / Double(one.count + other.count)
        return most * size.squareRoot()
    }

    /// The area under the curve of scores that should tell the second sample from the first.
    static func area(_ low: [Double], _ high: [Double]) -> Double {
        let all = (low.map { ($0, 0.0) } + high.map { ($0, 1.0) }).sorted { $0.0 < $1.0 }
        var (rank, ranks) = (1.0, 0.0)
        var place = 0
        while place < all.count {
            var end = place
            var many = 0.0
            while end < all.count, all[end].0 == all[place].0 {
                many += all[end].1
                end += 1
            }
            let size = Double(end - place)
            ranks += many * (rank + (size - 1) / 2)
            rank += size
            place = end
        }
        let (m, n) = (Double(low.count), Double(high.count))
        return (ranks - n * (n + 1) / 2) / (m * n)
    }
}
