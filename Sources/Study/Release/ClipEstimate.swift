// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Privacy

/// How much contributors give, seen through noise, and the radius that follows from it.
///
/// Everything here comes after the noise of the histogram, so fractions are allowed.
public struct ClipEstimate: Hashable, Sendable {
    /// The rung that was chosen.
    public let rung: Int
    /// By how much the clipped sums fall short of what was given, as far as can be told: they are
    /// multiplied by this to make up for it. At least 1.
    ///
    /// It takes for granted that what is cut off is spread over groups and statistics as what is
    /// not: the ratio estimator of survey statistics.
    public let makeUp: Double

    /// What one contributor adds to the histogram, at most, in lattice units.
    static let unit: Int64 = 1 << 16

    /// How far off one group may be by taking that for granted, as a part of what was cut off; sets
    /// how much noise is worth avoiding it.
    static let spread = 1.0 / 32

    /// Chooses a rung.
    ///
    /// The error that a rung is expected to make is that of its noise on the average number, and the
    /// spread of what it cuts off. Ranges of norms in which hardly more is seen than noise count as
    /// empty: the noise of the highest ones would stand for people who are not there.
    ///
    /// - Parameters:
    ///   - norms: the noised histogram, in units of ``unit``, by rung, and at last those above all.
    ///   - sigma: the deviation of its noise, in the same units.
    ///   - noise: the deviation of the noise of a rung, as a part of its radius.
    ///   - groups: how many groups there are, or may be.
    ///   - width: how many numbers each has.
    init(norms: [Int64], sigma: Int, noise: Double, groups: Int, width: Int) {
        let rungs = norms.count - 1
        let radii = (0...rungs).map { pow(2, Double(min($0, rungs - 1))) }
        let parts = norms.map { norm in
            Double(norm) > 3 * Double(sigma) ? Double(norm) / Double(ClipEstimate.unit) : 0
        }
        let given = zip(parts, radii).reduce(0) { $0 + $1.0 * $1.1 }
        guard given > 0 else {
            (rung, makeUp) = (rungs - 1, 1)
            return
        }
        // Within a range of norms the mean is nearer to its lower end.
        let people = parts.map { $0 / ClipEstimate.meanPart }
        let kept = (0..<rungs).map { rung in
            (0...rungs).reduce(0) { sum, other in
                sum + (other <= rung ? parts[other] * radii[other] : people[other] * radii[rung])
            }
        }
        let errors = (0..<rungs).map { rung in
            let share = kept[rung] / Double(groups) / Double(width).squareRoot()
            let lost = max(0, 1 - kept[rung] / given)
            let spread = lost * ClipEstimate.spread
            let relative = noise * radii[rung] / share
            return spread * spread + relative * relative
        }
        rung = errors.indices.min { errors[$0] < errors[$1] } ?? rungs - 1
        makeUp = max(1, given / kept[rung])
    }

    /// The deviation of the noise of a rung, as a part of its radius.
    static func part(of rung: GaussianMechanism) -> Double {
        Double(rung.noise.sigma) / Double(rung.sensitivity)
    }

    /// Takes a choice that was made before.
    init(rung: Int, makeUp: Double) {
        self.rung = rung
        self.makeUp = makeUp
    }

    /// The mean of norms between a radius and half of it, as a part of the radius, where few are
    /// large: 2^-1 … 1 in even steps of the logarithm.
    private static let meanPart = 0.72
}
