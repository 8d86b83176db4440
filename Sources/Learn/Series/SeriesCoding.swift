// SPDX-License-Identifier: Apache-2.0

/// What a forecast knows of a series before each step. Public: it follows from the statement and the number of people.
package struct SeriesCoding: Hashable, Sendable {
    /// How long a step is.
    package let step: SeriesStep
    /// How many steps ahead are forecast.
    package let horizon: Int
    /// After how many steps things repeat; 1 where nothing does.
    let season: Int
    /// How many of the last values count each by itself.
    let lags: Int

    /// The most steps that a season may have.
    static let longestSeason = 366
    /// The most steps ahead.
    static let farthest = 366
    /// The most of the last values that count each by itself.
    static let mostLags = 60
    /// How many of the last values count where nothing else is said, at most.
    static let usualLags = 7

    init(step: SeriesStep, horizon: Int, season: Int, lags: Int) {
        (self.step, self.horizon, self.season, self.lags) = (step, horizon, season, lags)
    }

    /// Whether the value of a season ago is none of the last values.
    private var looksBack: Bool { season > lags }
    private var hasSeason: Bool { season > 1 }

    /// How many features there are: the last values, that of a season ago, and the mean at this place of the season.
    var width: Int { lags + (looksBack ? 1 : 0) + (hasSeason ? 1 : 0) }

    /// What the features are called, in their order.
    var names: [String] {
        func ago(_ steps: Int) -> String { "\(steps) \(step.rawValue)\(steps > 1 ? "s" : "") ago" }
        return (1...lags).map(ago) + (looksBack ? [ago(season)] : [])
            + (hasSeason ? ["mean at this place of the season"] : [])
    }

    /// Writes the features of the step after those that were walked: each as what a value lies above the person's own
    /// mean, in her own deviations; 0 for what is not known.
    ///
    /// - Requires: ``width`` numbers' room, and a walk that has a spread.
    func read(_ walk: SeriesWalk, into features: inout [Double]) {
        for lag in 1...lags { features[lag - 1] = walk.standing(of: walk.value(ago: lag)) }
        if looksBack { features[lags] = walk.standing(of: walk.value(ago: season)) }
        if hasSeason { features[width - 1] = walk.seasonal }
    }

    /// One spelling for one meaning.
    var canonical: String { "\(step.rawValue) \(horizon) \(season) \(lags)" }
}
