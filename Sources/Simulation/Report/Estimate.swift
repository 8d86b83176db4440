// SPDX-License-Identifier: Apache-2.0

/// A mean over several seeds, and half of the interval that holds the true one in 95 of 100 cases, as far as seeds
/// differ in chance alone.
package struct Estimate: Sendable, Hashable {
    /// The mean.
    package let mean: Double
    /// Half of the interval by Student's t; nil for one seed.
    package let margin: Double?

    /// Of finite values; the mean of none is no number.
    package init(_ values: [Double]) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        self.mean = mean
        guard values.count > 1 else {
            margin = nil
            return
        }
        let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        margin =
            Estimate.student(values.count - 1) * (square / (count - 1) / count).squareRoot()
    }

    /// What 97.5 % of Student's t with so many degrees of freedom lie below.
    private static func student(_ freedom: Int) -> Double {
        let table = [
            12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179,
            2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
            2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
        ]
        return freedom <= table.count ? table[freedom - 1] : 2.042
    }
}
