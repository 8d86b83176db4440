// SPDX-License-Identifier: Apache-2.0

/// What comes next in somebody's own series, for her alone: no noise, and nobody else's rows.
package struct OwnForecast: Hashable, Sendable {
    /// What is expected.
    package let value: Double
    /// Between value − margin and value + margin eight of ten values lie, as far as her past tells; nil where it is
    /// too short to tell.
    package let margin: Double?

    /// Foretells a series by smoothing (``HoltWinters``).
    ///
    /// The margins are of her own past errors at the same distance: from every step of the second half of her series,
    /// with rates that were found in the first half. What is expected comes from rates found in all of it.
    ///
    /// - Parameters:
    ///   - series: her values, with gaps.
    ///   - season: after how many steps things repeat; 1 where nothing does.
    ///   - horizon: how many steps are wanted, 1 or more.
    /// - Returns: so many; none of a series without values.
    /// - Requires: a season and a horizon of 1 or more.
    /// - Cost: some thousand runs over the series' last 2,000 steps.
    package static func of(_ series: Series, season: Int, horizon: Int) -> [OwnForecast] {
        precondition(season >= 1 && horizon >= 1, "a season and a horizon of 1 or more")
        guard !series.values.isEmpty else { return [] }
        let values = series.values.suffix(HoltWinters.longest)
        let half = values.startIndex + values.count / 2
        var past = PastErrors(horizon: horizon)
        if values.count >= OwnForecast.fewest {
            var run = HoltWinters(fitting: values[..<half], season: season)
            for place in half..<values.endIndex {
                past.add(run.forecast(horizon), against: values[place...])
                run.take(values[place])
            }
        }
        let guesses = HoltWinters(fitting: values, season: season).forecast(horizon)
        return zip(guesses, past.margins).map { OwnForecast(value: $0, margin: $1) }
    }

    /// Of fewer steps no half says anything.
    private static let fewest = 8
}
