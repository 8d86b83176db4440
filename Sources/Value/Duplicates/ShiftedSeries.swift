// SPDX-License-Identifier: Apache-2.0

/// Series, such as steps by the hour, that run as an earlier one does, perhaps shifted, scaled or cut.
///
/// The largest Pearson correlation over all shifts up to a bound, on the stretch where both series are;
/// it does not see an offset or a scale.
public struct ShiftedSeries: Sendable, Hashable {
    /// The correlation from which on a series is a copy.
    public let correlation: Double
    /// The largest shift.
    public let mostShift: Int
    /// The shortest stretch that is compared.
    public let fewestCommon: Int

    /// Takes the least correlation, the largest shift, and the shortest stretch that is compared.
    ///
    /// - Throws: ``ValueError/setting(_:)`` for a correlation not above 0 or above 1, a negative shift,
    ///   or a stretch below 8: short stretches correlate by chance.
    public init(correlation: Double, mostShift: Int, fewestCommon: Int) throws(ValueError) {
        guard correlation > 0, correlation <= 1, mostShift >= 0, fewestCommon >= 8 else {
            throw .setting(
                "a correlation above 0, a shift of at least 0 and a stretch of at least 8 wanted")
        }
        (self.correlation, self.mostShift) = (correlation, mostShift)
        self.fewestCommon = fewestCommon
    }

    /// Finds clusters, each series joining the earliest representative it runs like. Series without
    /// variation are nobody's copies.
    ///
    /// - Parameter candidates: The pairs to compare, or nil for all. ``NearSets`` over hashed words of
    ///   a symbolic form proposes pairs where there are many series.
    /// - Throws: ``ValueError`` for another number of commitments, or a number that is not finite.
    /// - Cost: for each pair length · (2 · shift + 1) products: all pairs of 1,000 series of 500 numbers
    ///   with shifts up to 24 take about a minute.
    public func clusters(
        of series: [[Double]], order: CommitmentOrder, candidates: [Int: [Int]]? = nil
    ) throws(ValueError) -> Clusters {
        try order.check(series.count)
        for (row, numbers) in series.enumerated() {
            if let bad = numbers.firstIndex(where: { !($0.magnitude <= FeatureRows.largest) }) {
                throw .number("series", row: row, column: bad)
            }
        }
        var representatives = Array(series.indices)
        var found: [Int] = []
        for record in order.places {
            let mine = candidates.map { Set($0[record] ?? []) }
            let earliest = found.first { other in
                (mine?.contains(other) ?? true)
                    && best(series[record], series[other]) >= correlation
            }
            if let earliest { representatives[record] = earliest } else { found.append(record) }
        }
        return Clusters(representatives: representatives)
    }

    /// The largest correlation over the shifts; -1 where no stretch is long enough or varies.
    func best(_ one: [Double], _ other: [Double]) -> Double {
        var best = -1.0
        for shift in -mostShift...mostShift {
            let from = max(0, shift)
            let count = min(one.count - from, other.count - (from - shift))
            guard count >= fewestCommon else { continue }
            best = max(best, Self.pearson(one[from..<from + count], other[(from - shift)...]))
        }
        return best
    }

    private static func pearson(_ one: ArraySlice<Double>, _ other: ArraySlice<Double>) -> Double {
        let count = Double(one.count)
        var (meanOne, meanOther) = (0.0, 0.0)
        for (a, b) in zip(one, other) {
            meanOne += a / count
            meanOther += b / count
        }
        var (cross, squareOne, squareOther) = (0.0, 0.0, 0.0)
        for (a, b) in zip(one, other) {
            cross += (a - meanOne) * (b - meanOther)
            squareOne += (a - meanOne) * (a - meanOne)
            squareOther += (b - meanOther) * (b - meanOther)
        }
        // Below this all variation is rounding.
        func varies(_ square: Double, about mean: Double) -> Bool {
            square > mean * mean * count * 1e-24
        }
        guard varies(squareOne, about: meanOne), varies(squareOther, about: meanOther) else {
            return -1
        }
        return cross / (squareOne.squareRoot() * squareOther.squareRoot())
    }
}
