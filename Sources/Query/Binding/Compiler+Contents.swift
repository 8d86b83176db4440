// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Vault

/// What the aggregates asked for are made of: as few numbers as will do, since each needs noise.
extension Compiler {
    /// Binds an aggregate.
    mutating func bound(
        _ aggregate: Aggregate, at position: Position
    ) throws(QueryError) -> BoundAggregate {
        switch aggregate {
        case .countRows: return .rows(having: nil)
        case .countContributors: return .people
        case .countValues(let value):
            let typed = try binder.bind(value)
            if case .text(let column) = typed.type { return .rows(having: .column(column)) }
            return .rows(having: typed.scalar)
        case .sum(let value): return .sum(try bounded(value, in: "SUM"))
        case .average(let value): return .average(try bounded(value, in: "AVG"))
        case .variance(let value): return .variance(try bounded(value, in: "VAR"))
        case .deviation(let value): return .deviation(try bounded(value, in: "STDDEV"))
        case .quantile(let value, let part):
            guard let exact = ExactDecimal(part), let level = QuantileLevel(exact) else {
                throw QueryError(
                    "\(part) is too fine a part", at: position,
                    remedy: "give a number between 0 and 1 with at most six digits")
            }
            return .quantile(try ordered(value, in: "QUANTILE"), level)
        case .least(let value) where isOwn:
            return .quantile(try ordered(value, in: "MIN"), .least)
        case .greatest(let value) where isOwn:
            return .quantile(try ordered(value, in: "MAX"), .greatest)
        case .least, .greatest:
            let (part, other) =
                if case .least = aggregate { ("0.01", "MIN") } else { ("0.99", "MAX") }
            throw QueryError(
                "\(other) shows one person's value", at: position,
                remedy: "ask for QUANTILE(x, \(part)), or count what lies beyond a bound")
        case .histogram:
            throw QueryError(
                "HISTOGRAM stands by itself", at: position,
                remedy: "write SELECT HISTOGRAM(x, 20) FROM …, or GROUP BY BUCKET(x, 20)")
        }
    }

    private mutating func bounded(
        _ expression: Expression, in function: String
    ) throws(QueryError) -> BoundAggregate.Bounded {
        let (scalar, scale, bounds) = try binder.number(expression, in: function)
        return .init(
            scalar: scalar, bounds: try checked(bounds, of: expression, in: function),
            meaning: .number(scale: scale))
    }

    /// A value that has an order and public bounds.
    private mutating func ordered(
        _ expression: Expression, in function: String
    ) throws(QueryError) -> BoundAggregate.Bounded {
        let typed = try binder.bind(expression)
        let meaning: BoundAggregate.Meaning
        var bounds: ClosedRange<Int64>?
        switch typed.type {
        case .number(let scale, let known): (meaning, bounds) = (.number(scale: scale), known)
        case .date, .timestamp:
            meaning = typed.type == .date ? .date : .timestamp
            if case .clip(_, let known) = typed.scalar { bounds = known }
            let days: ClosedRange<Int64> = 0...36_524
            let times: ClosedRange<Int64> = 0...3_155_760_000_000_000
            bounds = bounds ?? (meaning == .date ? days : times)
        default:
            throw QueryError(
                "\(function) of \(typed.type.word)", at: expression.position,
                remedy: "use a number, a date or a time")
        }
        return .init(
            scalar: typed.scalar, bounds: try checked(bounds, of: expression, in: function),
            meaning: meaning)
    }

    private func checked(
        _ bounds: ClosedRange<Int64>?, of expression: Expression, in function: String
    ) throws(QueryError) -> ClosedRange<Int64> {
        if isOwn { return bounds ?? -Int64.max...Int64.max }
        guard let bounds else {
            throw QueryError(
                "nothing public bounds this value", at: expression.position,
                remedy: "give bounds: \(function)(CLIP(x, lowest, highest))")
        }
        let widest = Statistic.widest
        guard widest.contains(bounds.lowerBound), widest.contains(bounds.upperBound) else {
            throw QueryError(
                "the public bounds of this value are too wide", at: expression.position,
                remedy: "give narrower ones: \(function)(CLIP(x, lowest, highest))")
        }
        return bounds
    }

    /// Finds the numbers that every aggregate is made of.
    ///
    /// Where all rows are counted, or the rows of several values, rows without a value are counted
    /// instead of those with one: a row then adds to either that count or the sums, not to both, and
    /// moves the vector less. A sum whose average is shown too follows from the average's numbers.
    mutating func contents() throws(QueryError) -> [Content] {
        let counted = Set(aggregates.compactMap(\.counted))
        let countsAll = aggregates.contains(.rows(having: nil)) || counted.count > 1
        let averaged = Set(
            aggregates.compactMap { aggregate -> Scalar? in
                switch aggregate {
                case .average(let value), .variance(let value), .deviation(let value): value.scalar
                default: nil
                }
            })
        // Once to find the numbers, then in an order of their own: what is shown first does not make
        // another question.
        _ = try contents(countsAll, averaged)
        statistics.sort { $0.canonical < $1.canonical }
        let order = trees.indices.sorted { trees[$0].value.canonical < trees[$1].value.canonical }
        trees = order.map { trees[$0] }
        meanings = order.map { meanings[$0] }
        return try contents(countsAll, averaged)
    }

    private mutating func contents(
        _ countsAll: Bool, _ averaged: Set<Scalar>
    ) throws(QueryError) -> [Content] {
        var contents: [Content] = []
        for (place, aggregate) in aggregates.enumerated() {
            contents.append(
                try content(of: aggregate, countsAll, averaged, at: positions[place]))
        }
        return contents
    }

    private mutating func content(
        of aggregate: BoundAggregate, _ countsAll: Bool, _ averaged: Set<Scalar>,
        at position: Position
    ) throws(QueryError) -> Content {
        switch aggregate {
        case .people: return .people
        case .rows(nil): return .count(.statistic(place(of: .rows(having: nil))))
        case .rows(let value?): return .count(count(of: value, countsAll))
        case .sum(let value) where !averaged.contains(value.scalar):
            let statistic = Statistic.sum(value.scalar, value.bounds)
            return .sum(
                statistic: place(of: statistic), scale: value.meaning.scale, unit: statistic.unit)
        case .sum(let value):
            return .centredSum(
                sum: place(of: .centredSum(value.scalar, value.bounds)),
                count: count(of: value.scalar, countsAll), scale: value.meaning.scale,
                bounds: value.bounds)
        case .average(let value):
            return .average(
                sum: place(of: .centredSum(value.scalar, value.bounds)),
                count: count(of: value.scalar, countsAll), scale: value.meaning.scale,
                bounds: value.bounds)
        case .variance(let value), .deviation(let value):
            let isDeviation = if case .deviation = aggregate { true } else { false }
            return .variance(
                sum: place(of: .centredSum(value.scalar, value.bounds)),
                square: place(of: .square(value.scalar, value.bounds)),
                count: count(of: value.scalar, countsAll), scale: value.meaning.scale,
                bounds: value.bounds, isDeviation: isDeviation)
        case .quantile(let value, let level):
            let tree = try tree(of: value, at: position)
            return .quantile(tree: tree, level: level, meaning: tree)
        }
    }

    private mutating func count(of value: Scalar, _ countsAll: Bool) -> Content.Count {
        guard countsAll else { return .statistic(place(of: .rows(having: value))) }
        return .present(
            all: place(of: .rows(having: nil)), missing: place(of: .missing(value)))
    }

    private mutating func place(of statistic: Statistic) -> Int {
        if let place = statistics.firstIndex(of: statistic) { return place }
        statistics.append(statistic)
        return statistics.count - 1
    }

    /// The most counters of all trees of a question: groups times nodes.
    static let mostNodes = 1 << 18

    private mutating func tree(
        of value: BoundAggregate.Bounded, at position: Position
    ) throws(QueryError) -> Int {
        let groups = grouping.dimensions.reduce(1) { min($0 * ($1.codes ?? 1), 1 << 30) }
        guard !grouping.isFound else {
            throw QueryError(
                "quantiles are offered for published groups only", at: position,
                remedy: "group by published categories, or by BUCKET(x, 20)")
        }
        // As fine as there is room for, and as so many rows can tell apart: 65,536, 4,096 or 256 parts of
        // the bounds. Every level takes noise.
        let rows = pool.people * min(pool.rowsPerPerson, Compiler.statedRows)
        let finest = rows >= 1 << 22 ? 4 : rows >= 1 << 16 ? 3 : 2
        for height in [4, 3, 2] where height <= finest {
            guard
                let tree = try? QuantileTree(bounds: value.bounds, branching: 16, height: height),
                tree.nodes * groups <= Compiler.mostNodes / (height == 4 ? 2 : 1)
            else { continue }
            let wanted = AggregateStep.Tree(value: value.scalar, tree: tree)
            if let place = trees.firstIndex(of: wanted) { return place }
            trees.append(wanted)
            meanings.append(value.meaning)
            let nodes = trees.reduce(0) { $0 + $1.tree.nodes * groups }
            guard nodes <= 2 * Compiler.mostNodes else { break }
            return trees.count - 1
        }
        throw QueryError(
            "quantiles of so many groups and values take too many counters", at: position,
            remedy: "group by fewer values, or ask for fewer quantiles at once")
    }
}

extension BoundAggregate.Meaning {
    /// How many digits stand behind the point.
    var scale: Int { if case .number(let scale) = self { scale } else { 0 } }
}
