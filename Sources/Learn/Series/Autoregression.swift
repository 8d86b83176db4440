// SPDX-License-Identifier: Apache-2.0

/// The form of a forecast: how far the next step lies from a person's own mean, in her own deviations, is a sum of what the
/// steps before it did, each times a weight that is the same for all people.
struct Autoregression: Hashable, Sendable {
    /// The column of days, and that which is predicted.
    let columns: [String]
    let coding: SeriesCoding
    /// One for each feature.
    let weights: [Double]

    /// What comes after a walk, each step from the forecasts before it. Where there is too little to go by, the mean.
    ///
    /// What weights give is brought to what values count at most, so that no weights run away.
    func forecast(after walk: SeriesWalk) -> [Double] {
        guard walk.isReady else {
            return [Double](repeating: walk.mean, count: coding.horizon)
        }
        var walk = walk
        var features = [Double](repeating: 0, count: coding.width)
        return (0..<coding.horizon).map { _ in
            coding.read(walk, into: &features)
            var sum = 0.0
            for (feature, weight) in zip(features, weights) { sum += feature * weight }
            // Weights of a file may be so large that their sum is no number.
            let standing = sum == sum ? min(max(sum, -SeriesWalk.reach), SeriesWalk.reach) : 0
            let next = walk.mean + walk.spread * standing
            walk.extend(next)
            return next
        }
    }

    /// One spelling for one meaning, given the columns.
    var canonical: String { "forecast \(coding.canonical) \(weights)" }
}
