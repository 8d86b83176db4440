// SPDX-License-Identifier: Apache-2.0

extension CompiledQuery {
    /// What kinds of numbers it works out: some of "count", "people", "sum", "average", "spread" and
    /// "quantile".
    package var kinds: Set<String> { Set(contents.map(\.kind)) }
}

extension Content {
    fileprivate var kind: String {
        switch self {
        case .count: "count"
        case .people: "people"
        case .sum, .centredSum: "sum"
        case .average: "average"
        case .variance: "spread"
        case .quantile: "quantile"
        }
    }
}
