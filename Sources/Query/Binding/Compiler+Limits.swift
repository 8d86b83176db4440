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

    /// Refuses an answer that is too large, at the first item that makes it so.
    func checkWidth(groups: Int) throws(QueryError) {
        let most = Compiler.mostNumbers / groups
        if statistics.count > most, let item = needed.firstIndex(where: { $0 > most }) {
            throw QueryError(
                "the answer has \(groups * statistics.count) numbers, \(statistics.count) for "
                    + "each of \(groups) groups, and more than \(Compiler.mostNumbers)",
                at: statement.items[item].position,
                remedy: "show at most \(most) counts and sums, an AVG being two, or group by fewer "
                    + "columns")
        }
        let columns = Compiler.mostCells / groups
        if statement.items.count > columns {
            throw QueryError(
                "the answer has \(groups * statement.items.count) values and more than "
                    + "\(Compiler.mostCells)",
                at: statement.items[columns].position,
                remedy: "show at most \(columns) columns, or group by fewer")
        }
    }

    /// Refuses a question that keeps the node too long at each row, at its filter or at the first
    /// item that is too much.
    func checkWork(_ filter: Scalar?) throws(QueryError) {
        var program = Program()
        if let filter, let position = statement.filter?.position {
            _ = program.add(filter)
            try check(program.work, at: position)
        }
        for (place, statistic) in statistics.enumerated() {
            _ = Tally<PlainWord>(statistic, in: &program)
            let item = needed.firstIndex { $0 > place } ?? 0
            try check(program.work + place + 1, at: statement.items[item].position)
        }
    }

    private func check(_ work: Int, at position: Position) throws(QueryError) {
        guard work <= Compiler.mostWork else {
            throw QueryError(
                "this takes more than \(Compiler.mostWork) operations for each row", at: position,
                remedy: "ask for less at once, or compare with fewer or shorter values")
        }
    }
}
