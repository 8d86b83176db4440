// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Privacy
internal import Query
internal import Study
internal import Vault

/// A line each from ten thousand to ten million people: what a study takes by itself, without storage.
/// Memory has to stay flat and the time for each row the same.
enum ManyPeople {
    static func measure() async throws -> [String: Double] {
        let query = try CompiledQuery(
            PrivateSQL.sql,
            pool: QueryPool(name: "bench", tables: [PrivateSQL.schema], rowsPerPerson: 1))
        var figures: [String: Double] = [:]
        for power in 4...7 {
            let people = Int(pow(10, Double(power)))
            let start = Meter.now
            var random = SystemRandomNumberGenerator()
            var source = ByteSource(seededBy: &random)
            let noise = query.plan.noise(from: &source)
            let partial = try await query.plan.run(over: OneLiners(count: people), threads: 2)
            let table = query.table(from: try query.plan.release(partial, adding: noise))
            guard table.rows.count == 51 else { throw SQLBenchError("51 groups wanted") }
            figures["ns_per_person_1e\(power)"] = Meter.since(start).wall / Double(people) * 1e9
            figures["peak_mb_1e\(power)"] = Meter.peakMegabytes
        }
        return figures
    }
}

/// People with a line each, made up on the spot.
private struct OneLiners: CohortReader {
    let count: Int

    func makeRoom(for wanted: [TableColumns]) -> [Rows] {
        wanted.map { table in
            Rows(
                schema: table.schema,
                columns: table.schema.columns.map { _ in .init(values: [0]) }, count: 1)
        }
    }

    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout [Rows]
    ) throws -> [Rows] {
        room[0].columns[0].values[0] = Int64(contributor % 50)
        room[0].columns[2].values[0] = Int64(contributor * 7919 % 10_000)
        return room
    }
}
