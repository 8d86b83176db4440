// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Study

/// How much noise hides one contributor.
extension Compiler {
    /// The default privacy of a query that does not say.
    private static let defaults = (epsilon: "1.0", delta: "1e-7")
    /// How many rows of one contributor may count.
    private static let rowRange = 1...100_000

    func rowsPerPerson() throws(QueryError) -> Int {
        guard let rows = statement.rows.map({ Int($0) }) ?? pool.rowsPerPerson,
            Compiler.rowRange.contains(rows)
        else {
            throw QueryError(
                "rows => \(statement.rows ?? "\(pool.rowsPerPerson)") is out of range",
                at: statement.privacyPosition,
                remedy:
                    "give how many rows of one person count: 1 to \(Compiler.rowRange.upperBound)")
        }
        return rows
    }

    func target() throws(QueryError) -> PrivacyTarget {
        do throws(PrivacyTargetError) {
            return try PrivacyTarget(
                epsilon: statement.epsilon ?? Compiler.defaults.epsilon,
                delta: statement.delta ?? Compiler.defaults.delta)
        } catch {
            throw QueryError(
                "\(error)", at: statement.privacyPosition,
                remedy: "write WITH PRIVACY (epsilon => 1.0, delta => 1e-7)")
        }
    }

    /// Binds the step to the finest lattice whose noise can still be drawn.
    ///
    /// The radius is what a contributor with `rows` rows can reach, so that nobody with so few is
    /// scaled down. In units of the lattice, for a statistic over rows: with nᵍ rows in group g,
    /// her number there is at most nᵍ, and Σ nᵍ² ≤ (Σ nᵍ)² ≤ rows². For a statistic over people:
    /// at most 1 in each group that she has a row in, of which there are at most min(rows, groups).
    /// Privacy does not rest on this: whatever the step gives is clipped to the radius.
    func plan(
        _ filter: Scalar?, _ dimensions: [AggregateStep.Dimension], rows: Int,
        target: PrivacyTarget
    ) throws(QueryError) -> StudyPlan<AggregateStep> {
        let table = TableColumns(schema: schema, columns: binder.read.sorted())
        let groups = dimensions.reduce(1) { $0 * $1.codes }
        let peopleKinds = statistics.count(where: \.isPeople)
        let rowKinds = statistics.count - peopleKinds
        let squared = UInt128(rows * rows * rowKinds + min(rows, groups) * peopleKinds)
        var failure = StudyError.overflow
        for exponent in stride(from: 20, through: 6, by: -1) {
            let step = AggregateStep(
                table: table, filter: filter, dimensions: dimensions, statistics: statistics,
                lattice: 1 << exponent)
            let radius = squareRootRoundedUp(squared << UInt128(2 * exponent))
            do throws(StudyError) {
                return try StudyPlan(step: step, radius: radius, spending: target.rho)
            } catch {
                failure = error
            }
        }
        throw QueryError(
            "\(failure)", at: statement.privacyPosition, remedy: "raise epsilon, or lower rows")
    }
}

/// ⌈√value⌉ of a value below 2^126.
func squareRootRoundedUp(_ value: UInt128) -> UInt64 {
    var (low, high): (UInt128, UInt128) = (0, 1 << 63)
    while low < high {
        let middle = (low + high) / 2
        if middle * middle >= value { high = middle } else { low = middle + 1 }
    }
    return UInt64(low)
}
