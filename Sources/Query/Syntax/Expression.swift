// SPDX-License-Identifier: Apache-2.0

/// An expression as written.
indirect enum Expression: Hashable {
    /// A column, perhaps with the table or alias before the point.
    case column(of: String?, String, Position)
    case number(String, Position)
    case text(String, Position)
    case boolean(Bool, Position)
    case null(Position)
    case negative(Expression, Position)
    case not(Expression, Position)
    case all([Expression], Position)
    case any([Expression], Position)
    case binary(String, Expression, Expression, Position)
    case between(Expression, Expression, Expression, Position)
    case isIn(Expression, [Expression], Position)
    case isNull(Expression, Position)
    case like(Expression, String, Position)
    case choice([Arm], otherwise: Expression?, Position)
    case call(String, [Expression], Position)
    case aggregate(Aggregate, Position)

    /// WHEN condition THEN value.
    struct Arm: Hashable {
        let condition: Expression
        let value: Expression
    }

    var position: Position {
        switch self {
        case .column(_, _, let position), .number(_, let position), .text(_, let position),
            .boolean(_, let position), .null(let position), .negative(_, let position),
            .not(_, let position), .all(_, let position), .any(_, let position),
            .binary(_, _, _, let position), .between(_, _, _, let position),
            .isIn(_, _, let position), .isNull(_, let position), .like(_, _, let position),
            .choice(_, _, let position), .call(_, _, let position), .aggregate(_, let position):
            position
        }
    }

    /// Whether something is counted or added up in it.
    var hasAggregate: Bool {
        switch self {
        case .aggregate: true
        case .column, .number, .text, .boolean, .null: false
        case .negative(let inner, _), .not(let inner, _), .isNull(let inner, _),
            .like(let inner, _, _):
            inner.hasAggregate
        case .all(let parts, _), .any(let parts, _), .call(_, let parts, _):
            parts.contains(where: \.hasAggregate)
        case .binary(_, let left, let right, _): left.hasAggregate || right.hasAggregate
        case .between(let value, let low, let high, _):
            value.hasAggregate || low.hasAggregate || high.hasAggregate
        case .isIn(let value, let members, _):
            value.hasAggregate || members.contains(where: \.hasAggregate)
        case .choice(let arms, let otherwise, _):
            otherwise?.hasAggregate ?? false
                || arms.contains { $0.condition.hasAggregate || $0.value.hasAggregate }
        }
    }
}

/// An aggregate as written.
enum Aggregate: Hashable {
    case countRows
    case countValues(Expression)
    case countContributors
    case sum(Expression)
    case average(Expression)
    case variance(Expression)
    case deviation(Expression)
    /// The value below which a part of the rows lies; the part as written.
    case quantile(Expression, String)
    /// Counts in so many bins of equal width between the public bounds.
    case histogram(Expression, bins: Int)
    /// Inside one contributor only.
    case least(Expression)
    case greatest(Expression)

    /// The name in SQL.
    var name: String {
        switch self {
        case .countRows, .countValues, .countContributors: "COUNT"
        case .sum: "SUM"
        case .average: "AVG"
        case .variance: "VAR"
        case .deviation: "STDDEV"
        case .quantile: "QUANTILE"
        case .histogram: "HISTOGRAM"
        case .least: "MIN"
        case .greatest: "MAX"
        }
    }
}
