// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// What is forecast of one step.
package struct Forecast: Hashable, Sendable {
    /// The first day of the step, in days since 1970-01-01.
    package let day: Int64
    /// What is expected.
    package let value: String
    /// Between these eight of ten values lie, as far as the series' own past tells; nil where it is too short.
    package let interval: (low: String, high: String)?

    /// Equal in all that is said.
    package static func == (left: Forecast, right: Forecast) -> Bool {
        left.day == right.day && left.value == right.value
            && left.interval?.low == right.interval?.low
            && left.interval?.high == right.interval?.high
    }

    /// Of what is compared.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(day)
        hasher.combine(value)
    }
}

/// Forecasting, for one series of whoever holds the model: nothing is read of anybody, so it is free.
extension Model {
    /// Whether it forecasts series, so that ``prediction(of:)`` is not for it.
    package var isForecast: Bool { if case .series = form { true } else { false } }

    /// The columns that a forecast knows: of the days, and of the number, in units of 10^-scale; nil for other models.
    package var series: (days: String, number: String, scale: Int)? {
        guard case .series(let model) = form, case .number(let scale, _) = goal else { return nil }
        return (model.columns[0], model.columns[1], scale)
    }

    /// What comes after values that were stored, each by the day it is of; nil for another model, or where too little is known.
    ///
    /// The last step is left out: an export is usually made in the middle of a day. It is the first that is forecast.
    ///
    /// - Parameter values: days since 1970-01-01, and numbers in the unit of ``series``; `Schema.null` for none.
    package func forecasts(ofStored values: [(day: Int64, number: Int64)]) -> [Forecast]? {
        guard case .series(let model) = form else { return nil }
        let points = values.compactMap { day, number -> Series.Point? in
            guard day != Schema.null else { return nil }
            return goal.value(of: number).map {
                .init(place: model.coding.step.place(of: day), value: $0)
            }
        }
        let last = points.lazy.map(\.place).max()
        return try? forecasts(after: points.filter { $0.place != last })
    }

    /// Reads the cells of one row, by the names of their columns.
    ///
    /// - Parameter line: where the row stands, for errors.
    /// - Returns: nil where the value is written `NULL`: a gap.
    /// - Throws: ``ModelError`` for a column that is not there, an empty cell, what is no day and what is no number.
    package func point(
        of cells: [String: String], line: Int
    ) throws(ModelError) -> Series.Point? {
        guard case .series(let model) = form, case .number(let scale, _) = goal else {
            throw ModelError("\(name) predicts rows, not series")
        }
        var texts: [String] = []
        for name in order {
            guard let cell = cells[name].map({ WrittenCell($0).text }), !cell.isEmpty else {
                throw ModelError(
                    cells[name] == nil
                        ? "line \(line): the column \(name) is missing; the model wants "
                            + order.joined(separator: " and ")
                        : "line \(line): \(name) is empty; write NULL where there is no value")
            }
            texts.append(cell)
        }
        // Of a time its day counts.
        let text = texts[0].prefix { $0 != "T" && $0 != " " }
        guard let day = CalendarDay(text) else {
            throw ModelError(
                "line \(line): \(order[0]) wants a day as 2016-04-12, not '\(texts[0])'")
        }
        guard texts[1] != "NULL" else { return nil }
        guard let code = Model.number(texts[1], scale: scale), let value = goal.value(of: code)
        else {
            throw ModelError("line \(line): \(order[1]) wants a number, not '\(texts[1])'")
        }
        return .init(place: model.coding.step.place(of: day.number), value: value)
    }

    /// What comes after one series, step by step.
    ///
    /// - Parameter points: its values in any order; several of one step count for their mean.
    /// - Throws: ``ModelError`` where there are none.
    /// - Cost: linear in the steps, times the horizon and the features.
    package func forecasts(after points: [Series.Point]) throws(ModelError) -> [Forecast] {
        guard case .series(let model) = form else {
            throw ModelError("\(name) predicts rows, not series")
        }
        let series = Series(points)
        guard !series.values.isEmpty else {
            throw ModelError("a series without a value goes nowhere")
        }
        var walk = SeriesWalk(season: model.coding.season)
        var past = PastErrors(horizon: model.coding.horizon)
        for (place, value) in series.values.enumerated() {
            walk.append(value)
            if walk.isReady, series.values.count - place <= PastErrors.mostOrigins {
                past.add(model.forecast(after: walk), against: series.values[(place + 1)...])
            }
        }
        let next = series.first + Int64(series.values.count)
        return zip(model.forecast(after: walk), past.margins).enumerated().map { ahead, known in
            let (guess, margin) = known
            return Forecast(
                day: model.coding.step.day(of: next + Int64(ahead)), value: goal.written(guess),
                interval: margin.map { (goal.written(guess - $0), goal.written(guess + $0)) })
        }
    }
}
