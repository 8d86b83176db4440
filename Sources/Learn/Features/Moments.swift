// SPDX-License-Identifier: Apache-2.0

/// What a round of moments says: how many rows there are, and where the middle of each number lies and how far its values
/// spread, as far as noise lets it be known.
struct Moments {
    /// How many rows there are, about; 1 at least.
    let count: Double
    /// Of values from 0 to 1.
    let means: [Double]
    let deviations: [Double]

    /// Reads rows, and each number and its square.
    ///
    /// - Parameter sigma: the deviation of their noise.
    init(_ values: [Double], sigma: Double) {
        let count = max(values[0], 1)
        let least = 0.3 * (sigma / count).squareRoot()
        var (means, deviations): ([Double], [Double]) = ([], [])
        for place in stride(from: 1, to: values.count, by: 2) {
            let mean = min(max(values[place] / count, 0), 1)
            let variance = max(values[place + 1] / count - mean * mean, 0)
            means.append(mean)
            deviations.append(min(max(variance.squareRoot(), least, 1e-3), 1))
        }
        (self.count, self.means, self.deviations) = (count, means, deviations)
    }
}
