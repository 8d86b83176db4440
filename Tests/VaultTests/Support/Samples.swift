// SPDX-License-Identifier: Apache-2.0
import Vault
import TestSupport

/// Small tables that many tests use.
enum Samples {
    static let purchases = Schema(
        table: "purchases",
        columns: [
            .init("at", .timestamp), .init("item", .text),
            .init("price", .decimal(scale: 2), unit: "USD"), .init("gift", .boolean),
            .init("kind", .category, categories: ["book", "food", "other"]),
        ])

    static let days = Schema(
        table: "activity_days",
        columns: [.init("day", .date), .init("steps", .integer), .init("device", .text)],
        key: [0, 2])

    static func rows(_ schema: Schema, _ columns: [Rows.Column]) -> Rows {
        Rows(schema: schema, columns: columns, count: columns[0].values.count)
    }

    /// One integer column.
    static func single(_ values: [Int64]) -> Rows {
        rows(
            Schema(table: "one", columns: [.init("value", .integer)]), [.init(values: values)])
    }

    static func purchases(_ count: Int, using generator: inout Seeded) -> Rows {
        let items = ["tea", "", "Ünïcödé", "a very long title of a thing", "tea\u{0}tea"]
        return rows(
            purchases,
            [
                .init(values: (0..<count).map { 1_700_000_000_000_000 + Int64($0) * 60_000_000 }),
                .init(
                    values: (0..<count).map { _ in Int64.random(in: 0..<5, using: &generator) },
                    dictionary: items),
                .init(
                    values: (0..<count).map { $0 % 7 == 3 ? Schema.null : Int64($0 * 199) }),
                .init(values: (0..<count).map { _ in Int64.random(in: 0...1, using: &generator) }),
                .init(values: (0..<count).map { _ in Int64.random(in: 0...2, using: &generator) }),
            ])
    }

    /// "day steps device" lines as rows of ``days``.
    static func days(_ lines: [(Int64, Int64, String)]) -> Rows {
        var texts: [String] = []
        let devices = lines.map { line -> Int64 in
            texts.append(line.2)
            return Int64(texts.count - 1)
        }
        return Rows(
            schema: days,
            columns: [
                .init(values: lines.map(\.0)), .init(values: lines.map(\.1)),
                .init(values: devices, dictionary: texts),
            ], count: lines.count)
    }
}

extension Rows {
    /// The texts of a text column, row by row.
    func texts(_ place: Int) -> [String?] {
        columns[place].values.map {
            $0 == Schema.null ? nil : columns[place].dictionary[Int($0)]
        }
    }
}
