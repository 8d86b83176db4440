// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Learn
internal import Query
internal import Vault
internal import WebUI

/// What somebody's own rows say for her alone: counts and averages by day, week or month.
enum Trends {
    /// The most charts of one table.
    private static let most = 12

    /// A table's trends; no charts where nothing dates its rows.
    ///
    /// - Parameter averages: what is known of everybody's rows of this table, the best first.
    static func table(
        _ rows: Rows, _ frame: Frame, beside averages: [PoolAverage] = []
    ) -> TrendsPage.Table {
        let schema = rows.schema
        guard let place = schema.dateColumn else {
            return TrendsPage.Table(name: schema.table, step: nil, charts: [])
        }
        let days = rows.days(by: place)
        let known = days.filter { $0 != Schema.null }
        guard let first = known.min(), let last = known.max() else {
            return TrendsPage.Table(name: schema.table, step: nil, charts: [])
        }
        let step = SeriesStep(over: last - first)
        let begins = days.map { $0 == Schema.null ? $0 : step.begin(of: $0) }
        var charts = [chart(frame.message("trends.rows"), count(begins), unit: nil, in: frame)]
        for (column, described) in zip(rows.columns, schema.columns) {
            guard described.kind == .integer || described.kind.isDecimal,
                charts.count < most
            else { continue }
            let values = average(column.values, of: begins, scale: described.kind.decimals)
            let average = averages.first { $0.average.column == described.name }
            charts.append(
                chart(
                    described.name, values, unit: described.unit, beside: average,
                    next: next(after: values, by: step, in: frame), in: frame))
        }
        return TrendsPage.Table(
            name: schema.table, step: frame.message("trends." + step.rawValue), charts: charts)
    }

    private static func count(_ begins: [Int64]) -> [(day: Int64, value: Double)] {
        var counts: [Int64: Int] = [:]
        for begin in begins where begin != Schema.null { counts[begin, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) }
    }

    private static func average(
        _ values: [Int64], of begins: [Int64], scale: Int
    ) -> [(day: Int64, value: Double)] {
        var sums: [Int64: (sum: Double, count: Double)] = [:]
        for (value, begin) in zip(values, begins)
        where value != Schema.null && begin != Schema.null {
            let former = sums[begin] ?? (0, 0)
            sums[begin] = (former.sum + Double(value), former.count + 1)
        }
        let unit = (0..<scale).reduce(1.0) { one, _ in one * 10 }
        return sums.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value.sum / $0.value.count / unit)
        }
    }

    /// What is expected of the step after the last, in words; nil where her past is too short to tell how far that
    /// is off. The last step is left out: an export is usually made in the middle of a day.
    static func next(
        after values: [(day: Int64, value: Double)], by step: SeriesStep, in frame: Frame
    ) -> String? {
        let series = Series(
            values.dropLast().map { Series.Point(place: step.place(of: $0.day), value: $0.value) })
        guard
            let last = values.last, let known = values.dropLast().last,
            let next = OwnForecast.of(
                series, season: step.season,
                horizon: Trends.steps(from: known.day, to: last.day, step) + 1
            ).last,
            let margin = next.margin
        else { return nil }
        // Of what was never below zero nothing below is expected.
        let floor = values.allSatisfy { $0.value >= 0 } ? 0 : -Double.infinity
        return frame.text(
            "trends.next",
            [
                "step": frame.message("trends." + step.rawValue),
                "value": LineChart.text(of: max(next.value, floor)),
                "low": LineChart.text(of: max(next.value - margin, floor)),
                "high": LineChart.text(of: max(next.value + margin, floor)),
            ])
    }

    /// How many steps lie between two days, at most so many that are worth a forecast.
    private static func steps(from first: Int64, to last: Int64, _ step: SeriesStep) -> Int {
        Int(min(max(step.place(of: last) - step.place(of: first), 0), 31))
    }

    private static func chart(
        _ title: String, _ values: [(day: Int64, value: Double)], unit: String?,
        beside average: PoolAverage? = nil, next: String? = nil, in frame: Frame
    ) -> LineChart {
        LineChart(
            title: unit.map { $0 == title ? title : "\(title) (\($0))" } ?? title,
            points: values.map {
                LineChart.Point(
                    label: CalendarDay(number: $0.day).description, value: $0.value,
                    other: average?.value(on: $0.day))
            }, beginsAtZero: true,
            other: average.map { average in
                frame.text("trends.pool", ["pool": average.pool])
            }, next: next)
    }
}

extension SeriesStep {
    /// The step that gives a line some dozens of points.
    init(over days: Int64) {
        self = days <= 45 ? .day : days <= 400 ? .week : .month
    }

    /// The first day of the step that a day lies in.
    func begin(of day: Int64) -> Int64 { self.day(of: place(of: day)) }
}

extension Schema.Kind {
    /// Whether it is a number with digits behind the point.
    fileprivate var isDecimal: Bool { if case .decimal = self { true } else { false } }

    /// How many digits stand behind the point.
    fileprivate var decimals: Int { if case .decimal(let scale) = self { scale } else { 0 } }
}
