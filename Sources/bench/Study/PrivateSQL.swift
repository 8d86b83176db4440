// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Foundation
internal import Privacy
internal import Query
internal import Study
internal import Vault

/// The question of the benchmark, over rows that other engines are asked about too, from encrypted
/// segments, with noise and accounting.
///
///     bench private-sql --rows PREFIX --seal
///     bench private-sql --rows PREFIX --threads 2 --runs 5
///
/// PREFIX names the files PREFIX.uid.i32.bin, .cat.u8.bin and .val.f64.bin; the segments are sealed once
/// beside them, by a process of their own, so that its memory is not counted.
enum PrivateSQL {
    static let sql = """
        SELECT category, COUNT(*), SUM(value), AVG(value) FROM bench GROUP BY category
        WITH PRIVACY (epsilon => 1.0, delta => 1e-7)
        """

    static let schema = Schema(
        table: "rows",
        columns: [
            Schema.Column("category", .category, categories: (0..<50).map { "c\($0)" }),
            Schema.Column("day", .date),
            Schema.Column("value", .decimal(scale: 2), bounds: 0...10_000),
        ])

    /// The most rows of one contributor that the pool lets count.
    private static let rowsPerPerson = 8192

    static func measure(_ options: [String: String]) async throws -> JSON {
        guard let prefix = options["rows"] else {
            throw SQLBenchError("--rows PREFIX is missing: which rows")
        }
        if options["seal"] != nil { return try SealedRows.seal(prefix, schema: schema) }
        let threads = options["threads"].flatMap { Int($0) } ?? 2
        let runs = options["runs"].flatMap { Int($0) } ?? 5
        let cohort = try SealedRows(prefix, schema: schema)
        var walls: [Double] = []
        var cpus: [Double] = []
        var plannings: [Double] = []
        var last: ResultTable?
        for _ in 0..<runs {
            let planned = Meter.now
            let query = try CompiledQuery(
                sql,
                pool: QueryPool(name: "bench", tables: [schema], rowsPerPerson: rowsPerPerson))
            plannings.append(Meter.since(planned).wall * 1000)
            let start = Meter.now
            var random = SystemRandomNumberGenerator()
            var source = ByteSource(seededBy: &random)
            let noise = query.plan.noise(from: &source)
            let partial = try await query.plan.run(over: cohort.reader, threads: threads)
            let table = query.table(from: try query.plan.release(partial, adding: noise))
            let spent = Meter.since(start)
            walls.append(spent.wall)
            cpus.append(spent.processor)
            last = table
        }
        let size = prefix.split(separator: "_").last.map(String.init) ?? prefix
        return [
            "engine": "dividend", "size": .string(size), "threads": .integer(Int64(threads)),
            "wall": .array(walls.map { .number($0) }), "cpu": .array(cpus.map { .number($0) }),
            "planning_ms": .number(plannings.sorted()[plannings.count / 2]),
            "peak_mb": .number(Meter.peakMegabytes), "rows": .array(rows(of: last)),
        ]
    }

    /// Category, count, sum and average as numbers; NULL is no category here.
    private static func rows(of table: ResultTable?) -> [JSON] {
        (table?.rows ?? []).compactMap { cells in
            guard let category = Int(cells[0].text.dropFirst()) else { return nil }
            return .array(
                [.integer(Int64(category))]
                    + cells.dropFirst().map { .number(Double($0.text) ?? .nan) })
        }
    }
}

/// What is wrong with the words of the command.
struct SQLBenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
