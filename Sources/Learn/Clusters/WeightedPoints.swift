// SPDX-License-Identifier: Apache-2.0
internal import Trees

/// Points with weights, and the centres that lie nearest to them: k-means++ (Arthur, Vassilvitskii 2007) by public
/// dice, and then Lloyd's rounds. What comes of noised counts in this way costs no privacy.
struct WeightedPoints {
    /// Where they lie.
    let points: [[Double]]
    /// What each counts, above 0.
    let weights: [Double]

    /// How often it is begun anew; the best result counts.
    private static let tries = 8
    /// How many points are looked at for each further centre; the best of them becomes it.
    private static let candidates = 4
    private static let rounds = 40

    /// Finds centres.
    ///
    /// - Returns: at most so many, fewer where there are fewer points, in no order; and the mean square of the
    ///   distance to the nearest. The same for the same points.
    /// - Requires: a point.
    /// - Cost: ``mostWork(_:_:_:)``; tries · rounds · points · centres · directions, at most.
    func centres(_ count: Int) -> (centres: [[Double]], square: Double) {
        var best: (centres: [[Double]], square: Double)?
        for turn in 0..<WeightedPoints.tries {
            var dice = SplitDice(seed: 0x636c_7573_7465_7273, stream: UInt64(turn))
            var centres = seeds(count, &dice)
            var square = Double.infinity
            for _ in 0..<WeightedPoints.rounds {
                let (moved, now) = moved(centres)
                guard now < square * (1 - 1e-9) else { break }
                (centres, square) = (moved, now)
            }
            square = moved(centres).square
            if square < best?.square ?? .infinity { best = (centres, square) }
        }
        return best ?? ([points[0]], 0)
    }

    /// How many multiplications it takes at most to find so many centres among so many points.
    static func mostWork(_ points: Int, _ centres: Int, _ directions: Int) -> Int {
        tries * rounds * points * centres * directions
    }

    private func seeds(_ count: Int, _ dice: inout SplitDice) -> [[Double]] {
        var nearest = [Double](repeating: .infinity, count: points.count)
        var centres: [[Double]] = []
        while centres.count < count {
            let parts = points.indices.map {
                centres.isEmpty ? weights[$0] : weights[$0] * nearest[$0]
            }
            let whole = parts.reduce(0, +)
            guard whole > 0 else { break }
            var best: (sum: Double, place: Int, nearest: [Double])?
            for _ in 0..<(centres.isEmpty ? 1 : WeightedPoints.candidates) {
                let place = WeightedPoints.drawn(parts, below: dice.unit() * whole)
                let nearer = points.indices.map {
                    min(nearest[$0], WeightedPoints.square(points[$0], points[place]))
                }
                let sum = points.indices.reduce(0) { $0 + weights[$1] * nearer[$1] }
                if sum < best?.sum ?? .infinity { best = (sum, place, nearer) }
            }
            guard let best else { break }
            centres.append(points[best.place])
            nearest = best.nearest
        }
        return centres
    }

    private static func drawn(_ parts: [Double], below limit: Double) -> Int {
        var (sum, last) = (0.0, 0)
        for (place, part) in parts.enumerated() where part > 0 {
            last = place
            sum += part
            if sum > limit { break }
        }
        return last
    }

    /// One of Lloyd's rounds: the means of what lies nearest to each centre, and how far points lie from the centres
    /// as they are.
    private func moved(_ centres: [[Double]]) -> (centres: [[Double]], square: Double) {
        let width = points[0].count
        var sums = [[Double]](
            repeating: [Double](repeating: 0, count: width), count: centres.count)
        var counts = [Double](repeating: 0, count: centres.count)
        var (square, whole) = (0.0, 0.0)
        for (point, weight) in zip(points, weights) {
            var best = (place: 0, square: Double.infinity)
            for (place, centre) in centres.enumerated() {
                let square = WeightedPoints.square(point, centre)
                if square < best.square { best = (place, square) }
            }
            counts[best.place] += weight
            for direction in 0..<width { sums[best.place][direction] += weight * point[direction] }
            square += weight * best.square
            whole += weight
        }
        let moved = centres.indices.map { place in
            counts[place] > 0 ? sums[place].map { $0 / counts[place] } : centres[place]
        }
        return (moved, square / whole)
    }

    private static func square(_ one: [Double], _ other: [Double]) -> Double {
        var square = 0.0
        for place in one.indices {
            let apart = one[place] - other[place]
            square += apart * apart
        }
        return square
    }
}
