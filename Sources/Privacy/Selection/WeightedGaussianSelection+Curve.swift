// SPDX-License-Identifier: Apache-2.0

extension WeightedGaussianSelection {
    /// How likely a group with these votes is shown, rounded up; for showing and for tests.
    ///
    /// Off by less than 1/σ of the density: the normal law for the discrete one.
    public func keepProbability(votes: Int64) -> DisplayNumber {
        let distance = Double(threshold - 1) - Double(votes)
        return DisplayNumber(
            Normal.upperAbove(distance / Double(noise.sigma)), rounding: .up)
    }

    /// The fewest contributors who, in `groups` groups each, see one of them shown every second
    /// time: what a buyer is told of how large a group must be.
    public func contributorsForHalf(groups: Int = 1) -> Int64? {
        let each = vote(groups: groups)
        guard each > 0 else { return nil }
        return (threshold + each - 1) / each
    }
}
