// SPDX-License-Identifier: Apache-2.0

/// Seeded dice for data and noise of tests: SplitMix64.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A normal number, as a sum of twelve uniform ones.
    mutating func roughNormal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + unit() } }
}

/// Rows to learn from.
struct Sample {
    var columns: [[Double]]
    var labels: [Double]

    /// Features of normal numbers, of which the first two decide, with a step and a wave; every
    /// `gap`th value is missing.
    static func made(rows: Int, features: Int, seed: UInt64, gap: Int? = nil) -> Sample {
        var dice = Dice(seed)
        var columns = [[Double]](repeating: [], count: features)
        var labels: [Double] = []
        for row in 0..<rows {
            for feature in 0..<features { columns[feature].append(dice.roughNormal()) }
            let (a, b) = (columns[0][row], columns[features > 1 ? 1 : 0][row])
            let tendency = (a > 0.3 ? 1.5 : -0.5) + a * b + 0.5 * dice.roughNormal()
            labels.append(tendency > 0 ? 1 : 0)
            if let gap {
                for feature in 0..<features where (row * 7 + feature * 3) % gap == 0 {
                    columns[feature][row] = .nan
                }
            }
        }
        return Sample(columns: columns, labels: labels)
    }
}

/// How often a row of label 1 has the higher output than one of label 0; ties count half.
func areaUnderCurve(_ outputs: [Double], _ labels: [Double]) -> Double {
    let order = outputs.indices.sorted { outputs[$0] < outputs[$1] }
    var (rankSum, place) = (0.0, 0)
    while place < order.count {
        var end = place
        while end < order.count, outputs[order[end]] == outputs[order[place]] { end += 1 }
        let rank = Double(place + end + 1) / 2
        for row in order[place..<end] where labels[row] == 1 { rankSum += rank }
        place = end
    }
    let ones = labels.reduce(0, +)
    return (rankSum - ones * (ones + 1) / 2) / (ones * (Double(labels.count) - ones))
}

/// How often the sign of the output tells the label.
func accuracy(_ outputs: [Double], _ labels: [Double]) -> Double {
    let right = zip(outputs, labels).count { ($0 > 0 ? 1 : 0) == $1 }
    return Double(right) / Double(labels.count)
}
