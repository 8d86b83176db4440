// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Intake
import Learn

extension ModelCommand.Predict {
    /// Prints what comes after the one series that the rows are.
    func forecast(by model: Model, from sheet: CSVSheet) throws {
        let forecasts: [Forecast]
        do throws(ModelError) {
            var points: [Series.Point] = []
            for row in sheet.rows {
                if let point = try model.point(of: row.cells, line: row.line) {
                    points.append(point)
                }
            }
            forecasts = try model.forecasts(after: points)
        } catch {
            throw Failure("rows", "\(rows), \(error)")
        }
        if json {
            return try Terminal.json(
                .array(
                    forecasts.map {
                        [
                            "day": .string(CalendarDay(number: $0.day).description),
                            "value": .string($0.value),
                            "low": $0.interval.map { .string($0.low) } ?? .null,
                            "high": $0.interval.map { .string($0.high) } ?? .null,
                        ]
                    }))
        }
        Terminal.table(
            ["from", "forecast", "8 of 10 within"],
            forecasts.map { forecast in
                [
                    CalendarDay(number: forecast.day).description, forecast.value,
                    forecast.interval.map { "\($0.low) … \($0.high)" } ?? "not measured",
                ]
            })
    }
}
