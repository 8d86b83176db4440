// SPDX-License-Identifier: Apache-2.0
import Study
import TestSupport
import Vault

/// People whose rows lie around four spots.
struct Spots: CohortReader {
    static let schema = Schema(
        table: "spots",
        columns: [
            Schema.Column("x", .integer, unit: "m", bounds: 0...1000),
            Schema.Column("y", .integer, unit: "m", bounds: 0...1000),
            Schema.Column("kind", .category, categories: ["a", "b", "c"]),
        ])

    /// Where the spots are, the most frequent first: 4, 3, 2 and 1 of ten people.
    static let places = [(200.0, 200.0), (800.0, 250.0), (250.0, 800.0), (760.0, 820.0)]

    /// The rows of each.
    let people: [Rows]

    var count: Int { people.count }

    func makeRoom(for wanted: [TableColumns]) {}

    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Void
    ) throws -> [Rows] { [people[contributor]] }

    /// People of one row each, at most 20 off their spot in both directions.
    static func made(_ count: Int, seed: UInt64 = 1) -> Spots {
        var dice = Seeded(seed)
        return Spots(
            people: (0..<count).map { place in
                let spot = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3][place % 10]
                return one(
                    x: Int64(places[spot].0) + Int64.random(in: -20...20, using: &dice),
                    y: Int64(places[spot].1) + Int64.random(in: -20...20, using: &dice),
                    kind: Int64(place % 3))
            })
    }

    /// One person with a row, as often as it is said.
    static func one(x: Int64, y: Int64, kind: Int64 = 0, times: Int = 1) -> Rows {
        rows((0..<times).map { _ in [x, y, kind] })
    }

    /// One person whose rows are everywhere.
    static func spread(rows count: Int) -> Rows {
        var dice = Seeded(9)
        return rows(
            (0..<count).map { _ in
                [
                    Int64.random(in: 0...1000, using: &dice),
                    Int64.random(in: 0...1000, using: &dice), Int64.random(in: 0...2, using: &dice),
                ]
            })
    }

    private static func rows(_ rows: [[Int64]]) -> Rows {
        Rows(
            schema: schema,
            columns: schema.columns.indices.map { column in
                Rows.Column(values: rows.map { $0[column] })
            }, count: rows.count)
    }
}
