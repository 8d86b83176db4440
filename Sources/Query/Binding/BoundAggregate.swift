// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// An aggregate whose value is bound: what is asked, whatever it is made of.
enum BoundAggregate: Hashable {
    case rows(having: Scalar?)
    case people
    case sum(Bounded)
    case average(Bounded)
    case variance(Bounded)
    case deviation(Bounded)
    case quantile(Bounded, QuantileLevel)

    /// A number with public bounds.
    struct Bounded: Hashable {
        let scalar: Scalar
        let bounds: ClosedRange<Int64>
        let meaning: Meaning
    }

    /// What its Int64s mean.
    enum Meaning: Hashable {
        case number(scale: Int)
        case date
        case timestamp
    }

    /// The value whose rows have to be counted for it.
    var counted: Scalar? {
        switch self {
        case .rows(let having): having
        case .average(let value), .variance(let value), .deviation(let value): value.scalar
        case .people, .sum, .quantile: nil
        }
    }
}

/// What a shown aggregate is made of, by the places of numbers in a study's blocks.
enum Content: Hashable, Sendable {
    /// How many rows.
    enum Count: Hashable, Sendable {
        case statistic(Int)
        /// All rows less those without a value.
        case present(all: Int, missing: Int)
    }

    case count(Count)
    case people
    case sum(statistic: Int, scale: Int, unit: Int64)
    case centredSum(sum: Int, count: Count, scale: Int, bounds: ClosedRange<Int64>)
    case average(sum: Int, count: Count, scale: Int, bounds: ClosedRange<Int64>)
    case variance(
        sum: Int, square: Int, count: Count, scale: Int, bounds: ClosedRange<Int64>,
        isDeviation: Bool)
    case quantile(tree: Int, level: QuantileLevel, meaning: Int)
}
