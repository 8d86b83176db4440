// SPDX-License-Identifier: Apache-2.0

extension AdditiveTrees {
    /// What one person gives for the next release, in lattice units of ``unit``.
    ///
    /// - Parameters:
    ///   - columns: Rows coded by the bins of the plan.
    ///   - rows: Which of them are the person's; nil for all.
    ///   - labels: One for each row of the columns; only the person's are looked at.
    /// - Guarantees: a function of the state and these rows alone, the same bits on any machine.
    ///   The squared norm is at most ``largestNormSquared(release:rows:)``; without rows it
    ///   is 0.
    /// - Cost: for counts K additions a row; for a step K look-ups, one exponential, m additions.
    /// - Throws: ``TreesError`` where bins are not those of the plan, a label is not 0 or 1 (for
    ///   squared errors, not within 0...1), or no release is left.
    public func contribution(
        of columns: BinnedColumns, rows: Range<Int>? = nil, labels: [Double]
    ) throws(TreesError) -> [Int64] {
        guard !isFinished else { throw .finished }
        guard columns.features == plan.bins else { throw .otherBins }
        guard labels.count == columns.rows else {
            throw .rows(expected: columns.rows, got: labels.count)
        }
        let rows = rows ?? 0..<columns.rows
        guard rows.lowerBound >= 0, rows.upperBound <= columns.rows else {
            throw .rows(expected: columns.rows, got: rows.upperBound)
        }
        for row in rows {
            let label = labels[row]
            let isRight =
                plan.objective == .logLoss ? label == 0 || label == 1 : label >= 0 && label <= 1
            guard isRight else { throw .label(row: row) }
        }
        var sums = [Int64](repeating: 0, count: releaseLength)
        if released == 0 {
            addCounts(of: columns, rows, labels, to: &sums)
        } else {
            addResiduals(of: columns, rows, labels, to: &sums)
        }
        return sums
    }

    private func addCounts(
        of columns: BinnedColumns, _ rows: Range<Int>, _ labels: [Double], to sums: inout [Int64]
    ) {
        let unit = AdditiveTrees.unit
        var first = 0
        for (feature, bins) in plan.bins.enumerated() {
            let column = feature * columns.rows
            for row in rows { sums[first + Int(columns.codes[column + row])] += unit }
            first += bins.codes
        }
        for row in rows { sums[first] += Int64((2 * labels[row] - 1) * Double(unit)) }
    }

    private func addResiduals(
        of columns: BinnedColumns, _ rows: Range<Int>, _ labels: [Double], to sums: inout [Int64]
    ) {
        let (unit, bound) = (Double(AdditiveTrees.unit), plan.clipUnits)
        for row in rows {
            let output = current { columns.codes[$0 * columns.rows + row] }
            let residual = labels[row] - plan.objective.prediction(output)
            // Far from the data a value may lie anywhere; a residual beyond ±1 is clamped before it
            // becomes whole, and R is at most 1.
            let whole = Int64(min(max(residual, -1), 1) * unit)
            let clamped = min(max(whole, -bound), bound)
            for (place, feature) in moving.enumerated() {
                let code = Int(columns.codes[feature * columns.rows + row])
                sums[place * plan.leaves + Int(trees[place][code])] += clamped
            }
        }
    }
}
