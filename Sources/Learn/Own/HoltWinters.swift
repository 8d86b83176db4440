// SPDX-License-Identifier: Apache-2.0

/// Exponential smoothing of one series with a trend that may fade and a season that adds (Holt 1957, Winters 1960;
/// Gardner, McKenzie 1985 for the fading), in the form that corrects by the error of each step.
///
/// With error e of step t: level ← level + φ·trend + α·e, trend ← φ·trend + α·β·e, season ← season + γ·e. A gap goes on
/// without an error. Doubles of +, −, × and ÷ alone: the same bits on every machine.
struct HoltWinters: Sendable {
    /// How fast each part follows, and how much of a trend is left after a step.
    struct Rates: Hashable, Sendable {
        /// α, of the level.
        var level: Double
        /// β, of the trend, as a part of α; nil where there is no trend.
        var trend: Double?
        /// γ, of the season, as a part of 1 − α.
        var season: Double
        /// φ.
        var fading: Double
    }

    let rates: Rates
    private(set) var level: Double
    private(set) var trend: Double
    /// By place in the season; of one place always 0.
    private(set) var seasonal: [Double]
    /// How many steps were gone.
    private(set) var steps = 0

    /// Begins from a known state.
    ///
    /// - Requires: at least one place of a season.
    init(_ rates: Rates, level: Double, trend: Double, seasonal: [Double]) {
        (self.rates, self.level, self.trend) = (rates, level, trend)
        self.seasonal = seasonal
    }

    /// What the next step is expected to be.
    var next: Double { level + rates.fading * trend + seasonal[steps % seasonal.count] }

    /// Goes on by one step, whose value is known or not.
    ///
    /// - Returns: the error of ``next``; nil for a gap.
    @discardableResult mutating func take(_ value: Double?) -> Double? {
        let error = value.map { $0 - next }
        let place = steps % seasonal.count
        let carried = rates.fading * trend
        level += carried + rates.level * (error ?? 0)
        trend = carried + rates.level * (rates.trend ?? 0) * (error ?? 0)
        if seasonal.count > 1 {
            seasonal[place] += rates.season * (1 - rates.level) * (error ?? 0)
        }
        steps += 1
        return error
    }

    /// What is expected of the steps that come, from the nearest on.
    func forecast(_ horizon: Int) -> [Double] {
        var run = self
        return (0..<horizon).map { _ in
            let next = run.next
            run.take(nil)
            return next
        }
    }
}
