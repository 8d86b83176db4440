// SPDX-License-Identifier: Apache-2.0

/// How large a cohort is, as others than its members may know it: a band, never the count.
public enum CohortBand: String, CaseIterable, Sendable {
    /// Fewer than 20 people.
    case under20 = "under 20"
    /// 20 to 99 people.
    case from20 = "20+"
    /// 100 to 499 people.
    case from100 = "100+"
    /// 500 to 1,999 people.
    case from500 = "500+"
    /// 2,000 to 9,999 people.
    case from2000 = "2,000+"
    /// 10,000 to 99,999 people.
    case from10000 = "10,000+"
    /// 100,000 people or more.
    case from100000 = "100,000+"

    /// The band of a count.
    public init(count: Int) {
        self = CohortBand.allCases.last { $0.least <= count } ?? .under20
    }

    /// The fewest people that the band stands for.
    public var least: Int {
        switch self {
        case .under20: 0
        case .from20: 20
        case .from100: 100
        case .from500: 500
        case .from2000: 2000
        case .from10000: 10_000
        case .from100000: 100_000
        }
    }
}
