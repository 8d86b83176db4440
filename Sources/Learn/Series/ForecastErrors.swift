// SPDX-License-Identifier: Apache-2.0

/// How far a forecast was off in the last steps of a series, which it did not know, and how far the value of a season ago
/// was: mean absolute errors in units of what the latter was off by before (Hyndman, Koehler, "Another look at
/// measures of forecast accuracy", 2006).
struct ForecastErrors: Hashable, Sendable {
    /// Of the model, 0 to ``most``.
    let model: Double
    /// Of the value of a season ago, 0 to ``most``.
    let naive: Double

    /// Beyond this one error is as bad as another.
    static let most = 4.0

    /// Measures a model on the last steps of a series, as many as it forecasts; nil where the series is too short, or
    /// repeats itself so exactly that there is no unit.
    init?(of model: Autoregression, _ series: Series) {
        let coding = model.coding
        let known = series.values.dropLast(coding.horizon)
        var walk = SeriesWalk(season: coding.season)
        var (off, pairs) = (0.0, 0.0)
        for value in known {
            if let value, let former = walk.value(ago: coding.season) {
                off += abs(value - former)
                pairs += 1
            }
            walk.append(value)
        }
        guard pairs > 0, off > 0, walk.isReady else { return nil }
        let unit = off / pairs
        let guesses = model.forecast(after: walk)
        var (missed, missedNaively, count) = (0.0, 0.0, 0.0)
        for (value, guess) in zip(series.values[known.endIndex...], guesses) {
            if let value {
                missed += abs(value - guess)
                missedNaively += abs(value - walk.lastSeasonal)
                count += 1
            }
            walk.extend(walk.lastSeasonal)
        }
        guard count > 0 else { return nil }
        self.model = min(missed / count / unit, ForecastErrors.most)
        naive = min(missedNaively / count / unit, ForecastErrors.most)
    }
}

extension Quality {
    /// How many numbers are released of a forecast.
    static let forecastWidth = 4

    /// The norm that one contributor adds at most: four numbers of at most 1.
    static let forecastNorm = 2.0

    /// Adds a contributor: that she counts, both errors, and the square of the model's.
    static func add(_ errors: ForecastErrors, to totals: inout [Double]) {
        let (model, naive) = (
            errors.model / ForecastErrors.most, errors.naive / ForecastErrors.most
        )
        totals[0] += 1
        totals[1] += model
        totals[2] += naive
        totals[3] += model * model
    }

    /// Reads what was released of a forecast: the mean over contributors of both errors.
    init(forecast values: [Double], sigma: Double) {
        let count = values[0]
        // Where noise is a fourth of all people, errors could be anything.
        guard count > max(4 * sigma, 1) else {
            self.init(measures: [])
            return
        }
        let (model, naive) = (max(values[1] / count, 0), max(values[2] / count, 0))
        let drawn = max(values[3] / count - model * model, 0) / count
        func blur(_ mean: Double) -> Double { sigma * sigma * (1 + mean * mean) / (count * count) }
        let most = ForecastErrors.most
        self.init(measures: [
            Quality.measure("mase", most * model, most * most * (blur(model) + drawn), most: most),
            Quality.measure(
                "naive mase", most * naive, most * most * (blur(naive) + drawn), most: most),
        ])
    }
}
