// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// How long one step of a series is.
package enum SeriesStep: String, Hashable, Sendable, CaseIterable {
    case day, week, month

    /// The step that a day lies in, counted from 1970; weeks begin on Monday.
    ///
    /// - Parameter day: days since 1970-01-01; months are told apart from year 1 to 9999.
    package func place(of day: Int64) -> Int64 {
        switch self {
        case .day: return day
        // Day 0 was a Thursday.
        case .week: return (day + 3).flooredQuotient(7)
        case .month:
            let civil = CalendarDay(number: day).civil
            return Int64(civil.year) * 12 + Int64(civil.month) - 1
        }
    }

    /// The first day of a step, in days since 1970-01-01; of months beyond year 9999 the last there is.
    package func day(of place: Int64) -> Int64 {
        switch self {
        case .day: return place
        case .week: return place * 7 - 3
        case .month:
            let last = min(max(place, 12), 9999 * 12 + 11)
            return CalendarDay(year: Int(last / 12), month: Int(last % 12) + 1, day: 1)?.number ?? 0
        }
    }

    /// After how many steps things usually repeat: a week of days, a year of weeks or months.
    package var season: Int {
        switch self {
        case .day: 7
        case .week: 52
        case .month: 12
        }
    }
}
