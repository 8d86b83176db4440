// SPDX-License-Identifier: Apache-2.0

/// Means with their standard errors.
public struct Estimates: Sendable, Hashable {
    /// The mean of each.
    public let means: [Double]
    /// The standard error of each mean; infinite where there was one observation only.
    public let standardErrors: [Double]

    /// Takes as many means as standard errors.
    public init(means: [Double], standardErrors: [Double]) {
        precondition(means.count == standardErrors.count, "a standard error for each mean")
        (self.means, self.standardErrors) = (means, standardErrors)
    }

    /// From sums and sums of squares over so many observations, at least 1.
    init(sums: [Double], squares: [Double], count: Int) {
        let n = Double(count)
        means = sums.map { $0 / n }
        standardErrors = zip(sums, squares).map { sum, square in
            guard count > 1 else { return .infinity }
            let variance = max(0, square - sum * (sum / n)) / (n - 1)
            return (variance / n).squareRoot()
        }
    }

    /// mean - z · standard error: with z = 1.645 below the true mean in 95 of 100 cases.
    ///
    /// - Requires: z >= 0, finite. With z = 0 these are the means.
    public func lowerBounds(z: Double) -> [Double] {
        precondition(z >= 0 && z.isFinite, "z is a finite number, at least 0")
        guard z > 0 else { return means }
        return zip(means, standardErrors).map { $0 - z * $1 }
    }
}

/// What each training record is worth, averaged over test records; and each group of them.
public struct Valuation: Sendable, Hashable {
    /// Of each training record.
    public let points: Estimates
    /// Of each group of training records, when groups were given: the mean of its records' sum, with
    /// the standard error of that sum, which the records' own do not tell.
    public let groups: Estimates?
    /// How many test records the means are over.
    public let testRecords: Int
}

/// Which group, say a contributor, each training record belongs to.
public struct Groups: Sendable, Hashable {
    /// How many groups there are.
    public let count: Int
    /// The group of each record, from 0.
    public let members: [Int32]

    /// Takes the group of each record.
    ///
    /// - Throws: ``ValueError/label(_:row:classes:)`` for one outside 0..<count,
    ///   ``ValueError/setting(_:)`` for a count that is negative or does not fit 32 bits.
    public init(_ members: [Int], count: Int) throws(ValueError) {
        guard (0...Int(Int32.max)).contains(count) else { throw .setting("\(count) groups") }
        if let bad = members.firstIndex(where: { !(0..<count).contains($0) }) {
            throw .label(members[bad], row: bad, classes: count)
        }
        self.members = members.map { Int32($0) }
        self.count = count
    }
}
