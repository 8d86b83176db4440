// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Learn
internal import Vault
internal import WebUI

/// What forecasts that buyers published say to somebody's own series: learned from everybody's, and worked out from hers for the page
/// alone. Nothing is recorded, charged or paid for it.
enum OwnForecasts {
    /// The most steps that are shown.
    private static let most = 7

    /// What a model expects of whoever has these rows; nil where it knows other columns, or nothing of hers is known.
    static func list(by model: Model, of pool: String, for rows: Rows) -> TrendsPage.Foreseen? {
        let columns = rows.schema.columns
        guard let series = model.series,
            let time = columns.firstIndex(where: { $0.name == series.days }),
            let number = columns.firstIndex(where: { $0.name == series.number }),
            columns[time].kind == .date || columns[time].kind == .timestamp,
            columns[number].kind == .integer && series.scale == 0
                || columns[number].kind == .decimal(scale: series.scale)
        else { return nil }
        let stored = zip(rows.days(by: time), rows.columns[number].values).map {
            (day: $0, number: $1)
        }
        guard let steps = model.forecasts(ofStored: stored), !steps.isEmpty else { return nil }
        return TrendsPage.Foreseen(
            pool: pool, column: series.number,
            steps: steps.prefix(most).map { step in
                (
                    CalendarDay(number: step.day).description, step.value,
                    step.interval.map { "(\($0.low) – \($0.high))" } ?? ""
                )
            })
    }
}
