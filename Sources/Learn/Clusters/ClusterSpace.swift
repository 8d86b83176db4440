// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Where rows lie, for distances between them: numbers from −1 to 1 by their public bounds, and for each choice a place
/// for each category and for NULL, of which the row's own holds ``side``.
///
/// A change of category is as far as half of a number's range: a distance of 1. A number that is missing is as far from
/// everything as from nothing: its direction does not count.
struct ClusterSpace: Hashable, Sendable {
    /// The columns.
    let coding: FeatureCoding

    /// What the place of a row's category holds: √½, so that two categories lie 1 apart.
    static let side = 0.5.squareRoot()

    /// How many directions there are.
    var width: Int { coding.width - 1 }

    /// The largest square of a distance between two rows.
    var widest: Double { 4 * Double(coding.numbers.count) + Double(coding.choices.count) }

    /// A number from −1 to 1; nil for NULL.
    static func place(_ value: Int64, of number: FeatureCoding.Number) -> Double? {
        FeatureCoding.unit(value, of: number).map { 2 * $0 - 1 }
    }

    /// The square of a row's distance to a point.
    ///
    /// - Parameter point: ``width`` numbers.
    func square(_ values: UnsafeBufferPointer<Int64>, to point: [Double]) -> Double {
        var square = 0.0
        for (place, number) in coding.numbers.enumerated() {
            guard let z = ClusterSpace.place(values[number.column], of: number) else { continue }
            let apart = z - point[place]
            square += apart * apart
        }
        for choice in coding.choices {
            let own = choice.place(of: values[choice.column])
            for place in choice.first...choice.first + choice.categories.count {
                let apart = (place == own ? ClusterSpace.side : 0) - point[place]
                square += apart * apart
            }
        }
        return square
    }

    /// The point that lies nearest, the first of several.
    ///
    /// - Requires: a point.
    func nearest(
        _ values: UnsafeBufferPointer<Int64>, of points: [[Double]]
    ) -> (place: Int, square: Double) {
        var best = (place: 0, square: square(values, to: points[0]))
        for (place, point) in points.enumerated().dropFirst() {
            let square = square(values, to: point)
            if square < best.square { best = (place, square) }
        }
        return best
    }

    /// The point that a mean of rows may be, nearest to one that noise has moved: numbers between their bounds, and the
    /// parts of each choice from 0 on and 1 together.
    func inside(_ point: [Double]) -> [Double] {
        var inside = point
        for place in coding.numbers.indices { inside[place] = min(max(inside[place], -1), 1) }
        for choice in coding.choices {
            let places = choice.first...choice.first + choice.categories.count
            var sum = 0.0
            for place in places {
                inside[place] = max(inside[place], 0)
                sum += inside[place]
            }
            let even = ClusterSpace.side / Double(places.count)
            for place in places {
                inside[place] = sum > 0 ? inside[place] / sum * ClusterSpace.side : even
            }
        }
        return inside
    }
}
