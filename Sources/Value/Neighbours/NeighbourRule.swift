// SPDX-License-Identifier: Apache-2.0

/// The Shapley values of a game in which the K nearest records decide, from their order alone.
///
/// All sorted variants are one recursion. With records in the order 1 (nearest) to N, worth v₁…v_N,
/// and coefficients c₁…c_N,
///
///     s_N = v_N · c_N + B,   s_i = s_{i+1} + (v_i - v_{i+1}) · c_i.
///
/// Among equal distances the expected value over a uniformly drawn order is taken: for a tie at the
/// places a…b of n records, with R what the farther ones bring, c̄ the mean of c_a…c_b and Σ the worth
/// of the others in the tie,
///
///     s = R + v · c̄ + Σ / (n - 1) · (c_b - c̄),   then R += mean v · (c_b - c_{a-1}).
///
/// It is the exact Shapley value of the game with ties broken at random, since the recursion is linear
/// in v. It depends on no order of the rows, to the last bit.
struct NeighbourRule: Sendable {
    /// c₁…c_N, with c₀ = 0 in front.
    let coefficients: [Double]
    /// The sums c₁ + … + c_i.
    private let prefixes: [Double]
    /// What is added to all: constant + slope · Σ v.
    private let constant: Double
    private let slope: Double
    /// Whether ties are averaged; else the row that comes first counts as nearer.
    private let averagesTies: Bool

    private init(
        _ coefficients: [Double], constant: Double = 0, slope: Double = 0, averagesTies: Bool
    ) {
        self.coefficients = coefficients
        var (prefixes, sum) = ([0.0], 0.0)
        prefixes.reserveCapacity(coefficients.count)
        for coefficient in coefficients.dropFirst() {
            sum += coefficient
            prefixes.append(sum)
        }
        self.prefixes = prefixes
        (self.constant, self.slope) = (constant, slope)
        self.averagesTies = averagesTies
    }

    /// U(S) = (1/K) Σ v over the min(K, |S|) nearest, U(∅) = 0: c_i = 1/max(K, i).
    ///
    /// Jia et al., "Efficient task-specific data valuation for nearest neighbor algorithms",
    /// VLDB 12(11), 2019, for any additive worth. The last coefficient is 1/max(K, N), not 1/N.
    static func additive(rows: Int, k: Int, averagesTies: Bool) -> NeighbourRule {
        let coefficients = (0..<rows).map { row -> Double in 1 / Double(max(k, row + 1)) }
        return NeighbourRule([0] + coefficients, averagesTies: averagesTies)
    }

    /// U(S) = the mean of v over the min(K, |S|) nearest, U(∅) = 1/C.
    ///
    /// Wang and Jia, "A note on 'Efficient task-specific data valuation for nearest neighbor
    /// algorithms'", 2023 (arXiv:2304.04258), with K capped at N:
    ///
    ///     c_i = (H_K + (min(i, K) (N - 1) / i - K) / K) / (N - 1),
    ///     B = -Σ v · (H_K - 1) / (N (N - 1)) - 1 / (C N).
    static func softLabel(rows: Int, k: Int, classes: Int) -> NeighbourRule {
        let baseline = 1 / Double(classes)
        guard rows > 1 else {
            return NeighbourRule([0, 1], constant: -baseline, averagesTies: true)
        }
        let k = min(k, rows)
        let (n, wide) = (Double(rows), Double(k))
        let harmonic = Harmonic.number(k)
        let coefficients = (1...rows).map { place in
            let near = Double(min(place, k)) * (n - 1) / Double(place) - wide
            return (harmonic + near / wide) / (n - 1)
        }
        return NeighbourRule(
            [0] + coefficients, constant: -baseline / n, slope: -(harmonic - 1) / (n * (n - 1)),
            averagesTies: true)
    }

    /// Replaces the worth of each row, from 0 to 1, by its value.
    ///
    /// - Cost: one pass from far to near.
    func apply(
        _ order: DistanceOrder, _ distances: UnsafePointer<Double>,
        to slots: UnsafeMutablePointer<Double>
    ) {
        let rows = order.items.count
        order.items.withUnsafeBufferPointer { items in
            coefficients.withUnsafeBufferPointer { coefficients in
                guard let items = items.baseAddress, let c = coefficients.baseAddress else {
                    return
                }
                var rest = constant + (slope == 0 ? 0 : slope * total(slots, rows))
                var last = rows
                while last > 0 {
                    let item = items[last &- 1]
                    let row = Int(truncatingIfNeeded: item & 0xffff_ffff)
                    var first = last
                    if averagesTies {
                        // Equal distances have equal codes, which are at hand.
                        while first > 1, items[first &- 2] &>> 32 == item &>> 32,
                            distances[Int(truncatingIfNeeded: items[first &- 2] & 0xffff_ffff)]
                                == distances[row]
                        { first &-= 1 }
                    }
                    if first == last {
                        let worth = slots[row]
                        slots[row] = rest + worth * c[last]
                        rest += worth * (c[last] - c[last &- 1])
                    } else {
                        rest = share(
                            items + (first - 1), from: first, to: last, rest: rest, slots)
                    }
                    last = first &- 1
                }
            }
        }
    }

    /// A tie at the places first…last; gives the new R.
    private func share(
        _ items: UnsafePointer<UInt64>, from first: Int, to last: Int, rest: Double,
        _ slots: UnsafeMutablePointer<Double>
    ) -> Double {
        let count = last - first + 1
        let unit = Unit(count)
        var units: Int64 = 0
        for place in 0..<count { units &+= unit.of(slots[row(items[place])]) }
        let mean = (prefixes[last] - prefixes[first - 1]) / Double(count)
        let spread = (coefficients[last] - mean) / Double(count - 1)
        for place in 0..<count {
            let row = row(items[place])
            let worth = slots[row]
            slots[row] = rest + worth * mean + unit.sum(units &- unit.of(worth)) * spread
        }
        let step = coefficients[last] - coefficients[first - 1]
        return rest + unit.sum(units) / Double(count) * step
    }

    @inline(__always)
    private func row(_ item: UInt64) -> Int { Int(truncatingIfNeeded: item & 0xffff_ffff) }

    /// Σ v.
    private func total(_ slots: UnsafeMutablePointer<Double>, _ rows: Int) -> Double {
        let unit = Unit(rows)
        var units: Int64 = 0
        for row in 0..<rows { units &+= unit.of(slots[row]) }
        return unit.sum(units)
    }

    /// So small a unit that the worth of so many records, each from 0 to 1, adds up in 64 bits: in
    /// units sums do not depend on their order. It is 2^-60 for two records, 2^-52 for a thousand.
    private struct Unit {
        let scale: Double
        let size: Double

        init(_ records: Int) {
            let bits = Int.bitWidth - records.leadingZeroBitCount
            scale = Double(sign: .plus, exponent: 62 - bits, significand: 1)
            size = 1 / scale
        }

        @inline(__always)
        func of(_ worth: Double) -> Int64 { Int64(worth * scale) }

        @inline(__always)
        func sum(_ units: Int64) -> Double { Double(units) * size }
    }
}

/// 1 + 1/2 + … + 1/n, added up in this order.
enum Harmonic {
    /// H_n; H₀ is 0.
    static func number(_ n: Int) -> Double { numbers(upTo: n)[n] }

    /// H₀…H_n.
    static func numbers(upTo n: Int) -> [Double] {
        var (numbers, sum) = ([0.0], 0.0)
        numbers.reserveCapacity(n + 1)
        for place in 0..<n {
            sum += 1 / Double(place + 1)
            numbers.append(sum)
        }
        return numbers
    }
}
