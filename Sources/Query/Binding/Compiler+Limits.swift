// SPDX-License-Identifier: Apache-2.0

/// What one question may cost the node, whatever it pays: decided from the text and the published
/// schema alone.
///
/// The parser bounds the text, its words and how deep they nest; these bound what they stand for.
extension Compiler {
    /// The most groups that a query may have.
    static let mostGroups = 10_000
    /// The most numbers that are released: statistics times groups. Each takes room in every
    /// thread, work for every contributor, and noise.
    static let mostNumbers = 20_000
    /// The most values of an answer: columns times groups.
    static let mostCells = 100_000
    /// The most operations for one row, as ``Program/work`` counts them: about a microsecond.
    static let mostWork = 1000
    /// The most columns of ORDER BY.
    static let mostOrders = 16

    /// Refuses an answer that is too large, at the first aggregate that makes it so.
    func checkWidth(columns: Int) throws(QueryError) {
        let (dimensions, isFound) = grouping
        let groups = dimensions.reduce(1) { min($0 * ($1.codes ?? 1), Compiler.mostGroups + 1) }
        guard isFound || groups <= Compiler.mostGroups else {
            throw QueryError(
                "more than \(Compiler.mostGroups) groups",
                at: statement.groups.first?.position ?? statement.items[0].position,
                remedy: "group by fewer columns")
        }
        let most = Compiler.mostNumbers / groups
        if statistics.count > most {
            throw QueryError(
                "the answer has \(groups * statistics.count) numbers, \(statistics.count) for "
                    + "each of \(groups) groups, and more than \(Compiler.mostNumbers)",
                at: positions[min(most, positions.count - 1)],
                remedy: "show at most \(most) counts and sums, an AVG being two, or group by fewer "
                    + "columns")
        }
        let widest = Compiler.mostCells / groups
        if columns > widest {
            throw QueryError(
                "the answer has \(groups * columns) values and more than \(Compiler.mostCells)",
                at: statement.items[min(widest, statement.items.count - 1)].position,
                remedy: "show at most \(widest) columns, or group by fewer")
        }
    }

    /// Refuses a question that keeps the node too long at each row, at its filter or at the first
    /// item that is too much.
    func checkWork(_ filter: Scalar?) throws(QueryError) {
        var program = Program()
        if let filter, let position = statement.filter?.position {
            _ = program.add(filter)
            try Compiler.check(program.work, at: position)
        }
        for dimension in dimensions {
            guard case .scalar(let scalar) = dimension.value else { continue }
            _ = program.add(scalar)
        }
        try Compiler.check(
            program.work, at: statement.groups.first?.position ?? statement.items[0].position)
        for (place, statistic) in statistics.enumerated() {
            _ = Tally<PlainWord>(statistic, lattice: 1, in: &program)
            try Compiler.check(
                program.work + place + 1, at: positions[min(place, positions.count - 1)])
        }
        for tree in trees { _ = program.add(tree.value) }
        try Compiler.check(program.work, at: positions[positions.count - 1])
    }

    /// Refuses what keeps the node too long at each row.
    static func check(_ work: Int, at position: Position) throws(QueryError) {
        guard work <= Compiler.mostWork else {
            throw QueryError(
                "this takes more than \(Compiler.mostWork) operations for each row", at: position,
                remedy: "ask for less at once, or compare with fewer or shorter values")
        }
    }
}
