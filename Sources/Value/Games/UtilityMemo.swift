// SPDX-License-Identifier: Apache-2.0

/// Utilities that were worked out, each coalition's once: training a model for one is what costs.
public struct UtilityMemo: Sendable {
    private var known: [Coalition: Double] = [:]
    /// The coalitions in the order in which they were asked for.
    private(set) var coalitions: [Coalition] = []

    /// Knows nothing.
    public init() {}

    /// How many coalitions are known.
    public var count: Int { known.count }

    /// The utility of a coalition; nil when it is not known.
    public subscript(coalition: Coalition) -> Double? { known[coalition] }

    /// The utility of a coalition, asked for only when it is not known.
    ///
    /// - Throws: ``ValueError/utility(_:)`` for one that is not finite; it is not kept.
    public mutating func value(
        of coalition: Coalition, by utility: (Coalition) -> Double
    ) throws(ValueError) -> Double {
        if let value = known[coalition] { return value }
        let value = utility(coalition)
        guard value.isFinite else { throw .utility(coalition) }
        known[coalition] = value
        coalitions.append(coalition)
        return value
    }
}

/// Values of players by sampling, with what is known of their precision.
public struct SampledValues: Sendable, Hashable {
    /// The values and their standard errors.
    public let estimates: Estimates
    /// How many independent samples they are means of.
    public let samples: Int
    /// How many different coalitions are known by now.
    public let evaluations: Int

    /// An interval for each value that covers the exact one in about 95 of 100 runs: Student's t by its
    /// expansion for many degrees of freedom (Abramowitz and Stegun 26.7.5). Infinite when there were
    /// too few samples. Truncated sampling is biased, which no interval shows.
    public func intervals() -> [ClosedRange<Double>] {
        let z = 1.959_963_984_540_054
        let freedom = Double(max(1, samples - 1))
        let first = (z * z * z + z) / (4 * freedom)
        let second = (5 * z * z * z * z * z + 16 * z * z * z + 3 * z) / (96 * freedom * freedom)
        return zip(estimates.means, estimates.standardErrors).map { mean, error in
            guard error.isFinite else { return -Double.infinity...Double.infinity }
            let half = (z + first + second) * error
            return mean - half...mean + half
        }
    }
}
