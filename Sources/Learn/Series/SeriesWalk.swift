// SPDX-License-Identifier: Apache-2.0

/// A series up to some step, and what a person could know of it then: its mean, its spread, what is usual at each place
/// of the season. Nothing of it looks ahead.
///
/// Mean and spread are brought up to date as in Welford, "Note on a method for calculating corrected sums of squares"
/// (1962): those of a series that never changes are exact.
struct SeriesWalk {
    /// How many deviations from the mean a value counts at most.
    static let reach = 3.0
    /// Of fewer values nothing is said.
    static let fewest = 3.0

    private let season: Int
    private var values: [Double?] = []
    private var count = 0.0
    private(set) var mean = 0.0
    private var squares = 0.0
    /// For each place of the season how many values there were, and what they add up to.
    private var counts: [Double]
    private var sums: [Double]

    init(season: Int) {
        self.season = season
        counts = [Double](repeating: 0, count: season)
        sums = counts
    }

    /// Goes on by one step.
    mutating func append(_ value: Double?) {
        if let value {
            let place = values.count % season
            counts[place] += 1
            sums[place] += value
            count += 1
            let away = value - mean
            mean += away / count
            squares += away * (value - mean)
        }
        values.append(value)
    }

    /// Goes on by a step that is only forecast: a last value for the next one, and no more.
    mutating func extend(_ value: Double) { values.append(value) }

    /// How far values lie from the mean: the root of their mean square.
    var spread: Double { count > 0 ? max(squares / count, 0).squareRoot() : 0 }

    /// Whether there is enough to measure values by.
    var isReady: Bool { count >= SeriesWalk.fewest && spread > 0 }

    /// The value so many steps before the next one.
    func value(ago steps: Int) -> Double? {
        steps <= values.count ? values[values.count - steps] : nil
    }

    /// How far a value lies above the mean, in deviations; 0 for a gap.
    func standing(of value: Double?) -> Double {
        guard let value else { return 0 }
        return min(max((value - mean) / spread, -SeriesWalk.reach), SeriesWalk.reach)
    }

    /// What is usual at the next step's place of the season, drawn to the mean as one value there would draw it.
    var seasonal: Double {
        let place = values.count % season
        return standing(of: mean + (sums[place] - counts[place] * mean) / (counts[place] + 1))
    }

    /// The last value at the next step's place of the season, or the mean where there is none.
    var lastSeasonal: Double {
        var place = values.count - season
        while place >= 0 {
            if let value = values[place] { return value }
            place -= season
        }
        return mean
    }
}
