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
        let round = round
        for row in rows {
            round.add(labels[row], to: &sums) { columns.codes[$0 * columns.rows + row] }
        }
        return sums
    }
}
