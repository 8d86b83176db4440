// SPDX-License-Identifier: Apache-2.0

/// What one person gave of a number, step by step from her first to her last: the mean of what lies in a step,
/// and gaps where nothing does.
package struct Series: Hashable, Sendable {
    /// One value, and when it was.
    package struct Point: Hashable, Sendable {
        /// Which step, counted from anywhere.
        package let place: Int64
        /// The value, in any unit.
        package let value: Double

        /// Dates a value.
        package init(place: Int64, value: Double) { (self.place, self.value) = (place, value) }
    }

    /// The most steps: those before are left out.
    package static let longest = 10_000

    /// The step of the first value.
    package let first: Int64
    /// One for each step; nil is a gap. The last is none.
    package let values: [Double?]

    /// Puts values in their steps. Total: any places do, and no points make an empty series.
    package init(_ points: some Collection<Point>) {
        guard let last = points.lazy.map(\.place).max() else {
            (first, values) = (0, [])
            return
        }
        // The earliest step that counts; beyond Int64 there is none.
        let earliest = last.subtractingReportingOverflow(Int64(Series.longest - 1))
        let bound = earliest.overflow ? Int64.min : earliest.partialValue
        let first = points.lazy.map(\.place).filter { $0 >= bound }.min() ?? last
        var sums = [Double](repeating: 0, count: Int(last - first) + 1)
        var counts = sums
        for point in points where point.place >= first {
            sums[Int(point.place - first)] += point.value
            counts[Int(point.place - first)] += 1
        }
        self.first = first
        values = zip(sums, counts).map { $1 > 0 ? $0 / $1 : nil }
    }
}
