// SPDX-License-Identifier: Apache-2.0

extension HoltWinters {
    /// Finds the rates under which a series' steps are foretold best, each from those before it, and goes to its end.
    ///
    /// First a fixed grid of rates, then steps from the best of it that halve four times: always the same result. What
    /// counts is the squared error times (n + k)/(n − k) for n errors and k rates (Akaike's final prediction
    /// error, 1969), so that a trend or a season has to earn its place.
    ///
    /// - Parameter season: after how many steps things repeat; it is left out of a series of fewer than two.
    /// - Requires: a value.
    /// - Cost: some thousand runs over the series, at most ``longest`` steps of it.
    init(fitting values: ArraySlice<Double?>, season: Int) {
        let values = values.suffix(HoltWinters.longest)
        let isSeasonal =
            season > 1 && values.count >= 2 * season
            && values.count(where: { $0 != nil }) > season + 2
        var best = (cost: Double.infinity, run: HoltWinters.begun(.flat, values, season: 1))
        func look(_ rates: Rates, _ season: Int) {
            var run = HoltWinters.begun(rates, values, season: season)
            var (sum, count) = (0.0, 0.0)
            for value in values {
                guard let error = run.take(value) else { continue }
                sum += error * error
                count += 1
            }
            let known = Double((rates.trend == nil ? 1 : 2) + (season > 1 ? 1 + season : 0))
            let cost = sum * (count + known) / max(count - known, 0.5)
            if cost < best.cost { best = (cost, run) }
        }
        for season in isSeasonal ? [1, season] : [1] {
            for level in [0.02, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9] {
                for pull in season > 1 ? [0.02, 0.1, 0.3, 0.6] : [0] {
                    look(Rates(level: level, trend: nil, season: pull, fading: 0), season)
                    for trend in [0.01, 0.05, 0.2] {
                        for fading in [0.85, 0.95, 1] {
                            look(
                                Rates(level: level, trend: trend, season: pull, fading: fading),
                                season)
                        }
                    }
                }
            }
        }
        for step in [0.5, 0.25, 0.125, 0.0625] {
            let (rates, season) = (best.run.rates, best.run.seasonal.count)
            for factor in [1 - step, 1 + step] {
                var near = rates
                near.level = min(rates.level * factor, 1)
                look(near, season)
                near = rates
                near.season = min(rates.season * factor, 1)
                look(near, season)
                near = rates
                near.trend = rates.trend.map { min($0 * factor, 1) }
                look(near, season)
            }
        }
        self = best.run
    }

    /// The most steps that are looked at: the last ones.
    static let longest = 2_000

    /// The state before the first step: the middle of the first season, how it moved to that of the last one of some, and how
    /// each place of all of them lies around their middles.
    private static func begun(
        _ rates: Rates, _ values: ArraySlice<Double?>, season: Int
    ) -> HoltWinters {
        func middle(_ part: ArraySlice<Double?>) -> Double? {
            let known = part.compactMap(\.self)
            return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        }
        let first = values.compactMap(\.self).first ?? 0
        guard season > 1 else {
            return HoltWinters(rates, level: first, trend: 0, seasonal: [0])
        }
        let cycles = (0..<min(values.count / season, mostCycles)).map {
            values.dropFirst($0 * season).prefix(season)
        }
        let level = cycles.first.flatMap(middle) ?? first
        let moved = (cycles.last.flatMap(middle) ?? level) - level
        // Without a trend each season lies around its own middle.
        let slope = moved / Double(max(cycles.count - 1, 1) * season)
        let trend = rates.trend == nil ? 0 : slope
        let centre = Double(season - 1) / 2
        var seasonal = [Double](repeating: 0, count: season)
        for place in 0..<season {
            let parts = cycles.compactMap { cycle -> Double? in
                guard let value = cycle.dropFirst(place).first.flatMap(\.self) else { return nil }
                return value - (middle(cycle) ?? level) - trend * (Double(place) - centre)
            }
            seasonal[place] = parts.isEmpty ? 0 : parts.reduce(0, +) / Double(parts.count)
        }
        // The middle of the first season lies so far behind the step before it.
        return HoltWinters(
            rates, level: level - trend * (centre + 1), trend: trend, seasonal: seasonal)
    }

    /// From so many seasons at most the first state is taken.
    private static let mostCycles = 6
}

extension HoltWinters.Rates {
    /// The last value, whatever was before.
    fileprivate static let flat = HoltWinters.Rates(level: 1, trend: nil, season: 0, fading: 0)
}
