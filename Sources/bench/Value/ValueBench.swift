// SPDX-License-Identifier: Apache-2.0
internal import Value

/// What records are worth, measured: prints lines of JSON.
///
///     bench value digits FILE | scale [ROWS [TESTS]] | clusters [ROWS] | division [CLAIMS]
enum ValueBench {
    /// - Returns: nil for words that name no measurement.
    static func measure(_ words: [String]) throws -> Void? {
        func number(_ place: Int, _ otherwise: Int) -> Int {
            words.count > place ? Int(words[place]) ?? otherwise : otherwise
        }
        switch words.first {
        case "digits" where words.count == 2: return try NeighbourBench.digits(words[1])
        case "scale":
            return try NeighbourBench.scale(rows: number(1, 100_000), tests: number(2, 1000))
        case "clusters": return try ClusterBench.measure(rows: number(1, 100_000))
        case "division": return try DivisionBench.measure(claims: number(1, 1_000_000))
        default: return nil
        }
    }
}
