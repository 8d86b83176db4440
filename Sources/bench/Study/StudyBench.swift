// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Privacy
internal import Query
internal import Study
internal import Vault

/// One query over many people's encrypted segments, on two threads, noise included.
enum StudyBench {
    private static let rowsPerPerson = 10

    static func measure(in folder: String, people: Int) async throws -> [String: Double] {
        let schema = Schema(
            table: "bench_days",
            columns: [
                Schema.Column("day", .date),
                Schema.Column(
                    "region", .category, categories: ["north", "east", "south", "west", "centre"]),
                Schema.Column("steps", .integer, unit: "steps", bounds: 0...30_000),
                Schema.Column("minutes", .integer, unit: "min", bounds: 0...1_440),
            ])
        let cohort = try SealedCohort(
            in: folder, schema: schema, people: people, rows: rowsPerPerson)
        let query = try CompiledQuery(
            """
            SELECT region, COUNT(*), SUM(steps), AVG(minutes) FROM bench GROUP BY region
            WITH PRIVACY (epsilon => 1.0, delta => 1e-7)
            """,
            pool: QueryPool(name: "bench", tables: [schema], rowsPerPerson: rowsPerPerson))
        var walls: [Double] = []
        for _ in 0..<3 {
            let start = Meter.now
            var random = SystemRandomNumberGenerator()
            var source = ByteSource(seededBy: &random)
            let noise = query.plan.noise(from: &source)
            let partial = try await query.plan.run(over: cohort, threads: 2)
            let table = query.table(from: try query.plan.release(partial, adding: noise))
            walls.append(Meter.since(start).wall)
            guard table.rows.count >= 5 else { throw ReplayDiffers() }
        }
        return [
            "people_per_second": Double(people) / walls.median,
            "rows_per_second": Double(people * rowsPerPerson) / walls.median,
        ]
    }
}

/// People's rows, sealed each under a key of its own, the keys wrapped, the segments in packs.
private struct SealedCohort: CohortReader {
    let count: Int
    private let packs: MappedPacks
    private let sealed: [(location: SegmentLocation, key: WrappedKey, id: Digest)]
    private let node: NodeKey
    private let reader: SegmentReader

    init(in folder: String, schema: Schema, people: Int, rows: Int) throws {
        var dice = Dice(17)
        node = NodeKey(epoch: 1, using: &dice)
        reader = SegmentReader(schema: schema)
        let writer = SegmentWriter(schema: schema)
        let store = try PackStore(try DiskFolder(path: folder))
        var sealed: [(SegmentLocation, WrappedKey, Digest)] = []
        for start in stride(from: 0, to: people, by: 10_000) {
            var segments: [SealedSegment] = []
            var keys: [WrappedKey] = []
            for _ in start..<min(start + 10_000, people) {
                let key = SegmentKey(using: &dice)
                let segment = try writer.seal(
                    SealedCohort.rows(rows, schema, &dice), key: key)
                keys.append(node.wrap(key, segment: segment.id))
                segments.append(segment)
            }
            for (place, location) in try store.append(segments).enumerated() {
                sealed.append((location, keys[place], segments[place].id))
            }
        }
        try store.sync()
        packs = try store.map()
        self.sealed = sealed
        count = people
    }

    private static func rows(_ count: Int, _ schema: Schema, _ dice: inout Dice) -> Rows {
        let region = Int64(dice.below(5))
        var columns = schema.columns.map { _ in Rows.Column(values: []) }
        for day in 0..<count {
            columns[0].values.append(Int64(20_000 + day))
            columns[1].values.append(region)
            columns[2].values.append(Int64(dice.below(20_000)))
            columns[3].values.append(Int64(dice.below(300)))
        }
        return Rows(schema: schema, columns: columns, count: count)
    }

    func makeRoom(for wanted: [TableColumns]) {}

    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Void
    ) throws -> [Rows] {
        let item = sealed[contributor]
        let key = try node.unwrap(item.key, segment: item.id)
        let bytes = try packs.bytes(at: item.location, id: item.id)
        return try wanted.map {
            try reader.rows(of: Array(bytes), key: key, columns: $0.columns)
        }
    }
}
