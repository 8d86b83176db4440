// SPDX-License-Identifier: Apache-2.0

/// An expression as written.
indirect enum Expression: Hashable {
    case column(String, Position)
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
    case choice([Arm], otherwise: Expression?, Position)
    case call(String, [Expression], Position)

    /// WHEN condition THEN value.
    struct Arm: Hashable {
        let condition: Expression
        let value: Expression
    }

    var position: Position {
        switch self {
        case .column(_, let position), .number(_, let position), .text(_, let position),
            .boolean(_, let position), .null(let position), .negative(_, let position),
            .not(_, let position), .all(_, let position), .any(_, let position),
            .binary(_, _, _, let position), .between(_, _, _, let position),
            .isIn(_, _, let position), .isNull(_, let position), .choice(_, _, let position),
            .call(_, _, let position):
            position
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
}

/// One item of a SELECT.
struct SelectItem: Hashable {
    enum Content: Hashable {
        case column(String)
        case aggregate(Aggregate)
    }
    let content: Content
    /// The name of the result column.
    let name: String
    let position: Position
}

/// A query as written.
struct Statement {
    struct Order {
        let name: String
        let descending: Bool
        let position: Position
    }
    var items: [SelectItem] = []
    var source = ""
    var table: String?
    var sourcePosition = Position(line: 1, column: 1)
    var filter: Expression?
    var groups: [(name: String, position: Position)] = []
    var orders: [Order] = []
    var limit: Int?
    var epsilon: String?
    var delta: String?
    var rows: String?
    var privacyPosition = Position(line: 1, column: 1)
}
