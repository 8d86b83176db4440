// SPDX-License-Identifier: Apache-2.0
import Canon
import Vault
import TestSupport

@testable import Query

/// One meaning in two spellings: ours, and DuckDB's where that has to be another.
struct Twin {
    var ours: String
    var duck: String

    init(_ ours: String, _ duck: String? = nil) {
        self.ours = ours
        self.duck = duck ?? ours
    }
}

extension Twin: ExpressibleByStringInterpolation {
    init(stringLiteral value: String) { self.init(value) }

    /// Puts each spelling into each.
    struct StringInterpolation: StringInterpolationProtocol {
        var ours = ""
        var duck = ""

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: String) {
            ours += literal
            duck += literal
        }

        mutating func appendInterpolation(_ twin: Twin) {
            ours += twin.ours
            duck += twin.duck
        }

        mutating func appendInterpolation(_ text: String) { appendLiteral(text) }
    }

    init(stringInterpolation: StringInterpolation) {
        self.init(stringInterpolation.ours, stringInterpolation.duck)
    }
}

extension [Twin] {
    func joined(_ separator: String) -> Twin {
        Twin(
            map(\.ours).joined(separator: separator), map(\.duck).joined(separator: separator))
    }
}

/// A pool of two tables, and people in it who agree with what is published, or nearly.
enum TwinPool {
    static let days = Schema(
        table: "days",
        columns: [
            .init("kind", .category, categories: ["walk", "run", "swim"]),
            .init("steps", .integer, bounds: 0...1024),
            .init("money", .decimal(scale: 2), bounds: -102_400...102_400),
            .init("score", .decimal(scale: 3)),
            .init("city", .text),
            .init("member", .boolean),
            .init("day", .date),
            .init("woke", .timestamp),
            .init("mood", .category, categories: ["good", "bad", "so so"]),
            .init("level", .integer, bounds: -5...5),
        ])

    static let nights = Schema(
        table: "nights",
        columns: [
            .init("day", .date),
            .init("hours", .decimal(scale: 1), bounds: 0...240),
            .init("quality", .category, categories: ["good", "bad"]),
            .init("city", .text),
        ])

    static let pool = QueryPool(
        name: "demo", tables: [days, nights], rowsPerPerson: 31, people: 100)

    static func people(_ count: Int, using random: inout Seeded) -> [[Rows]] {
        (0..<count).map { _ in
            [
                rows(of: days, Int.random(in: 0...12, using: &random), using: &random),
                rows(of: nights, Int.random(in: 0...6, using: &random), using: &random),
            ]
        }
    }

    private static let texts = ["Graz", "Linz", "", "Gräz", "o'Hara", "a long name of a town"]

    private static func rows(
        of schema: Schema, _ count: Int, using random: inout Seeded
    ) -> Rows {
        let columns = schema.columns.map { column -> Rows.Column in
            let dictionary = column.kind == .text ? texts.shuffled(using: &random) : []
            let values = (0..<count).map { _ in value(of: column, using: &random) }
            return Rows.Column(values: values, dictionary: dictionary)
        }
        return Rows(schema: schema, columns: columns, count: count)
    }

    private static func value(of column: Schema.Column, using random: inout Seeded) -> Int64 {
        if random.next() % 8 == 0 { return Schema.null }
        switch column.kind {
        case .category: return Int64.random(in: 0..<Int64(column.categories.count), using: &random)
        case .boolean: return Int64.random(in: 0...1, using: &random)
        case .text: return Int64.random(in: 0..<Int64(texts.count), using: &random)
        // From 1968 on, so that some days lie before 1970; few, so that joins find some.
        case .date: return Int64.random(in: -40...40, using: &random) * 31
        case .timestamp:
            return Int64.random(in: -60_000_000...1_700_000_000, using: &random) * 1_000_000
        case .integer, .decimal:
            let bounds = column.bounds ?? -100_000...100_000
            switch random.next() % 8 {
            case 0: return bounds.lowerBound
            case 1: return bounds.upperBound
            // Out of the bounds: read as the nearer end.
            case 2: return column.bounds == nil ? 0 : bounds.upperBound + 7
            case 3: return bounds.lowerBound / 2 + bounds.upperBound / 2
            default: return Int64.random(in: bounds, using: &random)
            }
        }
    }

    /// The rows of a table as CSV, values outside of the published bounds brought into them.
    static func csv(_ table: Int, of people: [[Rows]]) -> String {
        let schema = [days, nights][table]
        var lines = [(["contributor"] + schema.columns.map(\.name)).joined(separator: ",")]
        for (person, tables) in people.enumerated() {
            let rows = tables[table]
            for row in 0..<rows.count {
                let values = zip(schema.columns, rows.columns).map {
                    written($1.values[row], $0, $1.dictionary)
                }
                lines.append((["\(person)"] + values).joined(separator: ","))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// NULL is written \N, so that an empty text is not taken for it.
    private static func written(
        _ value: Int64, _ column: Schema.Column, _ dictionary: [String]
    ) -> String {
        guard value != Schema.null else { return "\\N" }
        switch column.kind {
        case .category: return column.categories[Int(value)]
        case .text: return "\"\(dictionary[Int(value)])\""
        case .boolean: return value == 1 ? "true" : "false"
        case .date: return CalendarDay(number: value).description
        case .timestamp: return "\(value)"
        case .integer, .decimal:
            let bounds = column.bounds ?? -.max ... .max
            let inside = min(max(value, bounds.lowerBound), bounds.upperBound)
            return column.kind.writtenShort(inside)
        }
    }
}
