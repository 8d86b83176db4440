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
    /// How far off ``makeUp`` may be by the noise of the histogram, as a part of it, in 95 of 100
    /// cases.
    public let uncertainty: Double
    /// What people above the rung who drown in the noise of the histogram may have given besides, as a
    /// part of what is seen.
    ///
    /// It takes for granted that norms thin out about as fast as they grow: that no range of norms
    /// above the highest one seen holds more than twice as much as that one.
    public let unseen: Double

    /// What counts as 1 in the histogram, in lattice units.
    static let unit: Int64 = 1 << 16
    /// By how much one contributor moves the histogram, in lattice units: a 1 among the counts and a
    /// 1 at most among the parts, ⌈√2 · 2^16⌉.
    static let sensitivity: UInt64 = 92_682

    /// How far off one group may be by taking that for granted, as a part of what was cut off; sets
    /// how much noise is worth avoiding it.
    private static let spread = 1.0 / 32
    /// How much of what may lie unseen is expected to be there: norms mostly end where they are seen to, and
    /// the margin has the whole of it. Sets how much noise is worth avoiding it.
    private static let suspicion = 1.0 / 20
    /// How many deviations of the noise make a range of norms seen: fewer where the range below it is
    /// seen too, as norms thin out and do not jump.
    private static let seen = (alone: 5.0, next: 4.0)

    /// The noised histogram of the contributors' norms, by rung, and at last those above all.
    struct Histogram {
        /// How many contributors, in units of ``ClipEstimate/unit``.
        let counts: [Int64]
        /// Their norms, each as a part of its rung's radius, in the same units.
        let parts: [Int64]
        /// The deviation of the noise, in the same units.
        let sigma: Int
    }

    /// Chooses a rung.
    ///
    /// The error that a rung is expected to make is that of its noise on the average number, the
    /// spread of what it cuts off, and a part of what may lie unseen above it. Ranges of norms in which
    /// hardly more is seen than noise count as empty: the noise of the highest ones would stand for
    /// people who are not there. Where nobody is seen, the highest rung cuts off nothing.
    ///
    /// - Parameters:
    ///   - noise: the deviation of the noise of a rung, as a part of its radius.
    ///   - groups: how many groups there are, or may be.
    ///   - width: how many numbers each has.
    init(_ histogram: Histogram, noise: Double, groups: Int, width: Int) {
        let rungs = histogram.counts.count - 1
        let sigma = Double(histogram.sigma) / Double(ClipEstimate.unit)
        let ranges = ClipEstimate.ranges(histogram, sigma: sigma)
        let given = ranges.reduce(0) { $0 + $1.part * $1.radius }
        guard given > 0 else {
            self.init(rung: rungs - 1, makeUp: 1, uncertainty: 0, unseen: 0)
            return
        }
        let kept = (0..<rungs).map { rung in
            ranges.enumerated().reduce(0) { sum, range in
                let (place, range) = range
                return sum
                    + (place <= rung
                        ? range.part * range.radius : range.count * ClipEstimate.radius(rung))
            }
        }
        let unseen = (0..<rungs).map { ClipEstimate.unseen(above: $0, in: ranges) / given }
        let errors = (0..<rungs).map { rung in
            let share = kept[rung] / Double(groups) / Double(width).squareRoot()
            let lost = max(0, 1 - kept[rung] / given)
            let spread = lost * ClipEstimate.spread
            let relative = noise * ClipEstimate.radius(rung) / share
            let doubt = unseen[rung] * ClipEstimate.suspicion
            return spread * spread + relative * relative + doubt * doubt
        }
        let best = errors.indices.min { errors[$0] < errors[$1] } ?? rungs - 1
        let makeUp = max(1, given / kept[best])
        // By how much the logarithm of given / kept moves with each number of the histogram.
        let slopes = ranges.enumerated().map { place, range -> Double in
            guard range.count > 0 else { return 0 }
            let byPart = range.radius * (1 / given - (place <= best ? 1 / kept[best] : 0))
            let byCount = place <= best ? 0 : ClipEstimate.radius(best) / kept[best]
            return byPart * byPart + byCount * byCount
        }
        let uncertainty = makeUp == 1 ? 0 : 1.96 * sigma * slopes.reduce(0, +).squareRoot()
        self.init(
            rung: best, makeUp: makeUp, uncertainty: uncertainty, unseen: min(unseen[best], 1e9))
    }

    /// The choice to expect when so many people all give as much as a rung lets.
    ///
    /// - Returns: nil for a block without a choice.
    public static func expected(
        people: Int, at rung: Int, noise: BlockNoise, groups: StudyGroups, width: Int
    ) -> ClipEstimate? {
        guard let choice = noise.choice, let lowest = noise.rungs.first else { return nil }
        var counts = [Int64](repeating: 0, count: noise.rungs.count + 1)
        counts[min(max(0, rung), noise.rungs.count - 1)] = Int64(people) * unit
        return ClipEstimate(
            Histogram(counts: counts, parts: counts, sigma: choice.noise.sigma),
            noise: part(of: lowest), groups: groups.usual, width: width)
    }

    /// What may lie above a rung without being seen, in radii of the lowest: for each range that counts
    /// as empty what its noised count leaves open in 95 of 100 cases, but at most twice as much as the
    /// highest range that is seen holds.
    private static func unseen(above rung: Int, in ranges: [Range]) -> Double {
        let last = ranges.last { $0.count > 0 }
        let most = 2 * (last?.count ?? 0) * (last?.radius ?? 0)
        return ranges.enumerated().reduce(0) { sum, item in
            let (place, range) = item
            guard place > rung, range.count == 0, range.radius > radius(rung) else { return sum }
            let people = min(range.open, most / range.radius)
            return sum + people * (range.radius - radius(rung))
        }
    }

    /// The deviation of a rung's noise as a part of its radius.
    static func part(of rung: GaussianMechanism) -> Double {
        Double(rung.noise.sigma) / Double(rung.sensitivity)
    }

    /// Takes a choice that was made before.
    init(rung: Int, makeUp: Double, uncertainty: Double, unseen: Double) {
        self.rung = rung
        self.makeUp = makeUp
        self.uncertainty = uncertainty
        self.unseen = unseen
    }

    /// The contributors in a range of norms.
    private struct Range {
        let radius: Double
        let count: Double
        /// The sum of their norms, as parts of the radius: half to all of their count.
        let part: Double
        /// How many there may be all the same where the count is 0.
        let open: Double
    }

    /// The ranges, empty where hardly more is seen than noise.
    private static func ranges(_ histogram: Histogram, sigma: Double) -> [Range] {
        var isBelowSeen = false
        let rungs = histogram.counts.count - 1
        return histogram.counts.indices.map { place in
            let count = Double(histogram.counts[place]) / Double(unit)
            let radius = radius(min(place, rungs - 1))
            isBelowSeen = count > (isBelowSeen ? seen.next : seen.alone) * sigma
            guard isBelowSeen else {
                return Range(
                    radius: radius, count: 0, part: 0, open: max(0, count) + 1.645 * sigma)
            }
            let part = Double(histogram.parts[place]) / Double(unit)
            // The lowest range begins at nothing.
            let least = place == 0 ? 0 : count / 2
            return Range(
                radius: radius, count: count, part: min(max(part, least), count), open: 0)
        }
    }

    /// The radius of a rung, counted in the lowest one.
    private static func radius(_ rung: Int) -> Double { pow(2, Double(rung)) }
}
