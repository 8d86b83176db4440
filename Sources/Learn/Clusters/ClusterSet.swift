// SPDX-License-Identifier: Apache-2.0

/// The form of a model of clusters: centres, of which a row belongs to the nearest.
struct ClusterSet: Hashable, Sendable {
    /// One cluster.
    struct Cluster: Hashable, Sendable {
        /// The middle of each number, in its units of 10^-scale.
        let numbers: [Double]
        /// For each choice the part of each category, at last that of NULL.
        let parts: [[Double]]
        /// The part of all rows that belong to it, about.
        let share: Double
        /// How far its rows lie from the centre: the root of their mean square, where 2 is a number's range.
        let spread: Double
    }

    /// Where rows lie.
    let space: ClusterSpace
    /// The clusters, the largest first; at least one.
    let clusters: [Cluster]
    /// The centres in ``space``.
    let centres: [[Double]]
    /// The middle of all rows, and the mean square of their distance to it, as far as shares and spreads tell.
    let middle: [Double]
    let square: Double

    init(space: ClusterSpace, clusters: [Cluster]) {
        (self.space, self.clusters) = (space, clusters)
        let centres = clusters.map { cluster in
            var centre: [Double] = []
            for (number, middle) in zip(space.coding.numbers, cluster.numbers) {
                let (low, high) = (Double(number.low), Double(number.high))
                centre.append(2 * ((middle - low) / (high - low)) - 1)
            }
            return centre + cluster.parts.joined().map { $0 * ClusterSpace.side }
        }
        let all = clusters.reduce(0) { $0 + $1.share }
        let shares = clusters.map { all > 0 ? $0.share / all : 1 / Double(clusters.count) }
        var middle = [Double](repeating: 0, count: space.width)
        for (share, centre) in zip(shares, centres) {
            for place in middle.indices { middle[place] += share * centre[place] }
        }
        var square = 0.0
        for (place, centre) in centres.enumerated() {
            let apart = zip(centre, middle).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            square += shares[place] * (apart + clusters[place].spread * clusters[place].spread)
        }
        (self.centres, self.middle, self.square) = (centres, middle, square)
    }

    /// Takes centres as they were found.
    ///
    /// - Requires: points within the space, and a share and a spread for each.
    init(space: ClusterSpace, centres: [[Double]], shares: [Double], spreads: [Double]) {
        let order = centres.indices.sorted { (shares[$0], $1) > (shares[$1], $0) }
        self.init(
            space: space,
            clusters: order.map { place in
                let centre = centres[place]
                return Cluster(
                    numbers: zip(space.coding.numbers, centre).map { number, z in
                        let (low, high) = (Double(number.low), Double(number.high))
                        return min(max((z + 1) / 2 * (high - low) + low, low), high)
                    },
                    parts: space.coding.choices.map { choice in
                        centre[choice.first...choice.first + choice.categories.count].map {
                            $0 / ClusterSpace.side
                        }
                    }, share: shares[place], spread: spreads[place])
            })
    }

    /// The names of the columns of a row, in their order.
    var order: [String] { space.coding.order }

    /// The cluster of a row, and how far its centre is.
    func nearest(_ values: UnsafeBufferPointer<Int64>) -> (name: String, distance: Double) {
        let nearest = space.nearest(values, of: centres)
        return (String(nearest.place + 1), nearest.square.squareRoot())
    }

    /// The place of the nearest cluster.
    func place(of values: UnsafeBufferPointer<Int64>) -> Int {
        space.nearest(values, of: centres).place
    }

    /// One spelling for one meaning, given the columns.
    var canonical: String { "\(centres) \(clusters.map { [$0.share, $0.spread] })" }
}

extension FeatureCoding {
    /// The names of the columns of a row, in their order.
    var order: [String] {
        let places = numbers.map { ($0.column, $0.name) } + choices.map { ($0.column, $0.name) }
        return places.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
