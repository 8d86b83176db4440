// SPDX-License-Identifier: Apache-2.0
import Privacy
import Vault
import TestSupport

@testable import Query
@testable import Study

/// A small pool: one table with a column of every kind.
enum Fixture {
    static let kinds = ["walk", "run", "swim"]

    static let schema = Schema(
        table: "days",
        columns: [
            .init("kind", .category, categories: kinds),
            .init("steps", .integer, unit: "steps", bounds: 0...1024),
            .init("money", .decimal(scale: 2), unit: "EUR", bounds: -102_400...102_400),
            .init("score", .decimal(scale: 3)),
            .init("city", .text),
            .init("member", .boolean),
            .init("day", .date),
            .init("woke", .timestamp),
            .init("mood", .category, categories: ["good", "bad"]),
            .init("other", .integer),
        ])

    static func pool(rows: Int = 10) -> QueryPool {
        QueryPool(name: "demo", tables: [schema], rowsPerPerson: rows)
    }

    /// Compiles a question; a wrong one is a defect of the test.
    static func query(_ sql: String, rows: Int = 10) throws -> CompiledQuery {
        try CompiledQuery(sql, pool: pool(rows: rows))
    }

    /// A random contributor, with NULLs, extremes and values outside of the published bounds.
    static func person(rows count: Int, using random: inout Seeded) -> Rows {
        let columns = schema.columns.map { column -> Rows.Column in
            let texts = ["Graz", "Linz", "Wien", "", "Gräz"]
            let values = (0..<count).map { _ in value(of: column, using: &random) }
            return Rows.Column(values: values, dictionary: column.kind == .text ? texts : [])
        }
        return Rows(schema: schema, columns: columns, count: count)
    }

    private static func value(of column: Schema.Column, using random: inout Seeded) -> Int64 {
        if random.next() % 6 == 0 { return Schema.null }
        switch column.kind {
        case .category: return Int64.random(in: 0..<Int64(column.categories.count), using: &random)
        case .boolean: return Int64.random(in: 0...1, using: &random)
        case .text: return Int64.random(in: 0..<5, using: &random)
        case .date: return Int64.random(in: 16_000...20_000, using: &random)
        case .timestamp: return Int64.random(in: 0...2_000_000_000_000_000, using: &random)
        case .integer, .decimal:
            let ends: [Int64] = [0, 1, -1, .max, -.max, 1 << 32, 1023, 102_400, -102_401]
            if random.next() % 3 == 0 { return ends[Int(random.next() % UInt64(ends.count))] }
            return Int64.random(in: -2000...2000, using: &random)
        }
    }
}
