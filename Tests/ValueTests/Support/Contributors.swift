// SPDX-License-Identifier: Apache-2.0
import Value

/// A hundred contributors with 14 digits each, and 397 records nobody knows.
struct Contributors {
    static let honest = 100
    static let each = 14

    var rows: [[Double]]
    var labels: [Int]
    /// Who gave each record; numbers from 100 on are further names.
    var owner: [Int]
    /// When each record was committed to.
    var times: [UInt64]
    let test: LabelledRows

    init(seed: UInt64 = 0) throws {
        let (training, test) = try Vectors.digits.shuffled(seed)
        rows = (0..<training.count).map { Array(training.features[$0]) }
        labels = training.labels.map { Int($0) }
        owner = (0..<training.count).map { $0 / Self.each }
        times = owner.map { UInt64($0) }
        self.test = test
    }

    /// The records of a contributor.
    func records(of contributor: Int) -> [Int] {
        owner.indices.filter { owner[$0] == contributor }
    }

    /// Adds records under a name, later than all before.
    mutating func give(_ more: [[Double]], _ labels: [Int], as name: Int) {
        let time = (times.max() ?? 0) + 1
        rows += more
        self.labels += labels
        owner += more.map { _ in name }
        times += more.map { _ in time }
    }

    var names: Int { (owner.max() ?? 0) + 1 }
    var order: CommitmentOrder { CommitmentOrder(times: times) }

    /// What is looked for: records that are the same, nearly the same, or with columns permuted.
    func clusters(near: Double) throws -> Clusters {
        let table = try FeatureRows(rows)
        let owners = try Groups(owner, count: names)
        return try NearCopies(radiusSquared: near).clusters(of: table, order: order)
            .joined(
                with: PermutedCopies(radiusSquared: 4)
                    .clusters(of: table, owners: owners, order: order),
                order: order)
    }

    /// Values by contributor under the threshold, representatives alone, with the same radius always.
    func values(_ clusters: Clusters, radiusSquared: Double) throws -> Estimates? {
        let places = clusters.places
        let unique = try LabelledRows(
            FeatureRows(places.map { rows[$0] }), labels: places.map { labels[$0] }, classes: 10)
        let owners = try Groups(places.map { owner[$0] }, count: names)
        return try NeighbourShapley(unique)
            .values(on: test, of: .threshold(radiusSquared: radiusSquared), groups: owners)
            .groups
    }

    /// A pot of a million units by value.
    func division(_ values: Estimates, z: Double = 0) throws -> Division {
        let claims = values.means.indices.map {
            Claim(
                id: [UInt8($0 >> 8), UInt8($0 & 255)], value: values.means[$0],
                standardError: values.standardErrors[$0])
        }
        return try Division(pot: 1_000_000, among: claims, z: z)
    }
}
