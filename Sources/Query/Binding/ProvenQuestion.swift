// SPDX-License-Identifier: Apache-2.0
internal import Study
package import Vault

/// A question whose answer can be proven: counts and clipped sums of all rows, or how many rows have each of some
/// published values, or stand in each of some equal parts of a column's bounds.
package struct ProvenQuestion: Hashable, Sendable {
    /// What one of the study's numbers is. Columns are places in the schema.
    package enum Number: Hashable, Sendable {
        case rows
        case present(column: Int)
        case missing(column: Int)
        /// Σ x, x clipped to the bounds.
        case sum(column: Int, ClosedRange<Int64>)
        /// Σ (2 x − low − high), x clipped to the bounds.
        case centredSum(column: Int, ClosedRange<Int64>)
        /// Rows with a value; nil is NULL.
        case group(column: Int, value: Int64?)
        /// Rows with a value of a range. Ranges come in order and without gaps, cover all values, and are followed by
        /// the rows without a value.
        case part(column: Int, ClosedRange<Int64>)
    }

    /// The table whose rows are looked at.
    package let schema: Schema
    /// How many rows of one contributor are looked at: her first ones.
    package let rows: Int
    /// The numbers, in the order of the study's answer.
    package let numbers: [Number]
    /// Of each of them how many of its units one is.
    package let units: [Int64]

    /// The largest value that is told from others.
    package static let mostValue: Int64 = 32_510
    /// How many columns a table may have.
    package static let widths = 1...60
    /// How many groups an answer may have.
    package static let mostGroups = 700
}

/// Finds what is to be proven, or says why it cannot be.
extension Compiler {
    /// Whether the answer is to be proven.
    var isProven: Bool { statement.privacy.isProven }

    func refused(_ words: String, _ remedy: String, at position: Position? = nil)
        -> QueryError
    {
        QueryError(
            "a proven answer \(words)",
            at: position ?? statement.privacy.position, remedy: remedy)
    }

    /// How many rows of a contributor are looked at: as many as the pool says, as the columns are committed to once
    /// for all questions.
    func provenRows() throws(QueryError) -> Int {
        let most = pool.rowsPerPerson
        switch statement.privacy.rows {
        case nil: return most
        case .most(let text) where Int(text) == most: return most
        case .most, .chosen:
            throw refused(
                "counts as many rows of a person as the pool says",
                "leave rows out, or write rows => \(most)")
        }
    }

    /// The exponent of the coarsest lattice that gives each statistic whole units, as far as there is one; nil
    /// where nothing is proven.
    var provenLattice: Int? {
        guard isProven else { return nil }
        let largest = statistics.map(\.unit).max() ?? 1
        return min(max(4, Int64.bitWidth - (largest - 1).leadingZeroBitCount), 20)
    }

    func provenQuestion(
        _ filter: Scalar?, _ step: AggregateStep
    ) throws(QueryError) -> ProvenQuestion {
        guard case .table(let place) = step.source else {
            throw refused("is about the rows of one table", "ask without JOIN and subqueries")
        }
        guard filter == nil else {
            throw refused(
                "is about all rows", "ask without WHERE", at: statement.filter?.position)
        }
        guard step.trees.isEmpty, !step.countsPeople else {
            throw refused(
                "is made of counts and sums",
                "ask for COUNT(*), COUNT(x), SUM, AVG, HISTOGRAM, or COUNT(*) with GROUP BY a published category"
            )
        }
        let schema = step.tables[place].schema
        guard ProvenQuestion.widths.contains(schema.wholeNumberColumns.count) else {
            throw refused(
                "is of a table with 1 to 60 columns of whole numbers or published categories",
                "ask another pool")
        }
        let numbers: [ProvenQuestion.Number]
        if dimensions.isEmpty {
            numbers = try statistics.enumerated().map { place, statistic throws(QueryError) in
                try number(statistic, of: schema, at: positions[min(place, positions.count - 1)])
            }
        } else {
            numbers = try provenGroups(of: schema)
        }
        let units =
            dimensions.isEmpty
            ? statistics.map { step.lattice / $0.unit } : numbers.map { _ in step.lattice }
        return ProvenQuestion(
            schema: schema, rows: step.provenRows ?? 1, numbers: numbers, units: units)
    }

    private func number(
        _ statistic: Statistic, of schema: Schema, at position: Position
    ) throws(QueryError) -> ProvenQuestion.Number {
        let provable = schema.wholeNumberColumns
        switch statistic {
        case .rows(nil): return .rows
        case .rows(let having?):
            if let column = Statistic.missingValue(having)?.clippedColumn(within: nil),
                provable.contains(column)
            {
                return .missing(column: column)
            }
            if let column = having.clippedColumn(within: nil), provable.contains(column) {
                return .present(column: column)
            }
        case .sum(let value, let bounds), .centredSum(let value, let bounds):
            guard let column = value.clippedColumn(within: bounds), provable.contains(column)
            else { break }
            guard bounds.lowerBound >= 0, bounds.upperBound <= ProvenQuestion.mostValue else {
                let scale =
                    if case .decimal(let scale) = schema.columns[column].kind { scale } else { 0 }
                throw refused(
                    "adds up values from 0 to \(ProvenQuestion.mostValue)"
                        + (scale > 0 ? " units of its last digit" : ""),
                    "bring them within that: SUM(CLIP(x, 0, 1000))", at: position)
            }
            if case .sum = statistic { return .sum(column: column, bounds) }
            return .centredSum(column: column, bounds)
        case .people: break
        }
        throw refused(
            "counts rows, or counts or adds up a column as it is, or clipped",
            "ask for COUNT(*), COUNT(x), SUM(CLIP(x, 0, 1000)) or AVG of a column", at: position)
    }
}

extension Scalar {
    /// The column that this is the value of, clipped to bounds that none of the given ones, if there are any, go
    /// beyond; nil for anything else.
    func clippedColumn(within bounds: ClosedRange<Int64>?) -> Int? {
        switch self {
        case .column(let place): return place
        case .clip(let inner, let range):
            if let bounds, range.clamped(to: bounds) != bounds { return nil }
            return inner.clippedColumn(within: bounds)
        default: return nil
        }
    }
}
